#!/usr/bin/python3
"""One run on the virtual clock is the same on every machine, byte for byte: what is printed, as text
and as JSON, and the capture. `make test ARCH=...` runs this, with the simulator of this machine
(NETDIAG_NATIVE_SIM) to compare with."""

import difflib
import os
import re
import struct
import subprocess
import tempfile
import unittest

import scenarios
from control import SIM

NATIVE = os.environ.get("NETDIAG_NATIVE_SIM", "build/release/netdiag-sim")
PCAP_MAGIC = 0xa1b2c3d4
SECONDS = 45
BOTH = ("tcp statistics", "tcp connections", "tcp connections detail", "tcp listeners", "tcp owners",
        "tcp closed", "tcp pool", "tcp states", "tcp diagnosis", "tcp history",
        "tcp thresholds", "tcp check", "vlan ifindex", "interfaces counters", "arp",
        "ipv6 neighbors", "version")
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


for scenario in scenarios.listed():
    setattr(MachinesTest, "test_%s_is_the_same_everywhere" % scenario.replace("-", "_"),
            of_scenario(scenario))


if __name__ == "__main__":
    unittest.main()
