#!/usr/bin/python3
"""Linux as the neighbour, by its own programs: ping, curl, iperf, telnet, OpenSSH's client, ss."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import namespace

if __name__ == "__main__":
    namespace.enter("ping", "curl", "iperf", "telnet", "ssh", "ssh-keygen", "ss")

from control import SIM, Terminal
from namespace import mac, plug, run, settle

LWIP = os.environ.get("NETDIAG_LWIP", os.path.expanduser("~/.cache/netdiag/lwip-2.2.1"))
PASSWORD = "Right-Horse 7"

DEVICE, DEVICE6 = "10.0.10.1", "2001:db8:10::1"
LINUX, LINUX6 = "10.0.10.50", "2001:db8:10::50"
WORLD, WORLD6 = "10.0.10.2", "2001:db8:10::2"


def page():
    """lwIP's page, as its file system in C has it: the file's name, HTTP's head, the page."""
    with open(os.path.join(LWIP, "src/apps/http/fsdata.c")) as file:
        source = file.read()
    array = re.search(r"data__index_html\[\][^{]*\{(.*?)\};", source, re.S).group(1)
    array = re.sub(r"/\*.*?\*/", "", array, flags=re.S)
    data = bytes(int(byte, 16) for byte in re.findall(r"0x[0-9a-fA-F]{1,2}", array))
    return data.split(b"\r\n\r\n", 1)[1]


def name_of(address):
    return "[%s]" % address if ":" in address else address


