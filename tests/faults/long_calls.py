#!/usr/bin/python3
"""The same with each error that a call can have, at its first three calls, and with calls that
fail for ever from the first on."""

import unittest

import test_calls


class Calls(test_calls.Calls):
    numbers, every = 3, True


if __name__ == "__main__":
    unittest.main()
