/*
 * What the states mean, in English: what is normal, and what to suspect of many, or of old ones.
 */
#include "cli/catalogue.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

#define GONE "The peer or the path to it is gone: the FIN is sent again, and again."

const struct netdiag_state_texts netdiag_english_states[NETDIAG_TCP_STATE_LAST + 1] = {
    [NETDIAG_TCP_CLOSED] =
        {
            "bound, not connected",
            "No connection. What is listed here was bound to a port, and neither listens nor is "
            "connected.",
            "None, or a few for the moment between bind and listen or connect.",
            LIST("A program that bound a port and forgot it: it holds the port and a PCB."),
        },
    [NETDIAG_TCP_LISTEN] =
        {
            "port open, waiting",
            "A service opened the port and waits for clients: open, not connected.",
            "One for each service that the device offers.",
            LIST("Which program opened it? The owner, or the accept function, says so.",
                 "A port with no known owner can be a backdoor.",
                 "A port that nobody needs: stop the service, and the port is closed."),
        },
    [NETDIAG_TCP_SYN_SENT] =
        {
            "we call, no answer yet",
            "A program here called connect: SYN is sent, and SYN+ACK has not come.",
            "So short that it is rarely seen. lwIP tries for about 18 s.",
            LIST("Many to one target: it does not exist, it is down, or the line is bad.",
                 "Many to many targets: something on this device scans a segment, or a worm "
                 "spreads from here."),
        },
    [NETDIAG_TCP_SYN_RECEIVED] =
        {
            "half-open",
            "SYN came, SYN+ACK is sent, and the ACK that ends the handshake has not come.",
            "Very short: one round trip to the client.",
            LIST("A SYN flood: forged sources never send the third step. The entries fill the "
                 "table, and the service stops answering normal clients.",
                 "Each half-open entry is kept for the SYN timeout, 30 s to 2 min in general, and "
                 "SYN+ACK is sent again meanwhile. lwIP keeps an entry 20 s and has no SYN "
                 "cookies.",
                 "From few and real sources: their ACKs are lost on the way."),
        },
    [NETDIAG_TCP_ESTABLISHED] =
        {
            "open both ways",
            "The connection is open, and both sides can send.",
            "Where the work is done. The owner says which program has it. Idle for long is no "
            "fault: SSH and BGP are.",
            LIST("The client went away without a FIN (it lost power, its cable was pulled): the "
                 "server still shows ESTABLISHED.",
                 "It connects again, and again: false ESTABLISHED entries pile up until new "
                 "clients cannot connect.",
                 "Did the client send a FIN or not? With a FIN the server goes to CLOSE-WAIT, "
                 "without one it stays here. Both piles, from one address to one port, mean a "
                 "client that reconnects over and over.",
                 "Connections are shown ESTABLISHED that the program never accepts: the listener "
                 "has them pending.",
                 "Receive queues that stay: the program does not read. Send queues that stay: the "
                 "peer does not, or is gone."),
        },
    [NETDIAG_TCP_FIN_WAIT_1] =
        {
            "we closed, FIN unanswered",
            "This device closed first: its FIN is sent, and the ACK of it has not come.",
            "Short: one round trip, and what was still to be sent.",
            LIST(GONE " lwIP gives up after about 38 min.",
                 "The peer's window is 0: the FIN waits behind data that it does not take."),
        },
    [NETDIAG_TCP_FIN_WAIT_2] =
        {
            "half closed, peer still open",
            "Our FIN is acknowledged, the peer's has not come: half closed, we can receive and no "
            "longer send.",
            "Until the peer closes; that can last until its application decides.",
            LIST("The peer sits in CLOSE-WAIT, and its program never closes.",
                 "lwIP drops a fully closed one after 20 s, without a word to the peer. After a "
                 "close of the sending side alone no timer runs."),
        },
    [NETDIAG_TCP_CLOSE_WAIT] =
        {
            "peer closed, program has not",
            "The peer's FIN came and was acknowledged; our application must close now.",
            "Short. A program that still sends what is left, a half-close, is legal.",
            LIST("Our application does not close: a leak in the code of the owner. No timer ends "
                 "it, and each holds a PCB.",
                 "A client that goes away with a FIN is here, one that goes without stays "
                 "ESTABLISHED: both piles from one address to one port mean a client that "
                 "reconnects over and over."),
        },
    [NETDIAG_TCP_LAST_ACK] =
        {
            "closed after the peer",
            "We closed after the peer: our FIN is sent, and the last ACK has not come.",
            "Short: one round trip.",
            LIST(GONE " lwIP ends it when it needs its place."),
        },
    [NETDIAG_TCP_CLOSING] =
        {
            "both closed at once",
            "Both sides closed at once: the FINs crossed, and the ACK of ours has not come.",
            "Rare, and short.",
            LIST("The peer's ACK is lost, or the peer is gone since. lwIP ends it when it needs "
                 "its place."),
        },
    [NETDIAG_TCP_TIME_WAIT] =
        {
            "we closed first, quiet time",
            "We closed first, and both FINs are acknowledged. It waits 2MSL, so that a lost last "
            "ACK can be repeated.",
            "One follows each active close, for 2 min with lwIP's TCP_MSL of 60 s.",
            LIST("The same address and port cannot be used again within 2MSL: a server that "
                 "restarts fails to bind (\"address in use\") and must wait out the quiet time.",
                 "Each entry holds a PCB; lwIP takes them back when the pool is full.",
                 "Remedy: let the client close first, or SO_REUSE=1 in lwipopts.h with "
                 "SOF_REUSEADDR on the listener before it binds."),
        },
};
