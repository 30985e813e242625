#!/usr/bin/python3
"""--port and --no-world: what is refused, and a switch without the simulated neighbours."""

import json
import os
import subprocess
import tempfile
import unittest

import test_forward
from control import SIM, TIMEOUT_S, Switch

STATUS = "/proc/%d/status"


def run(*options, lines="show version\n"):
    return subprocess.run([SIM, *options], input=lines.encode(), capture_output=True,
                          timeout=TIMEOUT_S)


def refused(*options):
    done = run(*options)
    assert (done.returncode, done.stdout) == (3, b""), (options, done)
    assert done.stderr.count(b"\n") == 1, done.stderr
    return done.stderr.decode()


def status(pid):
    """What the kernel says of a process: {"CapEff": "0000000000000000", ...}."""
    with open(STATUS % pid) as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file)


class PortTest(unittest.TestCase):
    def test_bad_words_name_what_is_legal(self):
        for value in ("", "x", "tap", "tap:", "tap:nd0", "tap:nd0,", "tap:nd0,access",
                      "tap:nd0,access=", "tap:nd0,access=0", "tap:nd0,access=4095",
                      "tap:nd0,access=65546", "tap:nd0,access=10x", "tap:nd0,access=-1", "tap:nd0,access=00010",
                      "tap:nd0,access= 10", "tap:nd0,access=10,trunk", "tap:nd0,trunk,access=10",
                      "tap:nd0,trunk=10", "tap:nd0,Trunk", "tap:,trunk", "tap:.,trunk",
                      "tap:..,trunk", "tap:a b,trunk", "tap:a/b,trunk", "tap:nd%d,trunk",
                      "tap:of-sixteen-chars,trunk", "tun:nd0,trunk", "nd0,trunk",
                      "tap:%s,trunk" % ("n" * 500)):
            text = refused("--port", value)
            self.assertTrue(text.startswith("netdiag-sim: --port: \"%s" % value[:100]), text)
            self.assertIn("tap:sw0,access=10 for example", text)

    def test_vlan_that_the_switch_has_not_is_named_with_its_option(self):
        text = refused("--port", "tap:nd0,access=4094")
        self.assertIn("--port tap:nd0: the switch has no VLAN 4094; --vlan 4094 makes it", text)

    def test_vlan_may_come_after_the_port(self):
        text = refused("--port", "tap:nd0,access=30", "--vlan", "30", "--clock", "virtual")
        self.assertNotIn("no VLAN", text)

    def test_same_name_twice_is_refused(self):
        text = refused("--port", "tap:nd0,access=10", "--port", "tap:nd1,trunk",
                       "--port", "tap:nd0,trunk")
        self.assertIn("--port tap:nd0: it is given twice", text)

    def test_virtual_clock_has_none(self):
        text = refused("--port", "tap:nd0,trunk", "--clock", "virtual")
        self.assertIn("--clock real is needed", text)

    def test_one_too_many_is_refused(self):
        options = [word for number in range(63)
                   for word in ("--port", "tap:nd%d,trunk" % number)]
        text = refused(*options)
        self.assertRegex(text, r"--port tap:nd\d+,trunk: there are \d+ ports already; "
                               "CONFIG_NETDIAG_SIM_PORTS bounds them")

    def test_help_says_what_is_legal(self):
        text = run("--help").stdout.decode()
        for words in ("--port tap:NAME,access=VLAN, --port tap:NAME,trunk", "--no-world",
                      "CAP_NET_ADMIN"):
            self.assertIn(words, text)

    def test_without_a_port_privilege_stays_as_it_is(self):
        switch = Switch()
        self.addCleanup(switch.close)
        for name in ("Uid", "Gid", "Groups", "CapPrm", "CapEff", "CapInh", "CapBnd", "CapAmb",
                     "NoNewPrivs"):
            self.assertEqual(status(switch.process.pid)[name], status(os.getpid())[name], name)


class NoWorldTest(unittest.TestCase):
    def test_options_of_the_world_are_refused(self):
        for option, value in (("--forward", "tcp:127.0.0.1:2323-23"), ("--scenario", "syn-flood"),
                              ("--pcap", "/nowhere/wire.pcap")):
            for options in (("--no-world", option, value), (option, value, "--no-world")):
                text = refused(*options)
                self.assertTrue(text.startswith("netdiag-sim: --no-world: %s " % option), text)
                self.assertIn("one of the two is legal", text)

    def test_options_that_ask_for_nothing_are_legal(self):
        done = run("--no-world", "--forward", "none", "--scenario", "normal")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_nothing_can_be_simulated(self):
        said = b"nothing is simulated here: the switch was started with --no-world"
        for line in ("simulate normal", "simulate syn-flood", "simulate syn-flood wait",
                     "simulate x", "show scenario"):
            done = run("--no-world", "--clock", "virtual", lines="enable\n%s\n" % line)
            self.assertEqual((done.returncode, done.stdout), (1, b""), line)
            self.assertIn(said, done.stderr, line)

    def test_time_passes_and_nobody_calls(self):
        done = run("--no-world", "--clock", "virtual", "--run", "60",
                   lines="wait 60\nshow tcp statistics json\nshow interfaces counters json\n")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        statistics, interfaces = (json.loads(text) for text in
                                  done.stdout.decode().replace("}\n{", "}\n\0{").split("\0"))
        self.assertEqual(statistics["uptimeMs"], 120000)
        self.assertEqual(statistics["rcvd"]["total"], 0)
        ports = [row for row in interfaces["interfaces"] if row["type"] == "ethernetCsmacd"]
        self.assertEqual([port["name"] for port in ports], ["CPU"])
        cpu = ports[0]
        self.assertEqual(cpu["outOctets"], 0)
        self.assertEqual(cpu["inBroadcastPkts"], 3)  # ARP's announcements of its own addresses

    def test_there_are_no_default_forwards(self):
        switch = Switch("--no-world", default_forwards=True)
        self.addCleanup(switch.close)
        self.assertEqual(test_forward.OptionTest.listening_inodes(switch.process.pid), set())

    def test_capture_is_not_made(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "wire.pcap")
            refused("--no-world", "--pcap", path)
            self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()
