#!/usr/bin/python3
"""While each call in the path of a login by password fails, over SSH, nobody is let in who should
not be, and the next is: the calls that decide (long_login_calls.py tries those of the door, too)."""

import unittest

import faults
import login_acts


AT_ONCE = 3 * faults.AT_ONCE # an answer takes its time, and no work


class LoginCalls(unittest.TestCase):
    numbers, every = 4, False
    part = r"/cli/access/(guesses|login|passwords|users)\.c"

    def test_call_fails_nobody_is_in_who_should_not_be_and_the_next_is(self):
        wrong = faults.try_all(login_acts.passwords, self.numbers, self.every,
                               part=self.part, at_once=AT_ONCE)
        self.assertEqual(wrong, [], "\n".join(wrong))


if __name__ == "__main__":
    unittest.main()
