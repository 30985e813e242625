#!/usr/bin/python3
"""What of `show tcp history` takes minutes: three days and more of virtual time."""

import unittest

import scenarios
from test_history import HISTORY, metrics, setUpModule  # pylint: disable=unused-import

DAYS_H = 74


class DaysTest(unittest.TestCase):
    def test_hours_go_round_and_the_oldest_are_gone(self):
        coarse, = scenarios.answers([HISTORY + "72h json established"], "--run",
                                    str(DAYS_H * 3600 + 1800))
        series = metrics(coarse, "72h")["established"]
        self.assertEqual(series["seconds"], [3600] * 71 + [1801])
        self.assertNotIn(None, series["peaks"])
        self.assertEqual(series["endMs"], (DAYS_H + 1) * 3600000)


if __name__ == "__main__":
    unittest.main()
