#!/usr/bin/python3
"""The load of test_all_doors.py for five minutes, and the memory that is held after it."""

import os
import unittest

os.environ.setdefault("NETDIAG_LOAD_S", "300")

from test_all_doors import AllDoorsTest  # pylint: disable=unused-import,wrong-import-position

if __name__ == "__main__":
    unittest.main()
