#!/usr/bin/python3
"""make compare-counters, and what the simulator writes for it."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "compare_counters.py")
OBJECTS = ["activeOpens", "passiveOpens", "attemptFails", "estabResets", "currEstab", "inSegs",
           "outSegs", "retransSegs", "inErrs", "outRsts"]
WRONG_IN_LWIP = {"attemptFails", "estabResets", "outSegs", "retransSegs"}
TIMEOUT_S = 120


class CompareCountersTest(unittest.TestCase):
    def test_table_has_every_object_and_ours_equal_the_captures(self):
        done = subprocess.run([sys.executable, TOOL, "--scenario", "lossy", "--run", "200"],
                              capture_output=True, timeout=TIMEOUT_S, check=False)
        if b" None " in done.stdout:
            self.skipTest("built without CONFIG_NETDIAG_TCP_HOOKS")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = [line.split(None, 4) for line in done.stdout.decode().splitlines()[2:]]
        self.assertEqual([row[0] for row in rows], OBJECTS)
        for row in rows:
            self.assertEqual(row[2], row[3], row)
        wrong = {row[0] for row in rows if "lwIP is wrong" in row[4:]}
        self.assertLessEqual(WRONG_IN_LWIP, wrong)
        self.assertFalse(wrong & {"activeOpens", "passiveOpens", "inSegs", "outRsts"})

    def test_run_that_fails_is_told(self):
        done = subprocess.run([sys.executable, TOOL, "--scenario", "rain"], capture_output=True,
                              timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'"rain" is no scenario', done.stderr)

    def test_own_numbers_of_lwip_are_json(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "lwip.json")
            subprocess.run([SIM, "--clock", "virtual", "--run", "60", "--lwip-stats", path],
                           input=b"", check=True, timeout=TIMEOUT_S)
            with open(path, encoding="utf-8") as file:
                numbers = json.load(file)
        self.assertEqual(numbers["rfc4022"]["inSegs"], numbers["rcvd"]["total"])
        self.assertGreater(numbers["sent"]["total"], numbers["rfc4022"]["outSegs"])

    def test_own_numbers_that_cannot_be_written_are_an_error(self):
        for path, reason in (("/nowhere/x", b"cannot write /nowhere/x: No such file"),
                             ("", b'--lwip-stats: "" is no file')):
            done = subprocess.run([SIM, "--lwip-stats", path], input=b"", capture_output=True,
                                  timeout=TIMEOUT_S, check=False)
            self.assertEqual(done.returncode, 3)
            self.assertIn(reason, done.stderr)


if __name__ == "__main__":
    unittest.main()
