#!/usr/bin/python3
"""Every allocation and every system call of the client's fails, at its first calls from each site:
it says why and ends with a status that is not 0, or does all that was asked for."""

import unittest

import client_acts
import faults


class ClientCalls(unittest.TestCase):
    numbers, every = 3, False

    @classmethod
    def setUpClass(cls):
        client_acts.start()
        cls.addClassCleanup(client_acts.stop)

    def check(self, scenario, more=1):
        wrong = faults.try_all(scenario, more * self.numbers, self.every,
                               program=client_acts.PROGRAM)
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_call_fails_command_is_answered_whole_or_fails(self):
        self.check(client_acts.command)

    def test_call_fails_refused_command_is_never_0(self):
        self.check(client_acts.refused)

    def test_call_fails_pipe_is_answered_whole_or_fails(self):
        self.check(client_acts.pipe)

    def test_call_fails_monitor_shows_all_or_fails(self):
        self.check(client_acts.monitor)

    def test_call_fails_check_is_unknown(self):
        self.check(client_acts.check)

    def test_call_fails_usage_is_whole_or_fails(self):
        self.check(client_acts.usage)

    def test_call_fails_diagnosis_is_whole_or_fails(self):
        self.check(client_acts.diagnosis, more=20) # of the JSON library's many allocations
        self.check(client_acts.diagnosis_json)

    def test_call_fails_terminal_is_left_as_it_was(self):
        self.check(client_acts.terminal)


if __name__ == "__main__":
    unittest.main()
