#!/usr/bin/python3
"""As long_calls.py, for starts from nothing, for short runs and for changes of the users file."""

import unittest

import test_calls


class Starts(test_calls.Calls):
    numbers, every = 3, True
    test_call_fails_doors_go_on = None


if __name__ == "__main__":
    unittest.main()
