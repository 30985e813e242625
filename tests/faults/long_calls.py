#!/usr/bin/python3
"""The same with each error that a call can have, at its first three calls, and with calls that
fail for ever from the first on, while all doors are used; long_starts.py has the others."""

import unittest

import test_calls


class Calls(test_calls.Calls):
    numbers, every = 3, True
    test_call_fails_first_start_says_why_or_goes_on = None
    test_call_fails_run_says_why_or_goes_on = None
    test_call_fails_user_command_says_why_and_keeps_the_file = None


if __name__ == "__main__":
    unittest.main()