class Neighbors:
    """What holds with the simulated world on the same VLAN, and without it."""

    world = False

    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.home.cleanup)
        cls.key = os.path.join(cls.home.name, "key")
        cls.state = os.path.join(cls.home.name, "state")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", cls.key)
        run(SIM, "user", "add", "admin", "--privilege", "15", "--key", cls.key + ".pub",
            "--state-dir", cls.state, input=PASSWORD + "\n")
        cls.switch = namespace.Switch("nd0,access=10", world=cls.world, state=cls.state)
        cls.addClassCleanup(cls.switch.close)
        plug("nd0", LINUX + "/24", LINUX6 + "/64")
        settle(DEVICE, DEVICE6)

    # ---- ping ----

    def check_pings(self, address, size):
        done = run("ping", "-n", "-M", "do", "-s", str(size), "-c", "3", "-i", "0.05", address)
        self.assertIn("3 packets transmitted, 3 received, 0% packet loss", done.stdout)
        self.assertEqual(done.stdout.count("\n%d bytes from %s" % (size + 8, address)), 3,
                         done.stdout)

    def test_linux_pings_device(self):
        for address, largest in ((DEVICE, 1472), (DEVICE6, 1452)):
            for size in (56, largest):
                with self.subTest(address=address, size=size):
                    self.check_pings(address, size)

    def test_device_pings_linux(self):
        for address in (LINUX, LINUX6):
            with self.subTest(address=address):
                said = self.switch.json("ping %s count 3" % address)
                self.assertEqual((said["address"], said["sent"], said["received"]),
                                 (address, 3, 3))

    def test_neighbors_have_linux_by_its_mac(self):
        settle(DEVICE, DEVICE6)
        for command, key, address in (("show arp", "arp", LINUX),
                                      ("show ipv6 neighbors", "neighbors", LINUX6)):
            rows = {row["address"]: row for row in self.switch.json(command)[key]}
            self.assertEqual((rows[address]["macAddress"], rows[address]["vlan"]),
                             (mac("nd0").hex(":"), 10))

    # ---- TCP ----

    def test_curl_gets_the_page(self):
        for address in (DEVICE, DEVICE6):
            with self.subTest(address=address):
                done = run("curl", "-sS", "--noproxy", "*", "--max-time", "20", "-w",
                           "%{stderr}%{http_code}", "http://%s/" % name_of(address), text=False)
                self.assertEqual(done.stderr, b"200")
                self.assertEqual(done.stdout, page())

    def check_own_row(self, terminal, prompt, port):
        """The session sees itself, by the address and port that ss has of the client."""
        done = run("ss", "-Htn", "state", "established", "dst", DEVICE, "dport", "=", str(port))
        client = [line.split()[2].rsplit(":", 1) for line in done.stdout.splitlines()]
        self.assertEqual(len(client), 1, done.stdout)
        address, client_port = client[0]
        self.assertEqual(address, LINUX)
        terminal.type(b"show tcp connections port %d\r" % port)
        rows = re.findall(r"^\S+ +(\S+) +(\S+) +(\S+) +(\S+) +(\d+)", terminal.wait_for(prompt),
                          re.M)
        self.assertIn(("%s:%d" % (DEVICE, port), "%s:%s" % (LINUX, client_port), "ESTABLISHED"),
                      [row[:3] for row in rows])
        row = next(row for row in self.switch.json("show tcp connections")["connections"]
                   if row["remote"] == {"address": LINUX, "port": int(client_port)})
        self.assertEqual((row["state"], row["local"], row["vlan"], row["opened"]),
                         ("established", {"address": DEVICE, "port": port}, 10, "passive"))

    def terminal(self, *command, **options):
        terminal = Terminal(shutil.which(command[0]), *command[1:], columns=132, **options)
        self.addCleanup(terminal.close)
        return terminal

    def test_telnet_sees_its_own_connection(self):
        terminal = self.terminal("telnet", DEVICE)
        terminal.wait_for(rb"Username: $")
        terminal.type(b"admin\r")
        terminal.wait_for(rb"Password: $")
        terminal.type(PASSWORD.encode() + b"\r")
        terminal.wait_for(rb"sw1#$")
        self.check_own_row(terminal, rb"sw1#$", 23)
        terminal.type(b"exit\r")
        terminal.wait_for(rb"Connection closed by foreign host")
        terminal.end()

    def ssh(self, *words):
        return ["ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
                "-o", "UserKnownHostsFile=/dev/null", "-o", "IdentityAgent=none",
                "-o", "IdentitiesOnly=yes", *words]

    def test_ssh_by_key_sees_its_own_connection(self):
        terminal = self.terminal(*self.ssh("-i", self.key, "-o", "BatchMode=yes", "-tt",
                                           "admin@" + DEVICE))
        terminal.wait_for(rb"sw1#$")
        self.check_own_row(terminal, rb"sw1#$", 22)
        terminal.type(b"exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_ssh_by_password_runs_a_command(self):
        helper = os.path.join(self.home.name, "askpass")
        with open(helper, "w") as file:
            file.write("#!/bin/sh\necho '%s'\n" % PASSWORD)
        os.chmod(helper, 0o700)
        for address in (DEVICE, DEVICE6):
            with self.subTest(address=address):
                done = run(*self.ssh("-o", "PubkeyAuthentication=no", "admin@" + address,
                                     "show users"), stdin=subprocess.DEVNULL,
                           env={**os.environ, "SSH_ASKPASS": helper,
                                "SSH_ASKPASS_REQUIRE": "force"})
                self.assertRegex(done.stdout, r"(?m)^. +\d+ +ssh +admin .*%s" % (
                    LINUX6 if ":" in address else LINUX))


class AloneTest(Neighbors, unittest.TestCase):
    """--no-world: every segment that the device counts is Linux's."""

    def iperf(self, *options):
        """Runs it against lwiperf; what it says it sent, and got."""
        done = run("iperf", "-c", DEVICE, "-y", "C", "-n", "1M", *options, timeout=15)
        self.assertEqual(done.stderr.strip(), "")
        rows = [line.split(",") for line in done.stdout.splitlines()]
        return ([int(row[7]) for row in rows if (row[1], row[4]) == (LINUX, "5001")],
                [int(row[7]) for row in rows if row[1] == DEVICE])

    def counted(self):
        """The octets of data that came in and went out, since boot."""
        said = self.switch.json("show tcp statistics")
        for side, name in (("sent", "retransmittedBytes"), ("rcvd", "duplicateBytes")):
            self.assertEqual(said[side][name], 0)
        return said["rcvd"]["inSequenceBytes"], said["sent"]["dataBytes"]

    def check_iperf(self, *options, answers):
        before = self.counted()
        try:
            sent, got = self.iperf(*options)
        except subprocess.TimeoutExpired:
            # iperf had not begun to listen when the device called back, and waits for ever
            before = self.counted()
            sent, got = self.iperf(*options)
        self.assertEqual((len(sent), len(got)), (1, 1 if answers else 0))
        self.assertEqual(sent, [1 << 20])
        self.assertTrue(all(count >= 1 << 20 for count in got), got)
        after = self.counted()
        self.assertEqual((after[0] - before[0], after[1] - before[1]), (sum(sent), sum(got)))

    def test_iperf_sends_to_device(self):
        self.check_iperf(answers=False)

    # Not --dualtest: iperf may ask the device to connect before it listens itself, and hangs then
    def test_iperf_and_then_the_device_sends(self):
        if "lwIP 2.1" in self.switch.text("show version"):
            self.skipTest("lwiperf of lwIP 2.1 that is told how many bytes to send sends none")
        self.check_iperf("--tradeoff", answers=True)


class BesideTheWorldTest(Neighbors, unittest.TestCase):
    """Hosts of the world on the VLAN of Linux."""

    world = True

    def test_linux_and_the_world_reach_each_other(self):
        settle(WORLD, WORLD6)
        for address, largest in ((WORLD, 1472), (WORLD6, 1452)):
            self.check_pings(address, largest)

    def test_arp_has_another_mac_for_each(self):
        for address in (WORLD, LINUX):
            self.switch.text("ping %s count 1" % address)
        rows = {row["address"]: row for row in self.switch.json("show arp")["arp"]}
        self.assertEqual(rows[LINUX]["macAddress"], mac("nd0").hex(":"))
        settle(WORLD)
        neighbors = run("ip", "-o", "neigh", "show", "dev", "nd0").stdout
        self.assertIn("%s lladdr %s" % (WORLD, rows[WORLD]["macAddress"]), neighbors)
        self.assertNotEqual(rows[LINUX]["macAddress"], rows[WORLD]["macAddress"])


if __name__ == "__main__":
    unittest.main()
