#!/usr/bin/python3
"""The kernel's own view of 200 connections, and the switch's: states, queues and counters agree.

Linux programs and curl on one end, the switch's services on the other, and the other way round. Each
connection has a kind, which says how it is opened, treated and left; its number is its port.
"""

import namespace

namespace.enter("curl", "nstat", "ss")

# pylint: disable=wrong-import-position
import collections
import errno
import select
import socket
import subprocess
import time
import unittest

import kernel
import scenarios
from control import CLIENT, QEMU, wait_until
from namespace import Switch, plug, run, settle

DEVICE, OWN = "10.0.10.1", "10.0.10.50"
DEVICE6, OWN6 = "fd00:10::1", "fd00:10::50"
LISTENER = 9000
ROUNDS = 5
LINGER_S = 22  # until lwIP has forgotten what Linux left in SYN-RECEIVED and FIN-WAIT-2
FIRST_PORT = 20000
QUIET_S = 90 if QEMU else 30
SOL_TCP_USER_TIMEOUT = (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1500)
ONE_MORE_SYN = (socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1)
SMALL_WINDOW = (socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
LITTLE, MUCH = 8000, 60000  # of what a client never reads: what the switch can keep, and more

GONE = None  # no state: the side has no such connection, or not any more

# How many of each kind in a round, and which pairs of states (the kernel's, the switch's) they may
# be in when no segment is on its way. What is not here is a mistake of one of the two.
KINDS = {
    # both are whole, and silent
    "idle": (5, {("ESTAB", "established")}),
    # Linux closes first: TIME-WAIT is Linux's, for a minute, and the switch's LAST-ACK is over
    "closed": (8, {("TIME-WAIT", GONE), (GONE, GONE)}),
    # Linux resets
    "reset": (6, {(GONE, GONE)}),
    # the switch closes first, and curl at once: TIME-WAIT is the switch's
    "curl": (4, {(GONE, "timeWait")}),
    # the switch closes, and the client does not; lwIP waits for its FIN for 20 s, then forgets
    "unclosed": (2, {("CLOSE-WAIT", "finWait2"), ("CLOSE-WAIT", GONE)}),
    # Linux has closed its half; the service sends a row every 2 s, and closes after 40 at least
    "half": (2, {("FIN-WAIT-2", "closeWait"), ("TIME-WAIT", GONE)}),
    # nobody serves that port
    "refused": (4, {(GONE, GONE)}),
    # Linux does not hear the SYN-ACK, and gives up after 3 s; lwIP does after 20 s, or as soon as
    # it repeats its SYN-ACK then
    "unheard": (2, {("SYN-SENT", "synReceived"), (GONE, "synReceived"), (GONE, GONE)}),
    # Linux hears no ACK, and gives up: the switch's next retransmission is answered by RST
    "deaf": (2, {("ESTAB", "established"), (GONE, "established"), (GONE, GONE)}),
    # the switch resets, as `clear tcp connection` is typed
    "cleared": (1, {(GONE, GONE)}),
    # the client never reads, and what it sent comes back
    "little": (1, {("ESTAB", "established")}),
    "much": (1, {("ESTAB", "established")}),
    # the switch calls, and closes: TIME-WAIT is its own
    "called": (2, {("ESTAB", "established"), (GONE, "timeWait")}),
}
BY_CHANCE = {("closed", GONE, GONE), ("half", "TIME-WAIT", GONE), ("unheard", GONE, "synReceived"),
             ("deaf", GONE, "established")}
if QEMU:
    BY_CHANCE.add(("deaf", "ESTAB", "established"))  # Linux may give up before the first look
AT_ONCE = sum(count for count, _ in KINDS.values())
PORT_OF = {"curl": 80, "unclosed": 80, "half": 7070, "refused": 9}


class Peer:
    """The switch, the connections with it, and what is kept of them."""

    def __init__(self):
        self.switch = Switch("nd0,access=10")
        plug("nd0", OWN + "/24", OWN6 + "/64")
        self.six = DEVICE6 in self.switch.text("show vlan ifindex detail")
        settle(DEVICE, *([DEVICE6] if self.six else []))
        self.listener = socket.create_server((OWN, LISTENER), backlog=64)
        self.kind = {}  # of each pair of ends
        self.kept = {}
        self.callers = []
        self.accepted = []
        self.port = FIRST_PORT
        self.refused_to_switch = 0

    def close(self):
        for process in self.callers:
            namespace.end(process)
        for connection in [self.listener, *self.accepted, *self.kept.values()]:
            connection.close()
        self.switch.close()

    def ends(self, kind):
        """The next connection's: every third is IPv6."""
        self.port += 1
        six = self.six and self.port % 3 == 0 and kind != "cleared"
        device, own = (DEVICE6, OWN6) if six else (DEVICE, OWN)
        ends = (own, self.port), (device, PORT_OF.get(kind, 7))
        self.kind[ends] = kind
        return ends

    def dial(self, kind, *options, **more):
        ends = self.ends(kind)
        connection = self.kept[ends] = kernel.dial(*ends[1], ends[0][1], options, **more)
        return connection

    def rows(self):
        """{ends: row}, as the kernel names the ends."""
        rows = self.switch.json("show tcp connections")["connections"]
        return {tuple((row[side]["address"], row[side]["port"]) for side in ("remote", "local")):
                row for row in rows}

    # ---- the kinds ----

    def idle(self):
        kernel.echo(self.dial("idle"))

    def closed(self):
        connection = self.dial("closed")
        kernel.echo(connection)
        connection.close()

    def reset(self):
        connection = self.dial("reset")
        kernel.echo(connection)
        kernel.reset(connection)

    def curl(self):
        own, device = self.ends("curl")
        host = "[%s]" % device[0] if ":" in device[0] else device[0]
        page = run("curl", "-sS", "-g", "--local-port", str(own[1]), "http://%s/" % host).stdout
        assert "lwIP" in page, page

    def unclosed(self):
        self.dial("unclosed").sendall(b"GET / HTTP/1.0\r\n\r\n")

    def half(self):
        self.dial("half").shutdown(socket.SHUT_WR)

    def refused(self):
        try:
            self.dial("refused", connect=False).connect(list(self.kind)[-1][1])
        except ConnectionRefusedError:
            return
        assert False, "a port that nobody serves took a connection"

    def unheard(self):
        connection = self.dial("unheard", ONE_MORE_SYN, connect=False)
        kernel.deafen(connection).setblocking(False)
        assert connection.connect_ex(list(self.kind)[-1][1]) == errno.EINPROGRESS

    def deaf(self):
        connection = self.dial("deaf", SOL_TCP_USER_TIMEOUT)
        kernel.echo(connection)
        kernel.deafen(connection).sendall(b"hello")

    def cleared(self):
        connection = self.dial("cleared")
        kernel.echo(connection)
        row = self.rows()[list(self.kind)[-1]]
        self.switch.run("clear tcp connection " + row["id"], check=0)
        try:
            connection.recv(1)
        except ConnectionResetError:
            return
        assert False, "a connection that was cleared was not reset"

    def little(self):
        self.dial("little", SMALL_WINDOW).sendall(bytes(LITTLE))

    def much(self):
        connection = self.dial("much", SMALL_WINDOW, (socket.SOL_SOCKET, socket.SO_SNDBUF, MUCH))
        connection.setblocking(False)
        assert connection.send(bytes(MUCH)) == MUCH

    def call(self, port, count, seconds):
        self.callers.append(subprocess.Popen(
            [*namespace.WITH_US, CLIENT, "-s", self.switch.path, "-c", "connect %s %d count %d "
             "seconds %d" % (OWN, port, count, seconds)], stdout=subprocess.PIPE))

    def called(self):
        """Two in one command."""
        if len(self.accepted) % 2 == 0:
            self.call(LISTENER, 2, 3)
        connection, (address, port) = self.listener.accept()
        self.kind[(OWN, LISTENER), (address, port)] = "called"
        self.accepted.append(connection)

    def turned_away(self):
        """The switch calls where nobody listens: none of the kinds, as neither side has it then."""
        text = self.switch.text("connect %s 9 seconds 1" % OWN)
        assert text == "1 called: 0 unanswered, 0 open, 1 refused, 0 ended\n", text
        self.refused_to_switch += 1

    def begin_round(self):
        for kind, (count, _) in KINDS.items():
            for _ in range(count):
                getattr(self, kind)()
        self.turned_away()

    def close_after_it(self):
        """A program closes where the switch has closed a connection of its own."""
        for connection in select.select(self.accepted, [], [], 0)[0]:
            connection.close()
            self.accepted.remove(connection)


# ---- both sides at one moment ----

def same_twice(read, what):
    """What is read until it was the same twice."""
    deadline, first = time.monotonic() + QUIET_S, read()
    while True:
        again = read()
        if first == again:
            return first
        assert time.monotonic() < deadline, "%s do not come to rest" % what
        first = again


def sides(peer):
    """{ends: (kernel's socket, switch's row)}: neither side has moved while both were read."""
    rows = {}

    def read():
        peer.close_after_it()
        before = kernel.sockets()
        rows.update(latest=peer.rows())
        return before, {ends: [row[key] for key in ("state", "sendQueue", "receiveQueue")]
                        for ends, row in rows["latest"].items()}

    there, _ = same_twice(read, "the connections")
    return {ends: (there.get(ends), rows["latest"].get(ends))
            for ends in {*there, *rows["latest"], *peer.kind}}


def counted(peer):
    """The kernel's counters and the switch's: of one moment, as neither moves."""
    def read():
        there = peer.switch.json("show tcp statistics")
        return kernel.counters(), {part: there[part] for part in
                                   ("rfc4022", "rcvd", "sent", "connections")}

    return same_twice(read, "the counters")


def states_of(ours, theirs):
    return ours and ours[0], theirs and theirs["state"]


def wrong_queues(kind, ours, theirs):
    """Each byte is somewhere once: where both sides have the connection, and hear each other. ss
    counts a FIN among what was not read."""
    if not ours or not theirs or kind in ("unheard", "deaf"):
        return None
    unread, unsent, at_switch = *ours[1:], (theirs["sendQueue"], theirs["receiveQueue"])
    if kind == "much":
        return unread + unsent + sum(at_switch) - MUCH or None
    right = {"unclosed": theirs["txBytes"] + 1, "half": theirs["txBytes"],
             "little": LITTLE - at_switch[0]}.get(kind, 0)
    at_switch = at_switch[1:] if kind == "little" else at_switch
    wrong = unread != right or unsent != 0 or any(at_switch)
    return ("unread", unread, right, unsent, at_switch) if wrong else None


def mistakes(peer, seen):
    """What the two sides disagree on."""
    found = []
    for ends, (ours, theirs) in seen.items():
        kind = peer.kind.get(ends)
        if kind is None or states_of(ours, theirs) not in KINDS[kind][1]:
            found.append((kind, ends, states_of(ours, theirs)))
        elif wrong_queues(kind, ours, theirs):
            found.append((kind, ends, wrong_queues(kind, ours, theirs)))
        elif theirs and theirs["retransSegs"] > 0 and kind not in ("unheard", "deaf"):
            found.append((kind, ends, "something was sent again, and nothing was lost"))
    return found


class Sample:
    """The two sides at one moment: the connections in each pair of states, {(kind, kernel's,
    switch's): number}, and by how much the counters have grown."""

    def __init__(self, peer, start):
        deadline = time.monotonic() + QUIET_S
        while True:
            seen = sides(peer)
            now = counted(peer)
            self.mistakes = mistakes(peer, seen)
            self.pairs = self.pairs_of(peer, seen)
            # What is on its way arrives, and is wrong no more; what is wrong stays wrong
            if not self.mistakes and self.pairs == self.pairs_of(peer, sides(peer)):
                break
            if time.monotonic() > deadline:
                break
        self.refused_to_switch = peer.refused_to_switch
        self.kernel = {name: number - start[0][name] for name, number in now[0].items()}
        self.switch = {part: {name: number - start[1][part][name]
                              for name, number in numbers.items()}
                       for part, numbers in now[1].items()}

    @staticmethod
    def pairs_of(peer, seen):
        return collections.Counter((peer.kind.get(ends), *states_of(*both))
                                   for ends, both in seen.items())

    def number(self, kind, *states):
        """Connections of a kind: all of them so far, or those in a pair of states."""
        return sum(number for (name, *pair), number in self.pairs.items()
                   if name == kind and (not states or tuple(pair) == states))


class KernelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = Peer()
        cls.addClassCleanup(cls.peer.close)
        start, cls.samples = counted(cls.peer), []
        cls.discards = cls.peer.switch.port("nd0")["outDiscards"]  # before the link was up
        for _ in range(ROUNDS):
            cls.peer.begin_round()
            cls.samples.append(Sample(cls.peer, start))
        end = time.monotonic() + LINGER_S
        while time.monotonic() < end:
            time.sleep(1)
            cls.samples.append(Sample(cls.peer, start))

    def equal(self, ours, theirs):
        """The same of the kernel, and of the switch, in every sample."""
        for at, sample in enumerate(self.samples):
            with self.subTest(sample=at):
                self.assertEqual(ours(sample), theirs(sample))

    def test_200_connections_are_in_matching_states_with_all_their_bytes(self):
        self.assertEqual(len(self.peer.kind), 200)
        for at, sample in enumerate(self.samples):
            with self.subTest(sample=at):
                self.assertEqual(sample.mistakes, [])
                self.assertEqual(sum(sample.pairs.values()), AT_ONCE * min(at + 1, ROUNDS))

    def test_every_pair_of_states_was_seen(self):
        seen = set().union(*(sample.pairs for sample in self.samples))
        every = {(kind, *pair) for kind, (_, pairs) in KINDS.items() for pair in pairs}
        self.assertEqual(seen | BY_CHANCE, every)

    def test_segments_that_one_side_sent_came_in_at_the_other(self):
        """RFC 4022 and the kernel: OutSegs leaves out segments with nothing but repeated octets,
        RetransSegs has them, and InSegs has all (SNMP counters of the kernel's documentation,
        networking/snmp_counter.rst). TAPs have no offload: a segment is a frame. A SYN-ACK sent
        again the kernel would count in both, but all that it sends are heard."""
        self.equal(lambda sample: sample.kernel["TcpInSegs"],
                   lambda sample: sample.switch["sent"]["total"])
        self.equal(lambda sample: sample.kernel["TcpOutSegs"] + sample.kernel["TcpRetransSegs"],
                   lambda sample: sample.switch["rcvd"]["total"])
        self.equal(lambda sample: sample.switch["rfc4022"]["inSegs"],
                   lambda sample: sample.switch["rcvd"]["total"])

    def test_what_linux_sent_again_the_switch_had_already(self):
        """Nothing is lost on the way there. TCPSynRetrans are SYNs sent again, without data."""
        self.equal(lambda sample: sample.kernel["TcpRetransSegs"] -
                   sample.kernel["TcpExtTCPSynRetrans"],
                   lambda sample: sample.switch["rcvd"]["duplicatePackets"])
        self.assertGreater(self.samples[-1].switch["rcvd"]["duplicatePackets"], 10)

    def test_opens_are_active_here_and_passive_there(self):
        """RFC 4022 counts a passive open as SYN-RECEIVED is entered; the kernel when the handshake
        is over, and all that it began here were finished."""
        self.equal(lambda sample: sample.kernel["TcpActiveOpens"] - sample.number("refused"),
                   lambda sample: sample.switch["rfc4022"]["passiveOpens"])
        self.equal(lambda sample: sample.kernel["TcpPassiveOpens"] + sample.refused_to_switch,
                   lambda sample: sample.switch["rfc4022"]["activeOpens"])
        self.equal(lambda sample: sample.number("called"),
                   lambda sample: sample.kernel["TcpPassiveOpens"])

    def test_attempts_fail_at_each_side_as_it_gives_up(self):
        self.equal(lambda sample: sample.kernel["TcpAttemptFails"],
                   lambda sample: sample.number("refused") + sample.number("unheard") -
                   sample.number("unheard", "SYN-SENT", "synReceived"))
        self.equal(lambda sample: sample.number("unheard", GONE, GONE) + sample.refused_to_switch,
                   lambda sample: sample.switch["rfc4022"]["attemptFails"])

    def test_resets_are_counted_at_both_ends(self):
        """A deaf one ends at the switch some time later."""
        self.equal(lambda sample: sample.kernel["TcpEstabResets"] -
                   sample.number("deaf", GONE, "established"),
                   lambda sample: sample.switch["rfc4022"]["estabResets"])
        self.equal(lambda sample: sample.number("reset") + sample.number("cleared") +
                   sample.number("deaf", GONE, GONE),
                   lambda sample: sample.switch["rfc4022"]["estabResets"])
        self.equal(lambda sample: sample.number("refused") + sample.number("cleared"),
                   lambda sample: sample.switch["rfc4022"]["outRsts"])

    def test_linux_resets_what_it_does_not_know(self):
        """lwIP sends its SYN-ACK again at about the time at which Linux gives up an attempt: if a
        moment later, it is answered by RST, too."""
        for sample in self.samples:
            sure = (sample.number("reset") + sample.number("deaf", GONE, GONE) +
                    sample.refused_to_switch)
            self.assertGreaterEqual(sample.kernel["TcpOutRsts"], sure)
            self.assertLessEqual(sample.kernel["TcpOutRsts"],
                                 sure + sample.number("unheard", GONE, GONE))

    def test_server_that_hangs_up_has_ended_the_call(self):
        caller = subprocess.Popen([*namespace.WITH_US, CLIENT, "-s", self.peer.switch.path, "-c",
                                   "connect %s %d seconds 2" % (OWN, LISTENER)],
                                  stdout=subprocess.PIPE)
        self.peer.listener.accept()[0].close()
        self.assertEqual(caller.communicate(timeout=QUIET_S)[0],
                         b"1 called: 0 unanswered, 0 open, 0 refused, 1 ended\n")

    def test_nothing_is_in_error(self):
        for sample in self.samples:
            self.assertEqual(sample.kernel["TcpInErrs"], 0)
            self.assertEqual(sample.kernel["TcpInCsumErrors"], 0)
            self.assertEqual(sample.switch["rfc4022"]["inErrs"], 0)
            self.assertEqual(sample.switch["rcvd"]["noPort"], sample.number("refused"))
        port = self.peer.switch.port("nd0")
        self.assertEqual([port[key] for key in ("runts", "giants", "unknownVlans", "stackedTags",
                                                "outDiscards")], [0] * 4 + [self.discards])


def setUpModule():
    scenarios.needs_hooks()


if __name__ == "__main__":
    unittest.main()
