#!/usr/bin/python3
"""What takes minutes: a whole day that raises nothing, and each scenario from the command line on
the clock of the wall, found by the watch's own thread as soon as --help says."""

import concurrent.futures
import json
import os
import re
import time
import unittest

import test_findings
from control import Switch

DAY_S, BUSY_S = 24 * 3600, 2 * 3600
DAYS, BUSY_DAYS = 5, 2

EVERY_S = 1  # between two looks at a switch


def logged(switch):
    """What the watch of the switch has told its log."""
    path = os.path.join(switch.state, "log")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [line for line in file if "%TCP-" in line]


def shows(switch, code):
    """Whether the watch has raised the finding, and a command shows it."""
    line = re.compile(r"%%TCP-[246]-%s: " % code.upper().replace("-", "_"))
    if not any(line.search(each) for each in logged(switch)):
        return False
    answer = json.loads(switch.run("show tcp diagnosis json", check=0).stdout)
    return code in {finding["code"] for finding in answer["findings"]}


def seconds_to(code, within_s, name):
    """How long after its start a switch with that scenario shows the finding; None: not in time."""
    start = time.monotonic()
    switch = Switch("--scenario", name)
    try:
        while time.monotonic() <= start + within_s:
            if shows(switch, code):
                return time.monotonic() - start
            time.sleep(EVERY_S)
        return None
    finally:
        switch.close()


def raised_in(seconds, name):
    """What a switch with that scenario has raised in so many seconds."""
    switch = Switch("--scenario", name)
    try:
        time.sleep(seconds)
        answer = json.loads(switch.run("show tcp diagnosis json", check=0).stdout)
        return logged(switch) + answer["findings"]
    finally:
        switch.close()


class DayTest(unittest.TestCase):
    """What a device does not see in its first minutes: timers that go round, ports that are used
    up, programs that are restarted at night."""

    def test_day_raises_nothing(self):
        self.assertEqual(test_findings.findings_of_days("normal", DAY_S, DAYS), [])

    def test_two_busy_hours_raise_nothing(self):
        self.assertEqual(test_findings.findings_of_days("busy", BUSY_S, BUSY_DAYS), [])


class CommandLineTest(unittest.TestCase):
    def test_each_is_found_as_soon_as_help_says(self):
        listed = test_findings.LISTED
        codes = {name: expected.code for name, expected in test_findings.MATRIX.items()}
        longest_s = max(says["first"] for says in listed.values())
        with concurrent.futures.ThreadPoolExecutor(len(listed)) as pool:
            found = {name: pool.submit(seconds_to, code, listed[name]["first"], name)
                     for name, code in codes.items()}
            quiet = {name: pool.submit(raised_in, longest_s, name)
                     for name in set(listed) - set(codes)}
        for name, seconds in found.items():
            with self.subTest(name):
                self.assertIsNotNone(seconds.result(), (codes[name], listed[name]["first"]))
                self.assertLessEqual(seconds.result(), listed[name]["first"])
                print("%-18s %-20s %5.1f s of %d" % (name, codes[name], seconds.result(),
                                                     listed[name]["first"]), flush=True)
        for name, raised in quiet.items():
            with self.subTest(name):
                self.assertEqual(raised.result(), [])


if __name__ == "__main__":
    unittest.main()
