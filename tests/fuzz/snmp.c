/*
 * SNMP requests to the agent, on a real stack with some connections.
 *
 *     MODE ...
 *
 * MODE 0: the message as it is. 1: version and community are right, the rest is the input's.
 * 2: and so is the head of the PDU, whose type and numbers the input says. 3: and so are the
 * outer lengths of each of its names and values.
 */
#include <stdio.h>
#include <string.h>

#include "netdiag/lwip.h"
#include "netdiag/lwip_snmp.h"
#include "platform/lwip/snmp/agent.h"
#include "platform/sim/clock.h"
#include "platform/sim/stack.h"
#include "tests/fuzz/fuzz.h"
#include "tests/integration/crowd.h"
#include "tests/integration/snmp_message.h"

#define COMMUNITY   "public"
#define CONNECTIONS 20
#define ANSWER_MOST 1472

#define MANY 100 /* bindings that are made */

static void wake(void *ctx)
{
    (void)ctx;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const struct netdiag_lwip_snmp_config config = {.community = COMMUNITY, .wake = wake};

    (void)argc, (void)argv;
    crowd_start(CONNECTIONS);
    sim_stack_lock(NULL);
    FUZZ_CHECK(netdiag_lwip_snmp_start(&config) == NETDIAG_OK);
    sim_stack_unlock(NULL);
    return 0;
}

/* ---- a request ---- */

static void put_rest(struct bytes *to, struct fuzz_input *input)
{
    size_t room = sizeof(to->at) / 2 - to->length;
    size_t size = input->left < room ? input->left : room;

    put_bytes(to, input->at, size);
    input->left = 0;
}

/* A name or a value: a byte for its length, and its bytes. */
static void put_part(struct bytes *to, uint8_t type, struct fuzz_input *input)
{
    uint8_t bytes[255];

    put_element(to, type, bytes, fuzz_bytes(input, bytes, fuzz_byte(input)));
}

static void put_bindings(struct bytes *to, struct fuzz_input *input)
{
    for (int i = 0; i < MANY && input->left > 0 && to->length < 1200; i++) {
        struct bytes binding = {.length = 0};

        put_part(&binding, OBJECT_ID, input);
        put_part(&binding, fuzz_byte(input), input);
        put_element(to, SEQUENCE, binding.at, binding.length);
    }
}

static void put_pdu(struct bytes *to, struct fuzz_input *input, bool has_bindings)
{
    static const uint8_t types[] = {GET, GET_NEXT, GET_BULK, SET, RESPONSE};
    struct bytes bindings = {.length = 0}, pdu = {.length = 0};
    uint8_t type = types[fuzz_byte(input) % sizeof(types)];

    put_integer(&pdu, (int32_t)fuzz_u32(input));
    put_integer(&pdu, (int8_t)fuzz_byte(input));
    put_integer(&pdu, (int8_t)fuzz_byte(input));
    if (has_bindings)
        put_bindings(&bindings, input);
    else
        put_rest(&bindings, input);
    put_element(&pdu, SEQUENCE, bindings.at, bindings.length);
    put_element(to, type, pdu.at, pdu.length);
}

static void make_message(struct bytes *message, struct fuzz_input *input)
{
    uint8_t mode = fuzz_byte(input) % 4;
    struct bytes inner = {.length = 0};

    message->length = 0;
    if (mode == 0) {
        put_rest(message, input);
        return;
    }
    put_integer(&inner, fuzz_byte(input) % 2 ? V2C : V1);
    put_element(&inner, OCTET_STRING, COMMUNITY, strlen(COMMUNITY));
    if (mode == 1)
        put_rest(&inner, input);
    else
        put_pdu(&inner, input, mode == 3);
    put_element(message, SEQUENCE, inner.at, inner.length);
}

/* ---- what must hold ---- */

static bool ask(const struct bytes *request, struct answer *answer)
{
    answer->bytes.length = netdiag_snmp_answer(request->at, request->length, answer->bytes.at,
                                               sizeof(answer->bytes.at));
    if (answer->bytes.length == 0)
        return false;
    FUZZ_CHECK(answer->bytes.length <= ANSWER_MOST);
    FUZZ_CHECK(read_answer(answer));
    FUZZ_CHECK(answer->type == RESPONSE);
    FUZZ_CHECK(strcmp(answer->community, COMMUNITY) == 0);
    return true;
}

static void judge_agent(struct answer *answer)
{
    static const struct binding name = {.name = "1.3.6.1.2.1.1.5.0"};
    static struct bytes request;

    make_request(&request, &(struct request){
                               .version = V2C,
                               .community = COMMUNITY,
                               .type = GET,
                               .id = 7,
                               .count = 1,
                               .bindings = &name,
                           });
    FUZZ_CHECK(ask(&request, answer));
    FUZZ_CHECK(answer->id == 7 && answer->status == NO_ERROR && answer->count == 1);
    FUZZ_CHECK(answer->bindings[0].length == 3 && memcmp(answer->bindings[0].value, "sw1", 3) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes message;
    static struct answer answer;
    struct fuzz_input input = {data, size};

    make_message(&message, &input);
    ask(&message, &answer);
    judge_agent(&answer);
    return 0;
}
