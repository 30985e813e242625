#!/usr/bin/python3
"""The same with each call, each error that it can have, and with calls that fail for ever."""

import unittest

import test_login_calls


class LoginCalls(test_login_calls.LoginCalls):
    numbers, every = 5, True
    part = "/cli/access/"


if __name__ == "__main__":
    unittest.main()
