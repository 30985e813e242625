#!/usr/bin/python3
"""The counters of the device against a capture of its wire, and the capture and faults themselves.

Counters that the device does not count yet are passed over; all others must be equal.
"""

import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import oracle  # pylint: disable=wrong-import-position

from scenarios import decoded

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
TIMEOUT_S = 120
STATES = {"SYN-SENT": "synSent", "SYN-RECEIVED": "synReceived", "ESTABLISHED": "established",
          "FIN-WAIT-1": "finWait1", "FIN-WAIT-2": "finWait2", "CLOSE-WAIT": "closeWait",
          "CLOSING": "closing", "LAST-ACK": "lastAck", "TIME-WAIT": "timeWait"}

# What lwIP 2.1.3 dies of when a peer sends beyond the window, out of order: mended in 2.2.0.
FAULT_OF_LWIP_213 = b"ooseq tcplen > rcv_wnd"

# What lossy does not bring about: nobody sends URG or acknowledges the future, and the device has
# room for all.
NEVER_IN_LOSSY = {"SENT_URGENT", "RCVD_ACKS_UNSENT", "CONN_BACKLOG_REFUSED", "CONN_WITHOUT_ROW"}


def run(*options, lines="sh tcp statistics json\nsh tcp connections json\n", before=None):
    return subprocess.run([SIM, "--clock", "virtual", *options], input=lines.encode(),
                          capture_output=True, timeout=TIMEOUT_S, check=False, preexec_fn=before)


def as_the_wire_has_it(statistics, connections):
    """A program that closes takes its connection to FIN-WAIT-1 or LAST-ACK at once (RFC 9293,
    3.10.4); where data waits before the FIN, a capture cannot know of it yet."""
    states = statistics["states"]
    for row in connections:
        before = {"finWait1": "established", "lastAck": "closeWait"}.get(row["state"])
        if before and row["sendQueue"] > row["inFlight"]:
            states[row["state"]] -= 1
            states[before] += 1
            statistics["rfc4022"]["currEstab"] += 1
    return statistics


class CounterTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.capture = os.path.join(directory.name, "wire.pcap")

    def simulate(self, scenario, seconds, seed):
        """What the device says; None when lwIP 2.1.3 died of its own fault."""
        done = run("--scenario", scenario, "--run", str(seconds), "--seed", str(seed), "--pcap",
                   self.capture)
        if FAULT_OF_LWIP_213 in done.stderr:
            print("seed %d of %s: lwIP 2.1.3 died" % (seed, scenario))
            return None
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"runts 0, giants 0, unknown VLAN 0, stacked tags 0, TCP segments not for "
                      b"the switch's own stack 0, frames without a buffer 0, dropped by IP 0", done.stderr)
        statistics, connections = decoded(done.stdout.decode())
        return as_the_wire_has_it(statistics, connections["connections"])

    def compare(self, statistics):
        """The judge, after it found what the device counts to be right."""
        device = oracle.judge(self.capture, oracle.end_of(statistics))
        self.assertEqual(device.doubts, [])
        with open(os.devnull, "w", encoding="ascii") as out:
            different = oracle.compare(device.counters.definitions, statistics,
                                       device.counters.groups(), out=out)
        if different:
            oracle.compare(device.counters.definitions, statistics, device.counters.groups())
        self.assertEqual(different, [])
        self.compare_states(statistics, device)
        self.check_sums(device.counters.value)
        return device

    def compare_states(self, statistics, device):
        """Whether the judge knows what became of every connection, even of those gone silently."""
        states = dict.fromkeys(STATES.values(), 0)
        for connection in device.connections.values():
            states[STATES[connection.state]] += 1
        self.assertEqual({name: statistics["states"][name] for name in states}, states)

    def check_sums(self, value):
        """Classes that exclude each other add up."""
        self.assertEqual(value["SENT_TOTAL"], sum(value[name] for name in (
            "SENT_RETRANS_PACKETS", "SENT_WINDOW_PROBES", "SENT_DATA_PACKETS", "SENT_CONTROL",
            "CONN_KEEPALIVE_PROBES", "SENT_WINDOW_UPDATES", "SENT_ACK_ONLY")))
        self.assertEqual(value["RETRANS_SEGS"],
                         value["SENT_RETRANS_PACKETS"] + value["SENT_CONTROL_RETRANS"])
        self.assertEqual(value["CONN_INITIATED"] + value["CONN_ACCEPTED"],
                         value["ACTIVE_OPENS"] + value["PASSIVE_OPENS"])

    def test_normal_equals_the_wire(self):
        for seed in (1, 2, 3):
            with self.subTest(seed=seed):
                value = self.compare(self.simulate("normal", 300, seed)).counters.value
                for name in ("RETRANS_SEGS", "IN_ERRS", "RCVD_DUP_PACKETS", "CONN_RXMT_TIMEOUTS"):
                    self.assertEqual(value[name], 0, name)

    def test_lossy_equals_the_wire(self):
        total = dict.fromkeys(oracle.Counters.RULES, 0)
        runs = 0
        for seed in (1, 2, 3, 4, 5):
            with self.subTest(seed=seed):
                statistics = self.simulate("lossy", 600, seed)
                if statistics is None:
                    continue
                runs += 1
                for name, value in self.compare(statistics).counters.value.items():
                    total[name] += value
        self.assertGreaterEqual(runs, 3)
        unused = {name for name, value in total.items() if value == 0}
        self.assertEqual(unused - NEVER_IN_LOSSY, set(), "lossy leaves counters at 0")

    def test_connections_that_die_of_timeouts_are_found_dead(self):
        for seed in (1, 2, 3):  # lwIP gives up after 1534 s
            statistics = self.simulate("lossy", 1900, seed)
            if statistics is not None:
                value = self.compare(statistics).counters.value
                self.assertGreater(value["CONN_RXMT_DROPPED"], 0)
                return
        self.fail("no run came to its end")

    def test_other_end_counts_the_same_on_a_clean_line(self):
        statistics = self.simulate("normal", 300, 1)
        device = oracle.judge(self.capture, oracle.end_of(statistics)).counters.value
        addresses = [pattern % vlan for vlan in (1, 10, 20)
                     for pattern in ("10.0.%d.2", "2001:db8:%d::2")]
        world = oracle.judge(self.capture, addresses=addresses).counters.value
        for one, other in ((device, world), (world, device)):
            self.assertEqual(one["SENT_TOTAL"], other["RCVD_TOTAL"])
            self.assertEqual(one["SENT_DATA_BYTES"], other["RCVD_IN_SEQ_BYTES"])
            self.assertEqual(one["SENT_DATA_PACKETS"], other["RCVD_IN_SEQ_PACKETS"])
            self.assertEqual(one["ACTIVE_OPENS"] - one["ATTEMPT_FAILS"], other["PASSIVE_OPENS"])
            self.assertEqual(one["CONN_ESTABLISHED"], other["CONN_ESTABLISHED"])
            self.assertEqual(one["RETRANS_SEGS"], 0)


class CaptureTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def path(self, name):
        return os.path.join(self.directory, name)

    def content(self, name, *options):
        done = run("--run", "60", "--pcap", self.path(name), *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_two_runs_of_a_seed_are_equal_byte_for_byte(self):
        for scenario in ("normal", "lossy"):
            options = ("--scenario", scenario, "--seed", "3")
            first = self.content("1", *options)
            self.assertEqual(self.content("2", *options), first)
            self.assertNotEqual(self.content("3", "--scenario", scenario, "--seed", "4"), first)

    def test_frames_are_whole_tagged_and_in_order(self):
        self.content("1")
        with open(self.path("1"), "rb") as file:
            data = file.read()
        order = "<" if data[:4] == bytes.fromhex("d4c3b2a1") else ">"  # the machine's
        at, last, vlans = 24, 0, set()
        while at < len(data):
            seconds, micros, captured, length = struct.unpack_from(order + "IIII", data, at)
            self.assertEqual(captured, length)
            self.assertGreaterEqual(seconds * 1000000 + micros, last)
            last = seconds * 1000000 + micros
            kind, vlan = struct.unpack_from("!HH", data, at + 16 + 12)
            self.assertEqual(kind, 0x8100)
            vlans.add(vlan)
            at += 16 + length
        self.assertEqual(vlans, {1, 10, 20})
        self.assertLessEqual(last, (946684800 + 60) * 1000000)

    def test_file_that_cannot_be_written_is_an_error(self):
        for path, reason in ((self.path("none/x"), b"No such file or directory"),
                             (self.directory, b"Is a directory"),
                             ("/dev/full", b"No space left on device")):
            done = run("--pcap", path)
            self.assertEqual(done.returncode, 3)
            self.assertEqual(done.stdout, b"")
            self.assertIn(path.encode() + b": " + reason, done.stderr)

    def test_disk_that_becomes_full_ends_the_capture_alone(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))

        done = run("--run", "60", "--pcap", self.path("x"), before=limit)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(decoded(done.stdout.decode())[0]["rcvd"]["total"], 100)
        self.assertEqual(done.stderr.count(b"the capture ends here"), 1)
        self.assertIn(self.path("x").encode() + b": File too large", done.stderr)

    def test_unknown_scenario_names_the_legal_ones(self):
        done = run("--scenario", "rain")
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'"rain" is no scenario; legal are normal', done.stderr)
        self.assertIn(b"lossy", done.stderr)
        listed = run("--help").stdout
        for name in (b"normal", b"lossy"):
            self.assertRegex(listed, rb"(?m)^  " + name + rb" +\w")


if __name__ == "__main__":
    unittest.main()
