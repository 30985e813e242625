#!/usr/bin/python3
"""What the watch says, where it was asked for: the log, and shells with `terminal monitor`."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest

from control import CLIENT, SIM, TIMEOUT_S, Terminal, wait_until
from telnet import Peer

try:
    from test_remote import PASSWORD, Doors
except ImportError as missing:
    print(missing)
    sys.exit(77)

RAISED = r"%TCP-4-POOL_EXHAUSTION: [^\r\n]+"
CLEARED = r"%TCP-5-POOL_EXHAUSTION: cleared"


class Log:
    def __init__(self, state):
        self.path = os.path.join(state, "log")

    def lines(self, pattern):
        if not os.path.exists(self.path):
            return []
        with open(self.path) as file:
            return re.findall("^.*" + pattern + "$", file.read(), re.MULTILINE)


class MonitorTest(unittest.TestCase):
    """On the real clock, a pool of which more is held than a threshold of 1 % lets be."""

    @classmethod
    def setUpClass(cls):
        cls.switch = Doors()

    @classmethod
    def tearDownClass(cls):
        cls.switch.stop()
        errors = cls.switch.errors
        cls.switch.close()
        assert errors == b"", errors

    def telnet(self):
        peer = Peer(self.switch.telnet)
        self.addCleanup(peer.socket.close)
        return peer.log_in("boss", PASSWORD)

    def ssh(self):
        client = self.switch.ssh()
        shell = client.invoke_shell()
        shell.settimeout(TIMEOUT_S)
        self.addCleanup(client.close)
        return shell

    def wait_for(self, shell, pattern):
        seen = ""
        while not re.search(pattern, seen):
            chunk = shell.recv(65536)
            self.assertTrue(chunk, seen)
            seen += chunk.decode()
        return seen

    def test_every_door_that_asked_and_no_other(self):
        log = Log(self.switch.state)
        quiet = self.telnet()
        telnet = self.telnet()
        self.assertEqual(telnet.run("terminal monitor"), "")
        ssh = self.ssh()
        self.wait_for(ssh, "sw1#$")
        ssh.send(b"terminal monitor\r")
        self.wait_for(ssh, "monitor\r\nsw1#$")
        control = Terminal(CLIENT, "-s", self.switch.path)
        control.wait_for(rb"sw1>$")
        control.type(b"terminal monitor\r")
        control.wait_for(rb"monitor\r\nsw1>$")
        control.type(b"show priv")  # a line that is being typed comes again
        control.wait_for(rb"show priv$")
        for value, line in (("1", RAISED), ("default", CLEARED)):
            self.switch.run("tcp threshold pool-warning " + value, check=0)
            shown = telnet.wait_for(line.encode() + rb"\r\nsw1#$").decode()
            control.wait_for(line.encode() + rb"\r\nsw1>show priv$")
            self.assertTrue(shown.startswith("\r\n%TCP-"), shown)
            self.wait_for(ssh, line + "\r\nsw1#$")
            wait_until(lambda: log.lines(line))
            self.assertEqual(len(log.lines(line)), 1)
            said = log.lines(line)[0].split(": ", 1)
            self.assertEqual(said[0].split()[1], "warning" if value == "1" else "notice")
            self.assertIn(said[1], shown)
        control.type(b"ilege\r")
        control.wait_for(rb"level is 1\r\nsw1>$")
        self.assertEqual(quiet.run("show privilege"), "Current privilege level is 15\r\n")
        self.assertEqual(telnet.run("terminal no monitor"), "")
        control.type(b"exit\r")
        self.assertEqual(control.end(), 0)
        self.assertTrue(control.is_whole())


class VirtualTest(unittest.TestCase):
    def run_once(self):
        """What a script gets, and what stands in the log."""
        script = ("tcp threshold pool-warning 1\nterminal monitor\n"
                  "show tcp statistics rate 20 | count\ntcp threshold pool-warning default\n"
                  "show tcp statistics rate 20 | count\nshow tcp statistics json\n")
        with tempfile.TemporaryDirectory() as state:
            done = subprocess.run(
                [SIM, "--clock", "virtual", "--run", "60", "--state-dir", state],
                input=script.encode(), capture_output=True, timeout=TIMEOUT_S, check=True)
            self.assertEqual(done.stderr, b"")
            with open(os.path.join(state, "log")) as file:
                return done.stdout.decode(), file.read()

    def test_two_runs_are_equal_and_say_it_between_answers(self):
        shown, log = self.run_once()
        self.assertEqual((shown, log), self.run_once())
        self.assertRegex(shown, r"(?s)^\d+\n(%[^\n]+\n)*" + RAISED +
                         r"\n(%[^\n]+\n)*\d+\n(%[^\n]+\n)*" + CLEARED + r"\n(%[^\n]+\n)*\{")
        # By the switch's clock: looks are at full seconds, those at connections 5 s apart
        self.assertRegex(log, r"2000-01-01T00:01:\d[16]\.000Z warning: " + RAISED)


SYSLOG = "/dev/log"


@unittest.skipUnless(os.access("/dev", os.W_OK) and not os.path.exists(SYSLOG),
                     "the host has a syslog of its own, or its socket cannot be made")
class SyslogTest(unittest.TestCase):
    def test_findings_go_to_the_hosts_syslog_where_asked_for(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
            syslog.bind(SYSLOG)
            self.addCleanup(os.unlink, SYSLOG)
            syslog.setblocking(False)
            script = "simulate syn-flood\nwait 120\n"
            for options in ([], ["--syslog"]):
                subprocess.run([SIM, "--clock", "virtual", "--run", "120", *options],
                               input=script.encode(), timeout=TIMEOUT_S, check=True)
                if not options:
                    self.assertRaises(BlockingIOError, syslog.recv, 1)
            # A daemon's warning (3 * 8 + 4) and notice, from the switch
            self.assertRegex(syslog.recv(2000), rb"^<28>.* sw1\[\d+\]: %TCP-4-SYN_FLOOD: ")
            self.assertRegex(syslog.recv(2000), rb"^<29>.* sw1\[\d+\]: %TCP-5-SYN_FLOOD: cleared")


if __name__ == "__main__":
    unittest.main()
