#!/usr/bin/python3
"""One run on the virtual clock is the same on every machine, byte for byte: what is printed, as text
and as JSON, the capture, and what the SNMP agent answers. `make test ARCH=...` runs this, with the
simulators of this machine (NETDIAG_NATIVE_SIM, NETDIAG_NATIVE_POLLED_SWITCH) to compare with."""

import difflib
import json
import os
import re
import struct
import subprocess
import tempfile
import unittest

import scenarios
import snmp
from control import SIM

NATIVE = os.environ.get("NETDIAG_NATIVE_SIM", "build/release/netdiag-sim")
POLLED = os.environ.get("NETDIAG_POLLED_SWITCH", "build/release/tests/doors/polled_switch")
NATIVE_POLLED = os.environ.get("NETDIAG_NATIVE_POLLED_SWITCH",
                               "build/release/tests/doors/polled_switch")
COMMUNITY = "public"
PCAP_MAGIC = 0xa1b2c3d4
SECONDS = 45
BOTH = ("tcp statistics", "tcp connections", "tcp connections detail", "tcp listeners", "tcp owners",
        "tcp closed", "tcp pool", "tcp states", "tcp diagnosis", "tcp history",
        "tcp thresholds", "tcp check", "vlan ifindex", "interfaces counters", "arp",
        "ipv6 neighbors", "snmp", "version")
# What is a machine's own: where functions are, how long a lock was held, how large a struct is.
OWN = ((r"0x[0-9a-f]{8,16}", "ADDRESS"), (r"held for [0-9.]+ .?s", "HELD"),
       (r'"longestHoldNs":\d+', "HELD"), (r'"heap":false,"size":\d+', "POOL"),
       (r'"heap":true,.*', "HEAP"))
SHOWN = [line for each in BOTH for line in ("show " + each, "show " + each + " json")]
SHOWN += ["show tech-support tcp", "show clock"]


def without_its_own(text):
    for pattern, mark in OWN:
        text = re.sub(pattern, mark, text)
    return text


def tcp_at(frame):
    """Where in a frame with one tag its TCP header is; None: nowhere."""
    kind = frame[16:18]
    if kind == b"\x08\x00" and frame[27] == 6:
        return 18 + 4 * (frame[18] & 15)
    if kind == b"\x86\xdd" and frame[24] == 6:
        return 58
    return None


def frames(capture):
    """The numbers of the file's head and each frame with its own; libpcap writes them as the
    machine has them, and reads both. The window of a RST, which nobody reads, lwIP puts into
    network order twice, so that it is another on a big-endian machine: it is left out, and the
    checksum."""
    order = "<" if struct.unpack_from("<I", capture)[0] == PCAP_MAGIC else ">"
    at, found = 24, [struct.unpack_from(order + "IHHiIII", capture)]
    while at < len(capture):
        head = struct.unpack_from(order + "4I", capture, at)
        frame = bytearray(capture[at + 16:at + 16 + head[2]])
        tcp = tcp_at(frame)
        if tcp and tcp + 20 <= len(frame) and frame[tcp + 13] & 4:
            frame[tcp + 14:tcp + 18] = bytes(4)
        found.append((head, bytes(frame)))
        at += 16 + len(frame)
    return found


def run(sim, directory, name, seed):
    """What it prints, how it ends, its capture."""
    capture = os.path.join(directory, "capture")
    lines = ["enable", "simulate " + name, "wait %d" % SECONDS, *SHOWN]
    done = subprocess.run(
        [sim, "--clock", "virtual", "--run", "60", "--seed", str(seed), "--pcap", capture,
         "--snmp-community", COMMUNITY,
         "--state-dir", os.path.join(directory, "state")],
        input="".join(line + "\n" for line in lines).encode(), capture_output=True,
        timeout=scenarios.TIMEOUT_S)
    assert b"% " not in done.stderr, done.stderr  # the status is that of `show tcp check`
    with open(capture, "rb") as file:
        return (without_its_own(done.stdout.decode()), (done.returncode, done.stderr),
                file.read())


class MachinesTest(unittest.TestCase):
    maxDiff = None

    def check(self, name, seed):
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
            (said, end, capture), (theirs, their_end, their_capture) = (
                run(NATIVE, here, name, seed), run(SIM, there, name, seed))
        self.assertGreater(len(said), 10000)
        if said != theirs:
            self.fail("\n".join(difflib.unified_diff(said.splitlines(), theirs.splitlines(),
                                                     "here", "there", n=0, lineterm="")))
        self.assertEqual(end, their_end)
        self.assertGreater(len(capture), 10000)
        self.assertEqual(frames(capture)[0][0], PCAP_MAGIC)
        self.assertTrue(frames(capture) == frames(their_capture))


def of_scenario(name):
    return lambda self: self.check(name, 1 + len(name) % 3)


# ---- SNMP ----

