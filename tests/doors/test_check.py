#!/usr/bin/python3
"""netdiag --check, a monitoring plugin: one line and a status, whatever the switch does; ping and
the neighbours of a real stack."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from control import CLIENT, TIMEOUT_S, Switch, Terminal, frame

VIRTUAL = ["--clock", "virtual", "--run", "60", "--forward", "none"]

# The line of the Monitoring Plugins Development Guidelines, with its performance data.
LINE = re.compile(r"\ATCP (OK|WARNING|CRITICAL) - [^|\n]+ \|( [a-z_]+=\d+c?(;\d+;\d+;\d+;\d+)?)+\n\Z")
UNKNOWN = re.compile(r"\ATCP UNKNOWN - [^|\n]+\n\Z")


def check(path, *options):
    done = subprocess.run([CLIENT, "-s", path, "--check", *options], capture_output=True,
                          timeout=TIMEOUT_S, text=True)
    return done.returncode, done.stdout, done.stderr


class CheckTest(unittest.TestCase):
    def start(self, *options):
        switch = Switch(*options)
        self.addCleanup(switch.close)
        return switch

    def assert_check(self, status, path, *options):
        code, out, err = check(path, *options)
        self.assertEqual((code, err), (status, ""), out)
        self.assertRegex(out, UNKNOWN if status == 3 else LINE)
        return out

    def test_verdict_follows_the_thresholds(self):
        path = self.start(*VIRTUAL).path
        self.assertIn("TCP OK - ", self.assert_check(0, path))
        self.assertIn("TCP WARNING - ", self.assert_check(1, path, "--warning", "1"))
        self.assertIn("TCP CRITICAL - ", self.assert_check(2, path, "--critical", "1"))

    def test_numbers_are_those_of_the_pool(self):
        switch = self.start(*VIRTUAL, "--scenario", "lossy")
        line = self.assert_check(0, switch.path)
        pool = json.loads(switch.run("show tcp pool json", check=0).stdout)
        data = dict(item.split("=") for item in line.split("|")[1].split())
        self.assertGreater(pool["held"], 10)
        self.assertEqual(int(data["held"].split(";")[0]), pool["held"] - pool["reclaimable"])
        self.assertEqual(int(data["reclaimable"]), pool["reclaimable"])
        self.assertEqual(data["held"].split(";")[4], str(pool["capacity"]))
        states = {row["state"]: row["held"] for row in pool["states"]}
        for name, key in (("established", "established"), ("syn_received", "synReceived"),
                          ("close_wait", "closeWait")):
            self.assertEqual(int(data[name]), states.get(key, 0), name)

    def test_pool_that_fills_is_critical(self):
        """20 places are soon held by what goes on in lossy."""
        switch = self.start("--clock", "virtual", "--run", "120", "--scenario", "lossy",
                            "--pcbs", "20", "--forward", "none")
        got = json.loads(switch.run("show tcp check json").stdout)
        code, out, _ = check(switch.path)
        self.assertEqual(code, got["levelNumber"], out)
        share = 100 * got["held"] // got["capacity"]
        self.assertEqual(got["heldPercent"], share)
        self.assertEqual(got["levelNumber"], 2 if share >= 90 else 1 if share >= 80 else 0)
        self.assertGreater(got["poolRefused"] + sum(got["memoryRefused"].values()), 0)
        self.assertIn("refused with the pool full", out)

    def test_command_itself_has_the_status(self):
        """For check_by_ssh and the like, which have no netdiag at their end."""
        switch = self.start(*VIRTUAL)
        for words, status in (("", 0), (" warning 1", 1), (" critical 1", 2)):
            done = switch.run("show tcp check" + words)
            self.assertEqual((done.returncode, done.stderr), (status, b""))
            self.assertRegex(done.stdout.decode(), LINE)

    def test_no_switch_is_unknown(self):
        with tempfile.TemporaryDirectory() as top:
            self.assertIn("no switch answers at",
                          self.assert_check(3, os.path.join(top, "control")))

    def test_switch_that_hangs_is_unknown_in_time(self):
        switch = self.start(*VIRTUAL)
        switch.process.send_signal(signal.SIGSTOP)
        before = time.monotonic()
        try:
            self.assertIn("does not answer", self.assert_check(3, switch.path))
        finally:
            switch.process.send_signal(signal.SIGCONT)
        self.assertLess(time.monotonic() - before, 9)

    def test_switch_that_says_something_else_is_unknown(self):
        """One that goes at once, that refuses, that does not know the command, that says no word."""
        answers = {
            b"": "is gone",
            frame(b"R", b"too many shells"): "too many shells",
            frame(b"H", b"\1") + frame(b"X", b"show tcp check\n         ^\n% Invalid input.\n") +
            frame(b"Q", b"\2"): "TCP UNKNOWN - % Invalid input.",
            frame(b"H", b"\1") + frame(b"O", b"TCP FINE\n") + frame(b"Q", b"\0"): "no verdict",
        }
        for answer, expected in answers.items():
            with self.subTest(expected), tempfile.TemporaryDirectory() as top:
                path = os.path.join(top, "control")
                with socket.socket(socket.AF_UNIX) as server:
                    server.bind(path)
                    server.listen()

                    def serve(server=server, answer=answer):
                        connection, _ = server.accept()
                        connection.recv(65536)
                        connection.sendall(answer)
                        connection.close()

                    thread = threading.Thread(target=serve)
                    thread.start()
                    out = self.assert_check(3, path)
                    thread.join(TIMEOUT_S)
                    self.assertIn(expected, out)

    def test_bad_thresholds_are_unknown_and_bad_options_a_usage(self):
        path = self.start(*VIRTUAL).path
        for value in ("0", "101", "x", "", "-1", "5 json"):
            for option in ("--warning", "--critical"):
                self.assertIn('%s "%s": legal are 1 to 100' % (option, value),
                              self.assert_check(3, path, option, value))
        for options in (["--check", "-c", "show version"], ["--warning", "5"], ["--critical", "5"],
                        ["--check", "--warning"]):
            done = subprocess.run([CLIENT, "-s", path, *options], capture_output=True,
                                  timeout=TIMEOUT_S)
            self.assertEqual((done.returncode, done.stdout), (2, b""), options)
            self.assertIn(b"netdiag -h", done.stderr)


class PingTest(unittest.TestCase):
    """The world answers by lwIP's own ICMP; each VLAN has one host."""

    def setUp(self):
        self.switch = Switch(*VIRTUAL)
        self.addCleanup(self.switch.close)

    def test_hosts_of_both_families_answer(self):
        for vlan in (1, 10, 20):
            for address in ("10.0.%d.2" % vlan, "2001:db8:%d::2" % vlan):
                got = json.loads(self.switch.run("ping %s json" % address, check=0).stdout)
                self.assertEqual((got["sent"], got["received"]), (5, 5), address)
                self.assertLessEqual(got["minMs"], got["avgMs"])
                self.assertLessEqual(got["avgMs"], got["maxMs"])
                self.assertEqual([row["result"] for row in got["replies"]], ["answered"] * 5)

    def test_text_is_ciscos(self):
        out = self.switch.run("ping 10.0.10.2 count 3", check=0).stdout.decode()
        self.assertRegex(
            out, r"\AType escape sequence to abort\.\n"
            r"Sending 3, 100-byte ICMP Echos to 10\.0\.10\.2, timeout is 2 seconds:\n!!!\n"
            r"Success rate is 100 percent \(3/3\), round-trip min/avg/max = \d+/\d+/\d+ ms\n\Z")

    def test_silent_host_is_given_up_after_the_timeouts(self):
        before = json.loads(self.switch.run("show version json", check=0).stdout)["uptimeMs"]
        out = self.switch.run("ping 10.0.10.99 count 2", check=1).stdout
        self.assertIn(b"\n..\nSuccess rate is 0 percent (0/2)\n", out)
        after = json.loads(self.switch.run("show version json", check=0).stdout)["uptimeMs"]
        self.assertEqual(after - before, 4000)

    def test_neighbors_are_the_hosts_of_the_vlans(self):
        for vlan in (1, 10, 20):
            self.switch.run("ping 10.0.%d.2 count 1" % vlan, "ping 2001:db8:%d::2 count 1" % vlan,
                            check=0)
        arp = json.loads(self.switch.run("show arp json", check=0).stdout)
        self.assertEqual(arp["total"], len(arp["arp"]))
        self.assertEqual({(row["address"], row["vlan"], row["interface"]) for row in arp["arp"]},
                         {("10.0.%d.2" % vlan, vlan, "Vlan%d" % vlan) for vlan in (1, 10, 20)})
        cache = json.loads(self.switch.run("show ipv6 neighbors json", check=0).stdout)
        macs = {row["vlan"]: row["macAddress"] for row in arp["arp"]}
        self.assertGreaterEqual(len(cache["neighbors"]), 3)
        for row in cache["neighbors"]:
            self.assertEqual(row["macAddress"], macs[row["vlan"]])

    def test_answer_on_the_real_clock_takes_no_turn_of_the_stack(self):
        """The stack's thread sleeps up to 50 ms; a shell's frame wakes it."""
        switch = Switch("--forward", "none")
        self.addCleanup(switch.close)
        got = json.loads(switch.run("ping 10.0.10.2 count 30 json", check=0).stdout)
        times = sorted(row["rttMs"] for row in got["replies"])
        self.assertLess(times[len(times) // 2], 10, times)

    def test_ctrl_c_stops_it_and_the_next_one_works(self):
        switch = Switch("--forward", "none")  # the real clock: it takes a person's time
        self.addCleanup(switch.close)
        terminal = Terminal(CLIENT, "-s", switch.path)
        self.addCleanup(terminal.close)
        terminal.wait_for(rb"sw1>$")
        terminal.type(b"ping 10.0.10.99 count 100\r")
        terminal.wait_for(rb"timeout is 2 seconds:\r\n$")  # it is seen before it waits
        before = time.monotonic()
        terminal.type(b"\x03")
        terminal.wait_for(rb"% ping stopped\r\nsw1>$")
        self.assertLess(time.monotonic() - before, 2)
        terminal.type(b"ping 10.0.10.2 count 2\r")
        terminal.wait_for(rb"!!\r\nSuccess rate is 100 percent \(2/2\).*\r\nsw1>$")
        terminal.type(b"exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_silent_host_shows_marks_and_how_far_it_is(self):
        switch = Switch("--forward", "none")
        self.addCleanup(switch.close)
        terminal = Terminal(CLIENT, "-s", switch.path)
        self.addCleanup(terminal.close)
        terminal.wait_for(rb"sw1>$")
        terminal.type(b"ping 10.0.10.99 count 100\r")
        terminal.wait_for(rb"\r\n\r  0 of 100 echoes$")
        terminal.wait_for(rb"\r {17}\r\.  1 of 100 echoes$")
        terminal.wait_for(rb"\x08{17} {17}\x08{17}\.  2 of 100 echoes$")
        terminal.type(b"\x03")
        self.assertRegex(terminal.wait_for(rb"sw1>$"),
                         r"\x08{17} {17}\x08{17}(\.  3 .*)?\^C\r\n% ping stopped\r\nsw1>$")
        terminal.type(b"terminal length 0\r")
        terminal.wait_for(rb"sw1>$")
        terminal.type(b"ping 10.0.10.99 count 1\r")
        self.assertTrue(terminal.wait_for(rb"sw1>$").endswith(
            "timeout is 2 seconds:\r\n.\r\nSuccess rate is 0 percent (0/1)\r\nsw1>"))
        terminal.type(b"exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_many_at_once_are_each_answered_or_told(self):
        """More than CONFIG_NETDIAG_PINGS wait at a time: those past it are refused with a word."""
        processes = [subprocess.Popen([CLIENT, "-s", self.switch.path, "-c",
                                       "ping 10.0.%d.2 count 20 json" % (1, 10, 20)[i % 3]],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                     for i in range(24)]
        answered = 0
        for process in processes:
            out, err = process.communicate(timeout=TIMEOUT_S)
            got = json.loads(out)
            if process.returncode == 0:
                self.assertEqual((got["received"], got["sent"]), (20, 20))
                answered += 1
            else:
                self.assertEqual((process.returncode, got["error"]["code"], err), (1, "full", b""))
        self.assertGreaterEqual(answered, 16)


if __name__ == "__main__":
    unittest.main()
