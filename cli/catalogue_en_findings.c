/*
 * What findings say, in English: a sentence with the numbers, and what it likely comes from. The
 * keys are those of tcp_findings.def; cli/template.h has the language of the templates.
 */
#include "cli/catalogue.h"

#include "netdiag/neighbor.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

#define OWNER       "[ ({owner})]"
#define CONNECTIONS "{connections} {connections:connection|connections}"
#define ONE_OF_THEM "connection {connection} with {remote} on port {port}" OWNER
#define UNANSWERED                                                                                 \
    "[, {retransmissions} {retransmissions:retransmission|retransmissions} of {unacknowledged} "   \
    "{unacknowledged:byte|bytes} unanswered]"                                                      \
    "[, {keepalives} {keepalives:keepalive|keepalives} unanswered]"
#define FIN_SENT_AGAIN "[, sent again {retransmissions} {retransmissions:time|times}]"
#define GIVES_UP       "[; the stack gives up in {freeMs} at most]"
#define STUCK_FIN_WAIT                                                                             \
    "Stuck in FIN-WAIT: " CONNECTIONS                                                              \
    "[, {finWait1} in FIN-WAIT-1][, {finWait2} in FIN-WAIT-2]; " ONE_OF_THEM
#define NO_ANSWER                                                                                  \
    "No answer from {target}[ port {port}][ to {attempts} {attempts:attempt|attempts} in SYN-SENT" \
    ", the oldest {oldestMs} old][, {failed} ended unanswered lately][, by {owner}]"
#define HALF_OPEN                                                                                  \
    "SYN flood on port {port}" OWNER ": {halfOpen} half-open "                                     \
    "{halfOpen:connection|connections}, the oldest for {oldestMs}"
#define HALF_OPEN_SHARES                                                                           \
    "[, {poolPercent} of the pool][, {backlogPercent} of the backlog of {backlog}]"                \
    "[; {synsRefused} {synsRefused:SYN|SYNs} refused lately]"                                      \
    "[; {otherPorts} other {otherPorts:port|ports} too, {halfOpenTotal} in all]."
#define NO_SYN_COOKIES                                                                             \
    "lwIP keeps a half-open entry for 20 s (other stacks 30 s to 2 min), sends SYN+ACK again "     \
    "meanwhile, and has no SYN cookies: the table fills, and normal clients are not served."
#define IN_TIME_WAIT                                                                               \
    CONNECTIONS " in TIME-WAIT[, {poolPercent} of the pool], most on port {port} "                 \
                "({portConnections}); {in10s} end within 10 s, {in30s} within 30 s, {in60s} "      \
                "within 60 s, the "                                                                \
                "last in {lastMs}"
#define CLOSED_FIRST                                                                               \
    "This device closed first: TIME-WAIT follows each active close and lasts 2MSL, so that a "     \
    "lost last ACK can be repeated."
#define NOT_WITHIN_2MSL                                                                            \
    "The same address and port cannot be used again within 2MSL: a server that restarts fails to " \
    "bind (\"address in use\") and must wait out the quiet time, unless it has SO_REUSE=1 and "    \
    "SOF_REUSEADDR."
#define HOLDS_A_PCB "Each holds a PCB, and is taken back only when the pool is full."
#define LET_CLIENT_CLOSE                                                                           \
    "Remedy: let the client close first, or keep a connection open for several requests."
#define REMEDY                                                                                     \
    "; remedy: let the client close first, or SO_REUSE=1 in lwipopts.h with SOF_REUSEADDR on the " \
    "listener before it binds"
#define OLD_ONES                                                                                   \
    "Port {port}" OWNER " has no listener, and {connections} {connections:connection|connections}" \
    " left from before {connections:keeps|keep} a restart from binding (\"address in use\")"
#define BLOCKED_TOO "{ports:|; # ports are blocked in all}"
#define BIND_LOOKS                                                                                 \
    "A server stopped, or restarts, while connections that came to its port are still there: "     \
    "tcp_bind looks at every list, in any state."