class Polled:
    """tests/doors/polled_switch.c"""

    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [program, "--clock", "virtual", "--snmp-community", COMMUNITY, "--snmp-contact", "noc",
             "--snmp-location", "rack 7", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return bytes.fromhex(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(scenarios.TIMEOUT_S)


class SnmpTest(unittest.TestCase):
    """The whole IP packets of the answers. On the virtual clock sysUpTime and the ages are the same,
    too: nothing is left out."""

    IP_UDP = 28
    CHANGES = (0x00, 0x01, 0x7f, 0x80, 0x84, 0xff)
    GROUPS = (snmp.SYSTEM, snmp.IF_TABLE, snmp.TCP, snmp.TCP + ".19.1.7", snmp.TCP + ".20.1.4",
              snmp.SNMP, snmp.BRIDGE, snmp.VLAN_STATIC, snmp.IF_X_TABLE)

    def start(self, scenario, seconds):
        self.switches = [Polled(program, "--scenario", scenario, "--run", str(seconds))
                         for program in (NATIVE_POLLED, POLLED)]
        self.asked = self.answered = 0

    def end(self):
        self.assertEqual([switch.close() for switch in self.switches], [0, 0])

    def say(self, line):
        here, there = (switch.say(line) for switch in self.switches)
        self.assertEqual(here.hex(), there.hex(), line)
        return here

    def ask(self, message):
        """The answer, which both give."""
        packet = self.say("snmp " + message.hex())
        self.asked += 1
        self.answered += bool(packet)
        return snmp.answer(packet[self.IP_UDP:]) if packet else None

    def walk(self, kind, version, third=0):
        """From one name to the next, all that there is: the names."""
        names, last = [], "1.3"
        while True:
            answer = self.ask(snmp.request(kind, last, version=version, third=third,
                                           number_of_it=len(names)))
            if answer.status != 0:
                self.assertEqual((version, answer.status), (0, 2))  # noSuchName
                return names
            for name, tag, _ in answer.bindings:
                if tag == 0x82:  # endOfMibView
                    return names
                names.append(snmp.oid_of(name))
            self.assertGreater(snmp.key(names[-1]), snmp.key(last))
            last = names[-1]

    def walk_all(self):
        """By each way; what there is by the first of them."""
        one_by_one = self.walk(snmp.GET_NEXT, 1)
        for repetitions in (1, 7, 50, 10000):
            self.assertGreater(len(self.walk(snmp.GET_BULK, 1, repetitions)), 300)
        self.assertGreater(len(self.walk(snmp.GET_NEXT, 0)), 200)
        for group in self.GROUPS:
            self.assertTrue(any(name.startswith(group + ".") for name in one_by_one), group)
        return one_by_one

    def get_each(self, names):
        """Each that there is, by both versions, ten at a time, and what lies beside it."""
        for version in (0, 1):
            for at in range(0, len(names), 10):
                self.ask(snmp.request(snmp.GET, *names[at:at + 10], version=version))
        for name in names[::3]:
            for kind in (snmp.GET, snmp.SET):
                self.ask(snmp.request(kind, name + ".1", name, version=1))
            self.ask(snmp.request(snmp.GET, name.rpartition(".")[0] + ".4294967295", version=0))

    def check(self, scenario):
        self.start(scenario, 45)
        names = self.walk_all()
        for line in ("simulate lossy", "wait 20", "show snmp", "show snmp json",
                     "show vlan ifindex verify json"):
            self.say(line)
        self.get_each(names)
        self.walk_all()
        counts = json.loads(self.say("show snmp json"))
        self.end()
        self.assertEqual((counts["inPkts"], counts["outPkts"]), (self.asked, self.answered))
        self.assertGreater(self.answered, 2000)

    def test_walks_of_an_ordinary_day_are_the_same_everywhere(self):
        self.check("normal")

    def test_walks_of_all_states_are_the_same_everywhere(self):
        self.check("all-states")

    def test_walks_of_many_connections_are_the_same_everywhere(self):
        self.check("busy")

    def test_requests_broken_at_each_byte_are_answered_the_same_everywhere(self):
        self.start("normal", 10)
        for version, kind, third in ((0, snmp.GET_NEXT, 0), (1, snmp.GET, 0),
                                     (1, snmp.GET_BULK, 5), (1, snmp.SET, 0)):
            message = snmp.request(kind, snmp.SYS_NAME, snmp.TCP_CONNECTION_STATE, third=third,
                                   version=version, number_of_it=0x12345678)
            for at in range(len(message)):
                self.say("snmp " + message[:at].hex())
                for value in self.CHANGES:
                    changed = message[:at] + bytes([value]) + message[at + 1:]
                    self.say("snmp " + changed.hex())
            self.assertEqual(self.ask(message).number, 0x12345678)
        self.say("show snmp json")
        self.end()


for scenario in scenarios.listed():
    setattr(MachinesTest, "test_%s_is_the_same_everywhere" % scenario.replace("-", "_"),
            of_scenario(scenario))


if __name__ == "__main__":
    unittest.main()
