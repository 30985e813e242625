#!/usr/bin/python3
"""The same with each error that a call can have, at its first thirty calls, and with calls that
fail for ever from the first on."""

import unittest

import test_client_calls


class ClientCalls(test_client_calls.ClientCalls):
    numbers, every = 30, True


if __name__ == "__main__":
    unittest.main()