const struct netdiag_finding_texts
    netdiag_english_findings[NETDIAG_TCP_FINDINGS][NETDIAG_VARIANTS] = {
        [NETDIAG_TCP_FINDING_SYN_FLOOD] =
            {
                [NETDIAG_TCP_SYN_FLOOD_SPREAD] =
                    {HALF_OPEN ", from {sources} {sources:source that looks|sources that look} "
                               "forged" HALF_OPEN_SHARES,
                     LIST("Forged source addresses: whoever gets the SYN+ACK never sent a SYN, so "
                          "the third step of the handshake never comes.",
                          NO_SYN_COOKIES,
                          "A line that loses the ACKs, or a route back that leads elsewhere, looks "
                          "the same; then the sources are real, and ping answers.",
                          "Help comes from ahead of the device: ingress filters, a firewall that "
                          "proxies SYNs. A smaller backlog keeps the rest of the pool free.")},
                [NETDIAG_TCP_SYN_FLOOD_FEW] =
                    {HALF_OPEN ", from {sources} {sources:source|sources}, {topSourceCount} from "
                               "{topSource} alone" HALF_OPEN_SHARES,
                     LIST("{topSource} opens connections and never finishes the handshake: an "
                          "attack without forged sources, a scanner, or a broken program.",
                          "SYN+ACK to {topSource} or its ACK is lost: a filter, or a route back "
                          "that leads elsewhere.",
                          NO_SYN_COOKIES)},
            },
        [NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET] =
            {
                [NETDIAG_REACH_UNKNOWN] =
                    {NO_ANSWER "; how far packets get is not known.",
                     LIST("The target does not exist, or is off.",
                          "The line is bad, or a filter on the way drops SYN or SYN+ACK.")},
                [NETDIAG_REACH_NO_ROUTE] =
                    {NO_ANSWER "; the device has no route there.",
                     LIST("The address is wrong, or no gateway is set.",
                          "The VLAN interface that leads there is down, or has no address.")},
                [NETDIAG_REACH_UNRESOLVED] =
                    {NO_ANSWER "; the host, or the gateway to it, does not answer ARP or neighbor "
                               "discovery.",
                     LIST("The target, or the gateway, does not exist or is off.",
                          "The line is bad: a cable, a port that is down, the wrong VLAN.",
                          "The address or the length of the prefix is wrong.")},
                [NETDIAG_REACH_RESOLVED] =
                    {NO_ANSWER "; ARP or neighbor discovery is answered, TCP is not.",
                     LIST("A filter on the way, or on the host, drops SYN or SYN+ACK.",
                          "The host is down behind a gateway that still answers for it.",
                          "The host has no place for more: its backlog or its pool is full.",
                          "The line is bad and loses most packets.")},
            },
        [NETDIAG_TCP_FINDING_SYN_SENT_SCAN] =
            {
                [NETDIAG_TCP_SCAN_ADDRESSES] =
                    {"Something on this device scans: it calls {addresses} "
                     "{addresses:address|addresses} on {ports} {ports:port|ports} in vain"
                     "[, {attempts} {attempts:attempt|attempts} in SYN-SENT, the oldest "
                     "{oldestMs} old][, {failed} ended lately][, by {owner}].",
                     LIST("A program here scans a segment, or a worm spreads from here.",
                          "A discovery or monitoring task was given more addresses than there "
                          "are hosts.",
                          "The network behind is cut, and all peers are silent at once.")},
                [NETDIAG_TCP_SCAN_PORTS] =
                    {"Something on this device scans[ {target}]: it tries {ports} "
                     "{ports:port|ports} in vain"
                     "[, {attempts} {attempts:attempt|attempts} in SYN-SENT, the oldest "
                     "{oldestMs} old][, {failed} ended lately][, by {owner}].",
                     LIST("A program here looks for open ports of a host, or a worm does.",
                          "A program tries one port after the other of a host that is down.")},
            },
        [NETDIAG_TCP_FINDING_UNKNOWN_LISTENER] =
            {
                [NETDIAG_TCP_UNKNOWN_SOME] =
                    {"{listeners} {listeners:listener is|listeners are} open that no program "
                     "registered: "
                     "port {port}[, accept function {function}][, with {connections} "
                     "{connections:connection|connections}].",
                     LIST("A backdoor: software that nobody meant to run opened it.",
                          "A service whose program does not register its port "
                          "(netdiag_lwip_tcp_owner_register()).",
                          "A service that nobody needs: stop it, and the port is closed.")},
                [NETDIAG_TCP_UNKNOWN_ALL] =
                    {"{listeners} {listeners:listener is|listeners are} open, and no program ever "
                     "registered one: which of them opened port {port} cannot be told.",
                     LIST("The firmware does not register who opens its ports "
                          "(netdiag_lwip_tcp_owner_register()); with that a backdoor stands "
                          "out.")},
            },
        [NETDIAG_TCP_FINDING_STALE_ESTABLISHED] =
            {
                [NETDIAG_TCP_STALE_NO_FIN] =
                    {CONNECTIONS
                     " shown ESTABLISHED {connections:has|have} a peer that is gone without a "
                     "FIN; " ONE_OF_THEM " is silent for {silentMs}" UNANSWERED ".",
                     LIST("The client went away without a FIN: it lost power, its cable was "
                          "pulled, it crashed, or a firewall forgot the connection.",
                          "The path to it is broken.",
                          "lwIP shows it ESTABLISHED until the retransmissions end, after about "
                          "25 min; with nothing to send and no keepalive, for ever.")},
                [NETDIAG_TCP_STALE_AFTER_FIN] =
                    {CONNECTIONS " {connections:has|have} a peer that is gone; " ONE_OF_THEM
                                 " is in CLOSE-WAIT, as the peer had shut its direction before, "
                                 "and is silent for {silentMs}" UNANSWERED ".",
                     LIST("The client shut its direction, and went away before it had taken the "
                          "answer: power, cable, a crash, or a firewall.",
                          "The path to it is broken.",
                          "lwIP sends again for about 25 min before it gives up.")},
            },
        [NETDIAG_TCP_FINDING_RECONNECTING_CLIENT] =
            {{"{remote} connects to port {port}" OWNER " over and over: " CONNECTIONS
              ", each opened after the one before fell silent, the oldest {oldestMs} old"
              "[, {established} in ESTABLISHED][, {closeWait} in CLOSE-WAIT]"
              "[, {poolPercent} of the pool]{clients:|; # such clients in all}.",
              LIST("The client goes away without a FIN (power, cable) and comes again: false "
                   "ESTABLISHED entries pile up until new clients cannot connect.",
                   "Sessions that a host opened one after the other and left idle look the same: "
                   "only keepalives tell which are dead.",
                   "With a FIN the server goes to CLOSE-WAIT, without one it stays ESTABLISHED; "
                   "both piles from one address mean a client that reconnects over and over.",
                   "The server closes nothing that falls silent: it has neither keepalives nor a "
                   "limit for idle connections.")}},
        [NETDIAG_TCP_FINDING_ACCEPT_QUEUE_FULL] =
            {{"{unaccepted} {unaccepted:connection|connections} to port {port}" OWNER
              " {unaccepted:is|are} shown ESTABLISHED while the program does not accept "
              "{unaccepted:it|them}, the oldest for {oldestMs}[, of a backlog of {backlog}]"
              "[; {synsRefused} {synsRefused:SYN|SYNs} refused lately]"
              "[; {others} more on other ports].",
              LIST("The program does not come to accept: it is blocked, in a loop, or gone.",
                   "More clients come than it can serve, or its backlog is too small.")}},
        [NETDIAG_TCP_FINDING_RECEIVE_STALL] =
            {{"The program does not read what it receives on " CONNECTIONS "; " ONE_OF_THEM
              " has {unread} {unread:byte|bytes} unread for {stalledMs}.",
              LIST("The program is blocked: it waits for a lock, a disk, another peer.",
                   "It has lost the connection: still open, and nobody reads it.",
                   "Unread data holds pbufs, and closes the window, so that the peer cannot "
                   "send.")}},
        [NETDIAG_TCP_FINDING_SEND_STALL] =
            {{"The peer of " CONNECTIONS " takes no data, its window is 0; " ONE_OF_THEM
              " has {unsent} {unsent:byte|bytes} waiting for {stalledMs}.",
              LIST("The peer's program is blocked, and does not read.",
                   "The peer keeps its window shut on purpose, to hold memory of this device.",
                   "As long as it answers the probes of the window, nothing ends it.")}},
        [NETDIAG_TCP_FINDING_CLOSE_WAIT_LEAK] =
            {{CONNECTIONS "[ of {owner}] in CLOSE-WAIT on port {port}: the peer has closed, the "
                          "program does not; connection {connection} with {remote} for {oldestMs}"
                          "[, {poolPercent} of the pool][; {others} more of others].",
              LIST("A leak in the code of the owner: it does not close when the peer's FIN comes "
                   "(recv returns 0, or the receive callback gets a NULL pbuf).",
                   "The program is blocked elsewhere, and does not see the end of the data.",
                   "No timer ends CLOSE-WAIT: each holds a PCB until the program closes.")}},
        [NETDIAG_TCP_FINDING_FIN_WAIT_STUCK] =
            {
                [NETDIAG_TCP_FIN_WAIT_ACK] =
                    {STUCK_FIN_WAIT
                     " waits {oldestMs} for the ACK of its FIN" FIN_SENT_AGAIN GIVES_UP ".",
                     LIST("The peer or the path is gone: the FIN is sent again, at growing "
                          "intervals; lwIP gives up after about 38 min.",
                          "Data before the FIN is not acknowledged: the peer's window is 0.")},
                [NETDIAG_TCP_FIN_WAIT_FIN] =
                    {STUCK_FIN_WAIT " waits {oldestMs} for the peer's FIN; lwIP drops a fully "
                                    "closed FIN-WAIT-2 after 20 s without a word to the peer"
                                    "[, this one in {freeMs}].",
                     LIST("The peer sits in CLOSE-WAIT: its program does not close.",
                          "The peer went away after it acknowledged the FIN.",
                          "No RST is sent when it is dropped: the peer hears of it when it sends "
                          "next.")},
                [NETDIAG_TCP_FIN_WAIT_OPEN] =
                    {STUCK_FIN_WAIT " has closed its own direction alone and waits {oldestMs} for "
                                    "the peer's FIN; no timer runs, so it lasts until the peer "
                                    "closes.",
                     LIST("The peer sits in CLOSE-WAIT, and its application decides when it "
                          "closes; a half-close that still receives is legal.",
                          "The peer is gone, and with nothing to send nobody notices.")},
            },
        [NETDIAG_TCP_FINDING_LAST_ACK_STUCK] =
            {{"Stuck in LAST-ACK: " CONNECTIONS "; " ONE_OF_THEM " closed after its peer and waits "
              "{oldestMs} for the last ACK of its FIN" FIN_SENT_AGAIN GIVES_UP ".",
              LIST("The peer or the path is gone.",
                   "The peer, or a firewall, has forgotten the connection and answers nothing.",
                   "The stack takes it back when the pool is full.")}},
        [NETDIAG_TCP_FINDING_CLOSING_STUCK] =
            {{"Stuck in CLOSING: " CONNECTIONS "; both sides of " ONE_OF_THEM " closed at once, "
              "and it waits {oldestMs} for the ACK of its FIN" FIN_SENT_AGAIN GIVES_UP ".",
              LIST("The peer's ACK is lost, or it never sent one.",
                   "The peer or the path is gone since.",
                   "The stack takes it back when the pool is full.")}},
        [NETDIAG_TCP_FINDING_TIME_WAIT_PILE] =
            {
                [NETDIAG_TCP_TIME_WAIT_HARMLESS] =
                    {IN_TIME_WAIT "; harmless, the stack takes them back when it must.",
                     LIST(CLOSED_FIRST, "Many short connections: normal where this device closes.",
                          LET_CLIENT_CLOSE)},
                [NETDIAG_TCP_TIME_WAIT_SUFFERING] =
                    {IN_TIME_WAIT
                     "; the stack takes them back when it must, and yet something suffers"
                     "[: {refused} {refused:connection|connections} refused lately]"
                     "[: port {blockedPort} cannot be bound].",
                     LIST(CLOSED_FIRST, NOT_WITHIN_2MSL, HOLDS_A_PCB, LET_CLIENT_CLOSE)},
                [NETDIAG_TCP_TIME_WAIT_LARGE] =
                    {IN_TIME_WAIT "; nothing suffers yet, as the stack takes them back when it "
                                  "must.",
                     LIST(CLOSED_FIRST, NOT_WITHIN_2MSL, HOLDS_A_PCB, LET_CLIENT_CLOSE)},
            },
        [NETDIAG_TCP_FINDING_BIND_BLOCKED] =
            {
                [NETDIAG_TCP_BIND_TIMED] = {OLD_ONES "[ until {freeMs} from now]" BLOCKED_TOO REMEDY
                                                     ".",
                                            LIST(BIND_LOOKS,
                                                 "A server that closed first leaves TIME-WAIT: "
                                                 "the quiet time of 2MSL goes by itself.")},
                [NETDIAG_TCP_BIND_OPEN] =
                    {OLD_ONES
                     "[ until connection {connection} with {remote} ({stateOf}) ends]" BLOCKED_TOO
                         REMEDY ".",
                     LIST(BIND_LOOKS,
                          "No timer ends the last of them: its peer or its program must, or an "
                          "operator by clear tcp connection.")},
            },
        [NETDIAG_TCP_FINDING_POOL_EXHAUSTION] =
            {
                [NETDIAG_TCP_POOL_SHARE] =
                    {"The pool of connections is nearly used up: {held} of {capacity} PCBs "
                     "({heldPercent}) are held[, {reclaimable} more can be taken back]"
                     "[; most by port {topPort}: {topPortConnections}][, mainly {topState}]"
                     "[, of {topOwner}].",
                     LIST("A flood, a leak or a client that reconnects fills it: see the other "
                          "findings.",
                          "More clients than the pool (MEMP_NUM_TCP_PCB) was made for.")},
                [NETDIAG_TCP_POOL_REFUSED] =
                    {"The pool of connections ran out lately[, {refused} "
                     "{refused:connection|connections} refused][, {evicted} ended to make room]; "
                     "{held} of {capacity} PCBs ({heldPercent}) are held now"
                     "[; most by port {topPort}: {topPortConnections}][, mainly {topState}]"
                     "[, of {topOwner}].",
                     LIST("A flood, a leak or a client that reconnects fills it: see the other "
                          "findings.",
                          "More clients than the pool (MEMP_NUM_TCP_PCB) was made for.",
                          "To make room lwIP ends TIME-WAIT, LAST-ACK and CLOSING, and then "
                          "connections of a lower priority than the new one.")},
            },
        [NETDIAG_TCP_FINDING_MEMORY_POOL_EXHAUSTED] =
            {{"The memory pool {pool} refused {refused} {refused:allocation|allocations} lately; "
              "{used} of {capacity} are in use{pools:|; # pools refused in all}.",
              LIST("Data that programs do not read, or that peers do not acknowledge, holds "
                   "segments and pbufs: look for queues.",
                   "A burst of traffic that the pool was not made for (MEMP_NUM_..., "
                   "PBUF_POOL_SIZE, MEM_SIZE in lwipopts.h).",
                   "Segments that find no memory are dropped and come again: the device is slow "
                   "rather than dead.")}},
        [NETDIAG_TCP_FINDING_PORT_SCAN] =
            {{"{source} scans this device: {segments} {segments:segment|segments} to {ports} "
              "closed "
              "{ports:port|ports} in {durationMs}, the last {agoMs} ago"
              "{sources:|; # such sources in all}.",
              LIST("Somebody looks for open ports: an attacker, a worm on that host, or an "
                   "administrator's scanner.",
                   "Each closed port answers RST; close the open ones that nobody needs.")}},
        [NETDIAG_TCP_FINDING_RETRANSMISSION_RISE] =
            {
                [NETDIAG_TCP_RISE] =
                    {"Retransmissions have risen: {share} of the {segments} segments sent in the "
                     "last {overMs} ({retransmitted}), against {before} in the minute before.",
                     LIST("A line began to lose packets: a cable, a duplex mismatch, radio, an "
                          "overloaded link or switch.",
                          "A peer went away, and what it does not acknowledge is sent again.",
                          "The device itself drops: a memory pool refuses.")},
                [NETDIAG_TCP_LEVEL] =
                    {"Retransmissions are high: {share} of the {segments} segments sent in the "
                     "last {overMs} ({retransmitted}), {before} before.",
                     LIST("The line is bad, and perhaps was from the start: a cable, a duplex "
                          "mismatch, radio, an overloaded link.",
                          "Some peers are gone: see stale-established.")},
            },
        [NETDIAG_TCP_FINDING_RESET_RISE] =
            {
                [NETDIAG_TCP_RISE] =
                    {"Resets have risen: {resets} for {segments} segments in the last {overMs} "
                     "({share}), against {before} in the minute before.",
                     LIST("Clients call a port that nobody serves any more, or are scanning: each "
                          "SYN is answered by RST.",
                          "A program aborts, or closes with data unread, which sends RST.",
                          "A firewall or a peer resets what it has forgotten.")},
                [NETDIAG_TCP_LEVEL] =
                    {"Resets are many: {resets} for {segments} segments in the last {overMs} "
                     "({share}), {before} before.",
                     LIST("Clients call a port that nobody serves: each SYN is answered by RST.",
                          "A program ends its connections by abort instead of close.",
                          "A firewall or a peer resets what it has forgotten.")},
            },
};
