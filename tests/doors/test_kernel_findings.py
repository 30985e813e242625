#!/usr/bin/python3
"""Findings from traffic that Linux makes: nmap, hping3, and programs that treat the switch badly.

Each has a switch and a subnet of its own, and all go on at the same time: rules wait for up to half
a minute.
"""

import namespace

namespace.enter("nmap", "hping3")

# pylint: disable=wrong-import-position
import concurrent.futures
import socket
import subprocess
import time
import unittest

import kernel
import scenarios
from control import CLIENT, wait_until
from namespace import Switch, plug, run, settle, unplug

EVERY_S = 0.5
LATE_S = 20  # beyond what a rule says, on a machine that has much to do

SCANNED_PORTS, OPEN_PORTS = 100, {7, 22, 23, 80}
FORGED_SYNS = 60
# Of 2^32 addresses a seventh is no host's: 0/8, 127/8, 224/3. The switch drops what comes from there.
FEWEST_SYNS = 30
CALLS, CALLED_PORT = 6, 9000
WINDOW = 2048  # a client's, about
RECONNECTS, SILENCE_S = 5, 4


class Neighbor:
    """A switch, and Linux at its port."""

    def __init__(self, number):
        vlan = 100 + number
        self.device, self.own = "10.0.%d.1" % vlan, "10.0.%d.50" % vlan
        self.interface = "nd%d" % vlan
        self.switch = Switch("%s,access=%d" % (self.interface, vlan),
                             options=("--vlan", "%d=%s/24" % (vlan, self.device)))
        self.kept = []
        plug(self.interface, self.own + "/24")
        settle(self.device)

    def dial(self, port, *options):
        self.kept.append(kernel.dial(self.device, port, options=options))
        return self.kept[-1]

    def rows(self, **wanted):
        return [row for row in self.switch.json("show tcp connections")["connections"]
                if all(row[key] == value for key, value in wanted.items())]

    def findings(self):
        """{code: finding}"""
        return {each["code"]: each for each in self.switch.json("show tcp diagnosis")["findings"]}

    def close(self):
        for each in self.kept:
            if isinstance(each, subprocess.Popen):
                namespace.end(each)
            else:
                each.close()
        self.switch.close()


# ---- what Linux does, each for one finding ----

def scan(neighbor):
    text = run("nmap", "-sS", "-n", "-Pn", "-T4", "--max-retries", "1", "-p",
               "1-%d" % SCANNED_PORTS, neighbor.device).stdout
    opened = {int(line.split("/")[0]) for line in text.splitlines() if "/tcp" in line}
    assert opened == OPEN_PORTS, text


def flood(neighbor):
    """It ends with 1, as nobody answers."""
    run("hping3", "-S", "--rand-source", "-p", "80", "-c", str(FORGED_SYNS), "-i", "u20000", "-q",
        neighbor.device, check=False)


def never_answer(neighbor):
    neighbor.kept.append(kernel.deafen(socket.create_server((neighbor.own, CALLED_PORT))))
    neighbor.kept.append(subprocess.Popen(
        [*namespace.WITH_US, CLIENT, "-s", neighbor.switch.path, "-c", "connect %s %d count %d "
         "seconds 600" % (neighbor.own, CALLED_PORT, CALLS)], stdout=subprocess.DEVNULL))


def vanish(neighbor):
    """The switch has sent something when the link goes."""
    connection = neighbor.dial(7)
    kernel.echo(connection)
    kernel.deafen(connection).sendall(b"hello")
    wait_until(lambda: neighbor.rows(sendQueue=5))
    unplug(neighbor.interface)


def never_close(neighbor):
    """The server closes first, and reads no more."""
    neighbor.dial(80).sendall(b"GET / HTTP/1.0\r\n\r\n")


def never_acknowledge(neighbor):
    kernel.deafen(neighbor.dial(80)).sendall(b"GET / HTTP/1.0\r\n\r\n")


def close_both(neighbor):
    """Neither side has heard of the other's FIN; the kernel would first repeat what it sent before,
    were it not told to be patient."""
    run("ip", "route", "change", "10.0.%s.0/24" % neighbor.own.split(".")[2], "dev",
        neighbor.interface, "src", neighbor.own, "rto_min", "20s")
    connection = kernel.deafen(neighbor.dial(80))
    connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
    wait_until(lambda: neighbor.rows(state="finWait1"))
    connection.close()


def close_deaf(neighbor):
    connection = neighbor.dial(7)
    kernel.echo(connection)
    kernel.deafen(connection).close()


def reconnect(neighbor):
    """A client that loses its power again and again: its RST finds no link."""
    neighbor.switch.run("tcp threshold reconnect-silence %d" % (SILENCE_S - 1), check=0)
    for _ in range(RECONNECTS):
        connection = neighbor.dial(7)
        kernel.echo(connection)
        unplug(neighbor.interface)
        kernel.reset(connection)
        plug(neighbor.interface)
        time.sleep(SILENCE_S)


def never_read(neighbor):
    """What comes back is more than the client's window, and less than the switch can keep."""
    neighbor.dial(7, (socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)).sendall(bytes(12000))


def never_read_and_send(neighbor):
    """More than the switch can keep: its program stops reading, too."""
    connection = neighbor.dial(7, (socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW))
    connection.setblocking(False)
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            connection.send(bytes(4096))
        except BlockingIOError:
            time.sleep(0.1)


