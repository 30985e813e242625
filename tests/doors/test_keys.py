#!/usr/bin/python3
"""Keys that nobody means, on a real pseudo terminal: the console of netdiag-sim, and netdiag as a
client of one. Whatever is typed, the shell answers afterwards and the terminal is whole."""

import os
import random
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from control import CLIENT, SIM, Switch, Terminal

KEYSTROKES = int(os.environ.get("NETDIAG_KEYSTROKES", "100000"))
SEED = int(os.environ.get("NETDIAG_SEED", "1"))

PIECES = [b"show ", b"tcp ", b"vlan ", b"ifindex ", b"statistics ", b"json ", b"detail", b"| ",
          b"include ", b"grep -v ", b"count", b"begin ", b"terminal ", b"length ", b"width ", b"5",
          b"enable", b"disable", b"version", b"users", b"history", b"'", b'"', b"\\", b"(", b"[",
          b"{9}", b"*", b" ", b"\t", b"?", b"\r", b"\n", b"\r\n", b"\r\0", b"\x7f", b"\b", b"\x01",
          b"\x05", b"\x0b", b"\x0c", b"\x15", b"\x16", b"\x17", b"\x1a", b"\x03", b"q", b"\x1b",
          b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[H", b"\x1b[F", b"\x1b[3~", b"\x1bOA",
          b"\x1b[1;5C", b"\x1b[200~", b"\xc3\xa9", b"\xe4\xba\xa4", b"\xe6", b"\xf0\x9f\x98\x80",
          b"e\xcc\x81", b"\xff\xf6", b"\xff\xfa\x1f\0\x0d\0\x0d\xff\xf0"]


def keystrokes(generator, count):
    """Random keys: half of them words and keys that mean something, half of them any byte."""
    keys = b""
    for _ in range(count):
        if generator.random() < 0.6:
            keys += generator.choice(PIECES)
        else:
            keys += bytes([generator.randrange(256)])
    # ^D on an empty line and `q` with an Enter end the shell, which other tests see to
    return keys.replace(b"\x04", b"").replace(b"Q", b"").replace(b"q", b"q\x7f")


class Keys:
    """The tests; each class below gives the program that they run on."""

    def open(self, **kwargs):
        self.terminal = self.start(**kwargs)
        self.terminal.wait_for(rb"sw1>$")

    def leave(self, *allowed):
        self.assertIn(self.terminal.end(), allowed)
        self.assertTrue(self.terminal.is_whole())
        self.terminal.close()

    def check(self):
        """It answers; then it is left. It may have been left by the keys before, too."""
        while self.terminal.read(0.5):
            pass
        self.terminal.screen = b""
        if self.terminal.has_ended():
            # A ^C after `q` and Enter comes to a terminal that is no more raw
            self.leave(0, -signal.SIGINT, -signal.SIGQUIT)
            return
        self.terminal.type(b"\x03\x03")
        self.terminal.wait_for(rb"\^C\r\nsw1[>#]\Z")
        time.sleep(0.1)
        self.terminal.read(0)
        self.terminal.type(b"\x15terminal length 0\r")
        self.terminal.wait_for(rb"sw1[>#]$")
        self.terminal.type(b"sh vlan ifindex 10\r")
        self.assertRegex(self.terminal.wait_for(rb"active *\r\nsw1[>#]$"), "Vlan10")
        self.terminal.type(b"exit\r")
        self.leave(0)

    def test_every_byte_one_by_one(self):
        self.open()
        for byte in range(256):
            if byte != 4:
                self.terminal.type(bytes([byte]))
                self.terminal.type(b"\x1b[D\x15\x03")
                self.terminal.wait_for(rb"\^C\r\nsw1>$")
        self.check()

    def test_every_byte_in_one_line(self):
        self.open()
        self.terminal.type_all(bytes(b for b in range(256) if b != 4) * 20)
        self.check()

    def test_line_of_100_kb(self):
        self.open()
        self.terminal.type_all(b"x" * 100000 + b"\r")
        self.terminal.wait_for(rb"line too long: \d+ bytes, and at most 1000\r\nsw1>$")
        self.check()

    def test_line_of_100_kb_of_double_width(self):
        self.open(columns=7)
        self.terminal.type_all("交".encode() * 33333 + b"\x1b[D\x1b[Dx\r")
        self.terminal.wait_for(rb"line too long")
        self.check()

    def test_random_keystrokes(self):
        generator = random.Random(SEED)
        left = KEYSTROKES
        while left > 0:
            self.open(rows=generator.randrange(1, 30), columns=generator.randrange(1, 100))
            if not self.terminal.type_all(keystrokes(generator, 10000)):
                left -= 10000  # those of a shell that was left do not count
            self.check()


class ConsoleTest(Keys, unittest.TestCase):
    def start(self, **kwargs):
        state = tempfile.TemporaryDirectory()
        self.addCleanup(state.cleanup)
        return Terminal(SIM, "--state-dir", state.name, **kwargs)


class ClientTest(Keys, unittest.TestCase):
    def setUp(self):
        self.switch = Switch()
        self.addCleanup(self.switch.close)

    def start(self, **kwargs):
        return Terminal(CLIENT, "-s", self.switch.path, **kwargs)


if __name__ == "__main__":
    unittest.main()
