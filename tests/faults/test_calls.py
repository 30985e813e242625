#!/usr/bin/python3
"""Every allocation and every system call of ours fails once, at the first call from each site: all
of them in short runs, and a sixteenth of those with every door open (long_calls.py tries all)."""

import os
import unittest

import faults
import acts


class Calls(unittest.TestCase):
    numbers, every = 1, False

    def check(self, scenario, share=1):
        wrong = faults.try_all(scenario, self.numbers, self.every, 1 if self.every else share)
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_call_fails_user_command_says_why_and_keeps_the_file(self):
        self.check(acts.user)

    def test_call_fails_run_says_why_or_goes_on(self):
        self.check(acts.shell)

    def test_state_file_is_on_the_disk_before_it_has_its_name_and_its_name_is_then(self):
        """No test can pull the plug: what counts is the order of the calls."""
        users = ["fflush", "fsync", "rename", "fsync"]
        self.assertEqual(acts.order_of(["user", "add", "one"], "Right-Horse 7\n"), users)
        if_index = ["write", "fsync", "rename", "fsync"]
        key = ["write", "fsync", "link", "fsync"]
        self.assertEqual(acts.order_of(["--forward", "none"], "vlan 30\n"),
                         if_index + users + key + if_index)

    def test_call_fails_doors_go_on(self):
        self.check(acts.doors, share=16)

    def test_call_fails_first_start_says_why_or_goes_on(self):
        self.check(acts.first_start, share=16)


if __name__ == "__main__":
    unittest.main()
