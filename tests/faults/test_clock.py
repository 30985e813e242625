#!/usr/bin/python3
"""Clocks that jump: the time of day by years, the monotonic clock over a suspension and over the
wrap of lwIP's 32 bits. No negative age, nothing stuck, no flood of catching up."""

import concurrent.futures
import json
import mmap
import os
import re
import struct
import subprocess
import tempfile
import time
import unittest

import acts
import faults

try:
    import login_acts
except SystemExit:
    login_acts = None

YEAR_S = 365 * 86400
WRAP_S = 2 ** 32 // 1000 # of lwIP's clock, in milliseconds of 32 bits
LOGIN_TRIES = 10         # CONFIG_NETDIAG_LOGIN_TRIES
LOGIN_LOCK_S = 300       # CONFIG_NETDIAG_LOGIN_LOCK_S
RIGHT, WRONG = "Right-Horse 7", "Right-Horse 8"
NUMBER = ">q" if faults.VARIANT.endswith("s390x") else "<q" # as the switch's machine has it
# On armhf the host's own clock ends in 2038: its time_t has 32 bits
LATER_YEARS = 2036 - time.gmtime().tm_year if faults.VARIANT.endswith("armhf") else 30


class Clock(unittest.TestCase):
    def setUp(self):
        self.own = tempfile.TemporaryDirectory()
        self.path = self.own.name + "/clock"
        with open(self.path, "wb") as file:
            file.write(bytes(24))
        self.file = open(self.path, "r+b")
        self.clocks = mmap.mmap(self.file.fileno(), 24)
        self.state = self.own.name + "/run"
        os.mkdir(self.state)
        self.switch = acts.Switch(self.state, dict(os.environ, NETDIAG_FAULT_CLOCK=self.path),
                                  fresh=False)
        self.assertTrue(self.switch.starts())
        self.good()

    def tearDown(self):
        self.switch.process.terminate()
        status, _, errors = acts.finish(self.switch.process)
        self.clocks.close()
        self.file.close()
        self.own.cleanup()
        self.assertEqual((status, errors), (-15, ""))

    def jump(self, monotonic_s=0, wall_s=0):
        for place, seconds in ((0, monotonic_s), (8, wall_s)):
            now, = struct.unpack(NUMBER, self.clocks[place:place + 8])
            self.clocks[place:place + 8] = struct.pack(NUMBER, now + int(seconds * 10 ** 9))

    def step(self, ms):
        """Each reading of the monotonic clock is that much later than the one before."""
        self.clocks[16:24] = struct.pack(NUMBER, ms * 10 ** 6)

    def uptime_s(self):
        return json.loads(self.run_command("show version json"))["uptimeMs"] / 1000

    def run_command(self, *commands):
        words = [word for command in commands for word in ("-c", command)]
        done = subprocess.run([faults.CLIENT, "-s", self.switch.control, *words],
                              capture_output=True, text=True, timeout=faults.LIMIT_S, check=False)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def good(self):
        answers = self.switch.round()
        self.assertFalse(any(answers.values()), answers)

    def well(self):
        """Every door answers; no number is negative, or so large that it was."""
        before = time.monotonic()
        self.run_command("show version")
        self.assertLess(time.monotonic() - before, faults.LIMIT_S / 4)
        self.good()
        text = self.run_command("show tech-support tcp")
        document = json.loads(text)
        for key, value in re.findall(r'"(\w*(?:Ms|S))":(-?\d+)', text):
            self.assertGreaterEqual(int(value), 0, key)
            self.assertLess(int(value), 2 ** 62, key)
        for line in ("show tcp connections detail", "show tcp history 60s established json",
                     "show tcp closed", "show arp", "show ipv6 neighbors", "show tcp states",
                     "show interfaces", "show snmp", "monitor tcp interval 1 count 2"):
            self.assertNotRegex(self.run_command(line), r"(?<![\w.-])-\d", line)
        self.run_command("ping 10.0.10.2 count 3")
        return document

    def cpu_s(self):
        with open("/proc/%d/stat" % self.switch.process.pid) as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_time_of_day_by_years_is_shown_and_nothing_else_changes(self):
        for years in (LATER_YEARS, -60):
            uptime = json.loads(self.run_command("show version json"))["uptimeMs"]
            self.jump(wall_s=years * YEAR_S)
            self.well()
            after = json.loads(self.run_command("show version json"))
            self.assertLess(after["uptimeMs"] - uptime, 10 ** 6)
            self.assertTrue(after["time"].startswith("20" if years > 0 else "19"), after["time"])

    def test_suspended_for_long_goes_on_at_once(self):
        for seconds in (3600, 30 * 86400):
            before = self.cpu_s()
            uptime = json.loads(self.run_command("show version json"))["uptimeMs"]
            self.jump(monotonic_s=seconds)
            self.well()
            self.assertGreaterEqual(json.loads(self.run_command("show version json"))["uptimeMs"],
                                    uptime + seconds * 1000)
            self.assertLess(self.cpu_s() - before, faults.LIMIT_S)

    def test_scenario_keeps_its_rate_where_every_reading_is_later_than_the_last(self):
        """As where a millisecond ends just between two of them."""
        self.step(1)
        before_s = self.uptime_s()
        self.run_command("enable", "simulate port-scan", "wait 3", "simulate normal")
        self.step(0)
        took_s = self.uptime_s() - before_s
        refused = int(re.search(r"Total, (\d+) no port",
                                self.run_command("show tcp statistics")).group(1))
        self.assertTrue(20 <= refused <= 10 * took_s + 5, (refused, took_s)) # ten a second

    def try_at_once(self, *passwords):
        """What each of boss's passwords gets, in the order given. Nothing is waited for."""
        pool = concurrent.futures.ThreadPoolExecutor(len(passwords))
        self.addCleanup(pool.shutdown)
        answers = [pool.submit(login_acts.lets_in, self.switch, "boss", password)
                   for password in passwords]
        time.sleep(faults.LIMIT_S / 10) # the device has decided: only its answers are late
        return answers

    def lock_out(self):
        answers = self.try_at_once(*[WRONG] * LOGIN_TRIES)
        self.assertEqual([answer.result() for answer in answers], [False] * LOGIN_TRIES)

    @unittest.skipUnless(login_acts, "python3-paramiko is not installed")
    def test_lock_out_ends_when_its_time_has_passed_and_not_before(self):
        self.lock_out()
        at_first, = self.try_at_once(RIGHT)
        self.jump(monotonic_s=LOGIN_LOCK_S - 40)
        near_the_end, wrong = self.try_at_once(RIGHT, WRONG) # which make it no longer
        self.jump(monotonic_s=40, wall_s=-YEAR_S)
        after, = self.try_at_once(RIGHT)
        self.assertEqual([answer.result() for answer in (at_first, near_the_end, wrong, after)],
                         [False, False, False, True])

    @unittest.skipUnless(login_acts, "python3-paramiko is not installed")
    def test_lock_out_is_over_after_a_suspension(self):
        self.lock_out()
        self.jump(monotonic_s=30 * 86400)
        self.assertTrue(login_acts.lets_in(self.switch, "boss", RIGHT))
        self.lock_out() # it is no weaker afterwards
        refused, = self.try_at_once(RIGHT)
        self.jump(monotonic_s=WRAP_S)
        self.assertFalse(refused.result())
        self.assertTrue(login_acts.lets_in(self.switch, "boss", RIGHT))

    def test_wrap_of_the_stacks_clock_is_passed(self):
        passed_s = json.loads(self.run_command("show version json"))["uptimeMs"] / 1000
        for _ in range(4): # 2 ** 30 ms each, so that no age is taken for one that is to come
            self.jump(monotonic_s=(WRAP_S - passed_s - 8) / 4)
            self.run_command("show tcp connections")
            time.sleep(0.3)
        self.well()
        deadline = time.monotonic() + faults.LIMIT_S
        while json.loads(self.run_command("show version json"))["uptimeMs"] < 2 ** 32:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        self.well()
        self.assertGreater(json.loads(self.run_command("show version json"))["uptimeMs"], 2 ** 32)


if __name__ == "__main__":
    unittest.main()
