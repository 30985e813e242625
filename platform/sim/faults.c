#include "faults.h"

#include <string.h>

#include "random.h"

#define RATE_WHOLE 10000

/* A frame is held back behind so many others, but not longer than that. */
#define OVERTAKE_MAX 4
#define HOLD_MAX_MS  400

#define TCP_HEADER      20
#define TCP_OFFSET_AT   12 /* the data offset, in the upper half of this byte */
#define TCP_CHECKSUM_AT 16
#define OFFSET_MIN      5 /* words of 4 bytes */
#define OFFSET_MAX      15

void sim_faults_init(struct sim_faults *faults, uint64_t seed, sim_port_output pass, void *ctx)
{
    memset(faults, 0, sizeof(*faults));
    faults->random = seed;
    faults->pass = pass;
    faults->ctx = ctx;
}

void sim_faults_set(struct sim_faults *faults, const struct sim_fault_rates *rates)
{
    faults->rates = *rates;
}

static uint32_t below(struct sim_faults *faults, size_t bound)
{
    return (uint32_t)(sim_random_next(&faults->random) % bound);
}

static void hold(struct sim_faults *faults, const uint8_t *frame, size_t length, uint64_t now_ms)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_FAULTS_HELD; i++) {
        struct sim_held_frame *held = &faults->held[i];

        if (held->length > 0)
            continue;
        held->length = length;
        held->overtake = 1 + below(faults, OVERTAKE_MAX);
        held->until_ms = now_ms + HOLD_MAX_MS;
        memcpy(held->bytes, frame, length);
        return;
    }
    faults->pass(faults->ctx, frame, length);
}

/* The slot is free before the frame goes: what it brings about may need one. */
static void let_go(struct sim_faults *faults, struct sim_held_frame *held)
{
    uint8_t bytes[SIM_FRAME_MAX];
    size_t length = held->length;

    memcpy(bytes, held->bytes, length);
    held->length = 0;
    faults->pass(faults->ctx, bytes, length);
}

static void pass_and_count(struct sim_faults *faults, const uint8_t *frame, size_t length)
{
    faults->pass(faults->ctx, frame, length);
    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_FAULTS_HELD; i++) {
        struct sim_held_frame *held = &faults->held[i];

        if (held->length > 0 && --held->overtake == 0)
            let_go(faults, held);
    }
}

static void flip_bit(struct sim_faults *faults, uint8_t *tcp, size_t length)
{
    uint32_t bit = below(faults, length * 8);

    tcp[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

/* RFC 1624: the checksum after one 16-bit word of what it covers has changed. */
static void mend_checksum(uint8_t *checksum, uint16_t before, uint16_t after)
{
    uint32_t sum = (uint16_t)~sim_frame_u16(checksum);

    sum += (uint16_t)~before;
    sum += after;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sim_frame_put_u16(checksum, (uint16_t)~sum);
}

/* Shorter than the header must be, or, where there are such offsets, beyond the segment's end. */
static void spoil_offset(struct sim_faults *faults, uint8_t *tcp, size_t length)
{
    uint16_t before = sim_frame_u16(tcp + TCP_OFFSET_AT);
    uint32_t beyond = (uint32_t)length / 4 + 1;
    uint32_t offset = below(faults, OFFSET_MIN);
    uint16_t after;

    if (beyond <= OFFSET_MAX && below(faults, 2) == 0)
        offset = beyond + below(faults, OFFSET_MAX - beyond + 1);
    after = (uint16_t)((before & 0x0fff) | offset << 12);
    sim_frame_put_u16(tcp + TCP_OFFSET_AT, after);
    mend_checksum(tcp + TCP_CHECKSUM_AT, before, after);
}

/* Returns the frame's new length. */
static size_t cut(struct sim_faults *faults, uint8_t *frame, const struct sim_frame_tcp *tcp)
{
    size_t left = below(faults, TCP_HEADER);

    sim_frame_set_ip_payload(frame, tcp, left);
    return tcp->at + left;
}

/* Passes a frame on that has been spoilt in one way. */
static void pass_spoilt(struct sim_faults *faults, const uint8_t *frame, size_t length,
                        const struct sim_frame_tcp *tcp, uint32_t chance)
{
    const struct sim_fault_rates *rates = &faults->rates;
    uint8_t bytes[SIM_FRAME_MAX];

    memcpy(bytes, frame, length);
    if (chance < rates->bit_flip)
        flip_bit(faults, bytes + tcp->at, tcp->length);
    else if (chance - rates->bit_flip < rates->bad_offset)
        spoil_offset(faults, bytes + tcp->at, tcp->length);
    else
        length = cut(faults, bytes, tcp);
    pass_and_count(faults, bytes, length);
}

void sim_faults_frame(struct sim_faults *faults, const uint8_t *frame, size_t length,
                      uint64_t now_ms)
{
    const struct sim_fault_rates *rates = &faults->rates;
    struct sim_frame_tcp tcp;
    uint32_t chance;

    if (length > SIM_FRAME_MAX || !sim_frame_find_tcp(frame, length, &tcp) ||
        tcp.length < TCP_HEADER) {
        faults->pass(faults->ctx, frame, length);
        return;
    }
    chance = below(faults, RATE_WHOLE);
    if (chance < rates->loss)
        return;
    chance -= rates->loss;
    if (chance < rates->reorder) {
        hold(faults, frame, length, now_ms);
        return;
    }
    chance -= rates->reorder;
    if (chance < rates->duplicate) {
        pass_and_count(faults, frame, length);
        hold(faults, frame, length, now_ms);
        return;
    }
    chance -= rates->duplicate;
    if (chance < (uint32_t)rates->bit_flip + rates->bad_offset + rates->too_short)
        pass_spoilt(faults, frame, length, &tcp, chance);
    else
        pass_and_count(faults, frame, length);
}

void sim_faults_tick(struct sim_faults *faults, uint64_t now_ms)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_FAULTS_HELD; i++) {
        struct sim_held_frame *held = &faults->held[i];

        if (held->length > 0 && now_ms >= held->until_ms)
            let_go(faults, held);
    }
}
