/*
 * A peer cannot end the switch by what lwIP asserts of the length of its segments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/priv/tcp_priv.h"
#include "peer.h"
#include "platform/sim/stack.h"
#include "sides.h"

#define PORT 8080

/* 300, less than what waits. */
#define MSS_300 2, 4, 1, 44

static struct tcp_pcb *accepted;
static uint16_t next_port = 1024;
static const uint8_t mss_300[] = {MSS_300};

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)error;
    tcp_recv(pcb, peer_left_unread);
    accepted = pcb;
    return ERR_OK;
}

static int start(void **state)
{
    struct tcp_pcb *pcb;

    (void)state;
    peer_start(16);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, PORT);
    tcp_accept(tcp_listen(pcb), on_accept);
    sim_stack_unlock(NULL);
    return 0;
}

static int settle(void **state)
{
    (void)state;
    sides_settle();
    return 0;
}

/* A connection whose SYN has that window and those options. */
static struct peer_segment connect_with(uint16_t window, const uint8_t *options, size_t bytes)
{
    struct peer_segment segment = {.peer_port = next_port++,
                                   .device_port = PORT,
                                   .seq = 5000,
                                   .flags = PEER_SYN,
                                   .window = window,
                                   .options = options,
                                   .option_bytes = bytes};

    accepted = NULL;
    peer_send(&segment, NULL);
    segment.seq++;
    segment.options = NULL;
    segment.option_bytes = 0;
    peer_acknowledges(&segment, 0);
    assert_non_null(accepted);
    return segment;
}

static void writes(size_t length)
{
    static const uint8_t zeros[500];

    sim_stack_lock(NULL);
    assert_int_equal(tcp_write(accepted, zeros, (u16_t)length, TCP_WRITE_FLAG_COPY), ERR_OK);
    tcp_output(accepted);
    sim_stack_unlock(NULL);
}

/* A byte, so that lwIP takes the segment's window. */
static void peer_sends_byte(struct peer_segment *segment)
{
    segment->length = 1;
    peer_send(segment, NULL);
    segment->seq++;
    segment->length = 0;
}

/* With its window open at last: all that was written, in how many segments ever. */
static void assert_all_arrives(struct peer_segment *segment, uint32_t length)
{
    uint32_t first = segment->ack;

    segment->window = 65535;
    peer_sends_byte(segment);
    for (int i = 0; i < 20 && segment->ack - first < length; i++) {
        peer_advance(500);
        peer_acknowledges(segment, 0);
    }
    assert_int_equal(segment->ack - first, length);
    assert_null(accepted->unsent);
    assert_null(accepted->unacked);
}

static void mss_of_a_segment_without_syn_is_no_option(void **state)
{
    struct peer_segment segment = connect_with(65535, NULL, 0);

    (void)state;
    segment.window = 10;
    peer_sends_byte(&segment);
    writes(500);
    segment.options = mss_300;
    segment.option_bytes = sizeof mss_300;
    peer_sends_byte(&segment);
    assert_int_equal(accepted->mss, 536);
    writes(20);
    assert_all_arrives(&segment, 520);
}

static void mss_of_the_syn_counts(void **state)
{
    (void)state;
    (void)connect_with(65535, mss_300, sizeof mss_300);
    assert_int_equal(accepted->mss, 300);
}

static void window_shut_from_the_syn_on_opens_a_little(void **state)
{
    (void)state;
    for (uint16_t window = 0; window < 2; window++) {
        struct peer_segment segment = connect_with(window, NULL, 0);

        writes(500);
        segment.window = 10;
        peer_sends_byte(&segment);
        writes(20);
        assert_all_arrives(&segment, 520);
    }
}

/* The options as they are after the guard, the first `split` bytes in the header's buffer. */
static void guard(const uint8_t *options, size_t bytes, size_t split, uint8_t *after)
{
    struct {
        struct tcp_hdr hdr;
        uint8_t options[40];
    } segment = {.hdr = {0}};
    uint8_t second[40];
    struct tcp_pcb pcb = {.state = ESTABLISHED};

    memcpy(segment.options, options, split);
    memcpy(second, options + split, bytes - split);
    sim_guard_tcp_in(&pcb, &segment.hdr, (uint16_t)bytes, (uint16_t)split,
                     split < bytes ? second : NULL);
    memcpy(after, segment.options, split);
    memcpy(after + split, second, bytes - split);
}

static void only_a_whole_mss_is_blanked_wherever_it_is(void **state)
{
    static const struct {
        uint8_t given[12], after[12];
    } cases[] = {
        {{MSS_300, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
        {{1, 4, 2, MSS_300, 3, 3, 7, 0, 0}, {1, 4, 2, 1, 1, 1, 1, 3, 3, 7, 0, 0}},
        {{5, 8, 2, 4, 1, 44, 9, 9, MSS_300}, {5, 8, 2, 4, 1, 44, 9, 9, 1, 1, 1, 1}},
        {{MSS_300, MSS_300, MSS_300}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
        {{0, MSS_300, 1, 1, 1, 1, 1, 1, 1}, {0, MSS_300, 1, 1, 1, 1, 1, 1, 1}},
        {{9, 1, MSS_300, 1, 1, 1, 1, 1, 1}, {9, 1, MSS_300, 1, 1, 1, 1, 1, 1}},
        {{9, 0, MSS_300, 1, 1, 1, 1, 1, 1}, {9, 0, MSS_300, 1, 1, 1, 1, 1, 1}},
        {{9, 13, MSS_300, 1, 1, 1, 1, 1, 1}, {9, 13, MSS_300, 1, 1, 1, 1, 1, 1}},
        {{1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1}},
        {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t split = 0; split <= sizeof cases[i].given; split++) {
            uint8_t after[sizeof cases[i].given];

            guard(cases[i].given, sizeof cases[i].given, split, after);
            assert_memory_equal(after, cases[i].after, sizeof after);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(mss_of_a_segment_without_syn_is_no_option, settle),
        cmocka_unit_test_setup(mss_of_the_syn_counts, settle),
        cmocka_unit_test_setup(window_shut_from_the_syn_on_opens_a_little, settle),
        cmocka_unit_test(only_a_whole_mss_is_blanked_wherever_it_is),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
