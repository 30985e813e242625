#!/usr/bin/python3
"""--snmp-community and those with it: what is refused, and that nobody reads the secret."""

import subprocess
import time
import unittest

from control import QEMU, SIM, TIMEOUT_S

SECRET = "my little secret"


def refused(*options):
    done = subprocess.run([SIM, *options], input=b"show version\n", capture_output=True,
                          timeout=TIMEOUT_S)
    assert (done.returncode, done.stdout) == (3, b""), (options, done)
    assert done.stderr.count(b"\n") == 1, done.stderr
    return done.stderr.decode()


class SnmpOptionsTest(unittest.TestCase):
    def test_bad_community_is_refused_and_not_repeated(self):
        for value in ("", "x" * 64, "tab\there", "caf\u00e9"):
            text = refused("--snmp-community", value)
            self.assertIn("legal are 1 to 63 printable", text)
            self.assertTrue(value == "" or value not in text, text)

    def test_bad_source_names_what_is_legal(self):
        for value in ("", "x", "10.0.10", "10.0.10.0/33", "10.0.10.0/", "2001:db8::/129",
                      "10.0.10.0/24,10.0.20.0/24", "y" * 500):
            text = refused("--snmp-community", SECRET, "--snmp-source", value)
            self.assertIn("--snmp-source: \"%s\" is no prefix" % value[:100], text)
            self.assertIn("10.0.10.0/24", text)
        text = refused("--snmp-community", SECRET, "--snmp-source", "10.0.10.1/24")
        self.assertIn("10.0.10.0/24 is legal", text)

    def test_too_many_sources_name_their_bound(self):
        sources = ["--snmp-source=10.0.0.%d" % i for i in range(17)]
        text = refused("--snmp-community", SECRET, *sources)
        self.assertIn("--snmp-source 10.0.0.16: there are 16 prefixes already", text)

    def test_long_texts_are_refused(self):
        for option in ("--snmp-contact", "--snmp-location"):
            text = refused("--snmp-community", SECRET, option, "x" * 256)
            self.assertIn("%s: \"xxx" % option, text)
            self.assertIn("has 256 characters", text)

    def test_what_needs_a_community_says_so(self):
        for option, value in (("--snmp-source", "10.0.10.0/24"), ("--snmp-contact", "noc"),
                              ("--snmp-location", "here")):
            text = refused(option, value)
            self.assertIn(option, text)
            self.assertIn("--snmp-community is needed, too", text)

    @unittest.skipIf(QEMU, "the command line is qemu's, which what runs in it cannot change")
    def test_community_is_not_on_the_command_line_of_the_process(self):
        for options in (("--snmp-community", SECRET), ("--snmp-community=" + SECRET,)):
            with subprocess.Popen([SIM, "--clock", "virtual", *options], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as sim:
                sim.stdin.write(b"show version\n")
                sim.stdin.flush()
                self.assertTrue(sim.stdout.readline())  # it has read its options
                with open("/proc/%d/cmdline" % sim.pid, "rb") as file:
                    line = file.read()
                sim.stdin.close()
                self.assertEqual(sim.wait(TIMEOUT_S), 0)
            self.assertIn(b"--snmp-community", line)
            self.assertNotIn(SECRET.encode(), line)

    def test_agent_ends_with_the_switch(self):
        start = time.monotonic()
        with subprocess.Popen([SIM, "--forward", "none", "--snmp-community", SECRET],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sim:
            sim.communicate(b"show version\n", timeout=TIMEOUT_S)
            self.assertEqual(sim.returncode, 0)
        self.assertLess(time.monotonic() - start, TIMEOUT_S)


if __name__ == "__main__":
    unittest.main()