# What is found, within how many seconds of what Linux did; the one for which it is here comes first.
STORIES = {
    scan: (("port-scan",), 1),
    flood: (("syn-flood",), 4),
    never_answer: (("syn-sent-one-target",), 2),
    vanish: (("stale-established",), 22),
    never_close: (("fin-wait-stuck",), 11),
    never_acknowledge: (("fin-wait-stuck",), 11),
    close_both: (("closing-stuck",), 11),
    close_deaf: (("last-ack-stuck",), 11),
    reconnect: (("reconnecting-client",), 1),
    never_read: (("send-stall",), 31),
    never_read_and_send: (("receive-stall", "send-stall"), 31),
}


class Seen:
    """What came of a story: the findings when all were there, and all codes until then."""

    def __init__(self, story, neighbor):
        self.neighbor = neighbor
        self.expected, within_s = STORIES[story]
        story(neighbor)
        deadline, self.codes = time.monotonic() + within_s + LATE_S, set()
        while True:
            self.findings = neighbor.findings()
            self.codes |= set(self.findings)
            if self.codes >= set(self.expected) or time.monotonic() > deadline:
                return
            time.sleep(EVERY_S)


class FindingsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        pool = concurrent.futures.ThreadPoolExecutor(len(STORIES))
        cls.seen = {}
        for number, story in enumerate(STORIES):
            neighbor = Neighbor(number)
            cls.addClassCleanup(neighbor.close)
            cls.seen[story] = pool.submit(Seen, story, neighbor)
        cls.addClassCleanup(pool.shutdown)

    def told(self, story, **wanted):
        """The evidence of what was found, of it alone."""
        seen = self.seen[story].result()
        self.assertEqual(seen.codes, set(seen.expected))
        evidence = seen.findings[seen.expected[0]]["evidence"]
        self.assertEqual({key: evidence.get(key) for key in wanted}, wanted)
        return seen.neighbor, evidence

    def test_nmap_is_a_port_scan(self):
        neighbor = self.seen[scan].result().neighbor
        closed = SCANNED_PORTS - len(OPEN_PORTS)
        _, evidence = self.told(scan, source=neighbor.own, ports=closed, portsMore=False, sources=1)
        self.assertTrue(closed <= evidence["segments"] <= 2 * closed, evidence)

    def test_hping3_with_random_sources_is_a_syn_flood(self):
        neighbor, evidence = self.told(flood, port=80, owner="httpd", synsRefused=0, otherPorts=0)
        self.assertTrue(FEWEST_SYNS <= evidence["halfOpen"] <= FORGED_SYNS, evidence)
        self.assertEqual(evidence["sources"], evidence["halfOpen"])
        # The switch has no gateway: its SYN-ACKs to other subnets have nowhere to go
        statistics = neighbor.switch.json("show tcp statistics")
        self.assertEqual(statistics["rcvd"]["total"], evidence["halfOpen"])
        self.assertEqual(statistics["sent"]["total"], 0)

    def test_listener_that_never_answers_is_found_by_who_calls_it(self):
        neighbor = self.seen[never_answer].result().neighbor
        _, evidence = self.told(never_answer, target=neighbor.own, port=CALLED_PORT,
                                owner="connect", reach="resolved")
        self.assertEqual(evidence["attempts"] + evidence["failed"], CALLS)
        namespace.end(neighbor.kept[-1])
        wait_until(lambda: not neighbor.rows())

    def test_link_that_goes_down_leaves_a_stale_connection(self):
        neighbor, _ = self.told(vanish, connections=1, port=7, unacknowledged=5, keepalives=0,
                                retransmissions=3)
        self.assertGreaterEqual(neighbor.switch.port(neighbor.interface)["outDiscards"], 3)

    def test_client_that_never_closes_leaves_fin_wait_2(self):
        self.told(never_close, connections=1, finWait1=0, finWait2=1, port=80, owner="httpd",
                  retransmissions=0)

    def test_client_that_never_acknowledges_leaves_fin_wait_1(self):
        _, evidence = self.told(never_acknowledge, connections=1, finWait1=1, finWait2=0, port=80)
        self.assertGreaterEqual(evidence["retransmissions"], 1)

    def test_simultaneous_close_without_acks_stays_in_closing(self):
        self.told(close_both, connections=1, port=80, owner="httpd")

    def test_client_gone_before_its_last_ack_leaves_last_ack(self):
        self.told(close_deaf, connections=1, port=7, owner="tcpecho")

    def test_client_that_comes_again_without_a_fin_is_reconnecting(self):
        neighbor = self.seen[reconnect].result().neighbor
        self.told(reconnect, remote=neighbor.own, port=7, connections=RECONNECTS,
                  established=RECONNECTS, clients=1)

    def test_client_that_never_reads_stalls_the_sender(self):
        neighbor, evidence = self.told(never_read, connections=1, port=7)
        row = neighbor.rows()[0]
        self.assertEqual((row["sendWindow"], row["receiveQueue"]), (0, 0))
        self.assertGreater(evidence["unsent"], 12000 - 2 * WINDOW)

    def test_client_that_sends_and_never_reads_stalls_the_program(self):
        _, evidence = self.told(never_read_and_send, connections=1, port=7, owner="tcpecho")
        self.assertGreater(evidence["unread"], 10000)


def setUpModule():
    scenarios.needs_hooks()


if __name__ == "__main__":
    unittest.main()
