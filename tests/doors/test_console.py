#!/usr/bin/python3
"""netdiag-sim on a terminal: a pseudo-terminal, keys, and what is on the screen."""

import os
import signal
import tempfile
import time
import unittest

from control import SIM, Terminal


class Console(Terminal):
    """The simulator on its own console."""

    timeout_s = 30

    def __init__(self, *options):
        self.state = tempfile.TemporaryDirectory()
        super().__init__(SIM, "--state-dir", self.state.name, *options)
        self.wait_for(rb"sw1>$")

    def run(self, line):
        self.type(line + b"\r")
        return self.wait_for(rb"sw1[>#]$")

    def close(self):
        super().close()
        self.state.cleanup()


class ConsoleTest(unittest.TestCase):
    def setUp(self):
        self.console = Console()
        self.addCleanup(self.console.close)

    def leave(self):
        self.console.type(b"exit\r")
        self.assertEqual(self.console.end(), 0)
        self.assertTrue(self.console.is_whole())

    def test_command_is_echoed_and_answered(self):
        text = self.console.run(b"sh vlan ifindex 10")
        self.assertTrue(text.startswith("sh vlan ifindex 10\r\n"), text)
        self.assertRegex(text, r"10 +\d+ +Vlan10")
        self.leave()

    def test_prompt_has_no_blank(self):
        self.assertTrue(self.console.run(b"").endswith("\r\nsw1>"))
        self.leave()

    def test_caret_stands_under_the_word(self):
        lines = self.console.run(b"show tcp nonsense").split("\r\n")
        self.assertEqual(lines[1], " " * len("sw1>show tcp ") + "^")
        self.assertEqual(lines[2], "% Invalid input detected at '^' marker.")
        self.leave()

    def test_incomplete_and_ambiguous_say_so(self):
        self.assertIn("% Incomplete command.", self.console.run(b"show vlan"))
        self.assertIn('% Ambiguous command:  "sh vlan i"', self.console.run(b"sh vlan i"))
        self.leave()

    def test_enter_forms_are_one_enter_each(self):
        for enter in (b"\r", b"\n", b"\r\n", b"\r\0"):
            self.console.type(b"sh vlan ifindex 10" + enter)
            self.console.wait_for(rb"Vlan10.*\r\nsw1>$")
            self.console.type(b"sh vlan ifindex 20" + enter)
            text = self.console.wait_for(rb"Vlan20.*\r\nsw1>$")
            self.assertEqual(text.count("sw1>"), 1, (enter, text))
        self.leave()

    def test_editing_keys_work(self):
        text = self.console.run(b"nonsense\x15sh vlan ifindex 100\x7f")
        self.assertRegex(text, r"10 +\d+ +Vlan10")
        self.console.type(b"nonsense\x03")
        self.console.wait_for(rb"sw1>$")
        self.assertRegex(self.console.run(b"sh vlan ifindex 10"), "Vlan10")
        self.leave()

    def test_control_d_on_an_empty_line_ends(self):
        self.console.type(b"\x04")
        self.assertEqual(self.console.end(), 0)
        self.assertTrue(self.console.is_whole())

    def test_every_byte_leaves_it_answering(self):
        keys = bytes(byte for byte in range(256) if byte != 4)
        self.console.type(keys + b"\x15\r")
        self.console.wait_for(rb"sw1>$")
        time.sleep(0.2)
        self.console.screen = b""
        self.assertRegex(self.console.run(b"\x15sh vlan ifindex 10"), "Vlan10")
        self.leave()

    def test_signal_leaves_the_terminal_whole(self):
        os.kill(self.console.pid, signal.SIGTERM)
        self.assertEqual(self.console.end(), -signal.SIGTERM)
        self.assertTrue(self.console.is_whole())

    def test_kill_leaves_the_terminal_whole(self):
        self.assertFalse(self.console.is_whole())
        os.kill(self.console.pid, signal.SIGKILL)
        self.console.end()
        self.console.wait_for(rb"is gone")
        self.assertTrue(self.console.is_whole())

    def test_world_killed_ends_and_leaves_the_terminal_whole(self):
        with open("/proc/%d/task/%d/children" % (self.console.pid, self.console.pid)) as file:
            world = int(file.read())
        os.kill(world, signal.SIGKILL)
        self.assertEqual(self.console.end(), 3)
        self.assertTrue(self.console.is_whole())
        self.assertIn(b"remote world", self.console.screen)


class StoppedWorldTest(unittest.TestCase):
    """On the virtual clock the switch waits for the world; that world is held up by SIGSTOP."""

    def start(self):
        console = Console("--clock", "virtual", "--forward", "none")
        self.addCleanup(console.close)
        with open("/proc/%d/task/%d/children" % (console.pid, console.pid)) as file:
            os.kill(int(file.read()), signal.SIGSTOP)
        console.type(b"wait 60\r")
        console.wait_for(rb"wait 60\r\n$")
        time.sleep(0.3)
        return console

    def test_signal_ends_the_switch(self):
        console = self.start()
        started = time.monotonic()
        os.kill(console.pid, signal.SIGTERM)
        self.assertEqual(console.end(), -signal.SIGTERM)
        self.assertLess(time.monotonic() - started, 10)
        self.assertTrue(console.is_whole())
        self.assertNotIn(b"remote world", console.screen)

    def test_world_that_goes_on_is_waited_for(self):
        console = self.start()
        with open("/proc/%d/task/%d/children" % (console.pid, console.pid)) as file:
            os.kill(int(file.read()), signal.SIGCONT)
        self.assertNotIn("%", console.wait_for(rb"sw1>$"))
        self.assertIn("uptime is 1 minute", console.run(b"show version"))


if __name__ == "__main__":
    unittest.main()
