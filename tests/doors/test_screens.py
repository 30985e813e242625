#!/usr/bin/python3
"""A live view through each door, on a terminal with the door's real client: its size, its keys, and
what is left at the prompt."""

import os
import re
import sys
import tempfile
import time
import unittest

from control import CLIENT, SIM, Terminal

try:
    from test_remote import Doors, PASSWORD
except SystemExit:
    sys.exit(77)

TELNET = "/usr/bin/telnet"
if not os.access(TELNET, os.X_OK):
    print("there is no telnet client")
    sys.exit(77)

RELEASE = os.environ.get("NETDIAG_VARIANT", "release") == "release"
AT_ONCE_S = 0.1 if RELEASE else 2.0
VIEW = b"monitor tcp interval 60\r"  # nothing is drawn anew for its time
HOME, CLEAR, BELOW = "\x1b[H", "\x1b[2J", "\x1b[J"
PROMPT = rb"sw1[>#]$"


def setUpModule():
    global doors
    doors = Doors()


def tearDownModule():
    assert doors.stop() == -15
    doors.close()


class Screens:
    """The tests; start() gives a Terminal at the shell's prompt."""

    def setUp(self):
        self.terminal = self.start()
        self.addCleanup(self.terminal.close)

    def wait_for_picture(self, columns, rows):
        picture = self.terminal.wait_for(re.escape(BELOW.encode()))
        picture = picture[picture.index(HOME + CLEAR):]
        self.assertEqual(picture.count(HOME), 1)
        lines = picture[len(HOME + CLEAR):-len(BELOW)].split("\r\n")
        self.assertEqual(lines.pop(), "")
        self.assertLessEqual(len(lines), rows - 1)
        for line in lines:
            self.assertLessEqual(len(line.removesuffix("\x1b[K")), columns)
            self.assertNotIn("\x1b", line.removesuffix("\x1b[K"))
        return lines

    def begin(self):
        self.terminal.type(VIEW)
        return self.wait_for_picture(80, 24)

    def end(self, keys):
        began = time.monotonic()
        self.terminal.type(keys)
        seen = self.terminal.wait_for(PROMPT)
        took = time.monotonic() - began
        self.assertRegex(seen, r"^sw1[>#]$")
        self.assertLess(took, 5)
        return took

    def leave(self):
        self.terminal.type(b"show privilege\r")
        self.assertRegex(self.terminal.wait_for(PROMPT),
                         r"^show privilege\r\nCurrent privilege level is \d+\r\nsw1[>#]$")
        self.terminal.type(b"exit\r")
        self.terminal.end()
        self.assertTrue(self.terminal.is_whole())

    def test_resize_in_the_middle_of_a_view_is_heard(self):
        self.begin()
        for columns, rows in ((132, 43), (40, 6), (80, 24)):
            began = time.monotonic()
            self.terminal.resize(rows, columns)
            lines = self.wait_for_picture(columns, rows)
            self.assertLess(time.monotonic() - began, 0.5 if RELEASE else 5)
            self.assertTrue(rows > 6 or len(lines) == 5, lines)
        self.end(b"q")
        self.leave()

    def test_keys_end_a_view_at_once_and_leave_nothing(self):
        times = []
        for keys in (b"q", b"\x1b[A", b"\r", "好".encode(), b"\x1b", b"\x1b[1;5C"):
            with self.subTest(keys=keys):
                self.begin()
                times.append(self.end(keys))
        self.assertLess(min(times), AT_ONCE_S)
        self.leave()

    def test_interrupt_ends_a_view(self):
        self.begin()
        self.terminal.type(b"\x03")
        self.assertRegex(self.terminal.wait_for(PROMPT),
                         r"^\^C\r\n(% [^\r\n]+ stopped\r\n)?sw1[>#]$")
        self.leave()

    def test_lines_typed_ahead_run_after_a_view(self):
        self.terminal.type(VIEW + b"show privilege\r")
        self.wait_for_picture(80, 24)
        time.sleep(0.3)
        self.terminal.type(b"q")
        self.assertRegex(self.terminal.wait_for(rb"level is \d+\r\n" + PROMPT),
                         r"^sw1[>#]show privilege\r\nCurrent privilege level is \d+\r\nsw1[>#]$")
        self.leave()


class ConsoleTest(Screens, unittest.TestCase):
    def start(self):
        state = tempfile.TemporaryDirectory()
        self.addCleanup(state.cleanup)
        terminal = Terminal(SIM, "--state-dir", state.name, "--forward", "none")
        terminal.wait_for(PROMPT)
        return terminal


class ControlTest(Screens, unittest.TestCase):
    def start(self):
        terminal = Terminal(CLIENT, "-s", doors.path)
        terminal.wait_for(PROMPT)
        return terminal


class TelnetTest(Screens, unittest.TestCase):
    def start(self):
        terminal = Terminal(TELNET, "127.0.0.1", str(doors.telnet.port))
        terminal.wait_for(rb"Username: $")
        terminal.type(b"boss\r")
        terminal.wait_for(rb"Password: $")
        terminal.type(PASSWORD.encode() + b"\r")
        terminal.wait_for(PROMPT)
        return terminal


class SshTest(Screens, unittest.TestCase):
    def start(self):
        command, environment = doors.openssh("-tt")
        terminal = Terminal("/usr/bin/ssh", *command[1:], environment=environment)
        terminal.wait_for(PROMPT)
        return terminal


class ProgramTest(unittest.TestCase):
    """Who cannot draw gets lines."""

    def test_one_shot_and_exec_get_blocks_without_a_sequence(self):
        out = doors.run("monitor tcp interval 1 count 2", check=0).stdout
        self.assertNotIn(b"\x1b", out)
        self.assertNotIn(b"\r", out)
        self.assertEqual(len(re.findall(rb"^ESTABLISHED", out, re.MULTILINE)), 2)


if __name__ == "__main__":
    unittest.main()
