#!/usr/bin/python3
"""VLANs that commands add and remove: their numbers over a kill, a file that cannot be written,
and the doors, forwards and scenarios whose VLAN goes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from control import SIM, TIMEOUT_S, Switch, free_port, wait_until

HEAD = "netdiag ifindex 1\n1 trunk\n2 vlan 1\n3 vlan 10\n4 vlan 20\n"


def numbers(switch):
    """By VLAN; the stack's own number is the same."""
    rows = json.loads(switch.run("show vlan ifindex json", check=0).stdout)["vlans"]
    for row in rows:
        assert row["ifIndex"] == row["netifIndex"], row
    return {row["vlan"]: row["ifIndex"] for row in rows}


def addresses(switch, vlan):
    rows = json.loads(switch.run("show vlan ifindex %d json" % vlan, check=0).stdout)["vlans"]
    return [address for address in rows[0]["addresses"] if not address.startswith("fe80")]


class NumbersTest(unittest.TestCase):
    def setUp(self):
        self.first = self.start()
        self.state = self.first.state
        self.path = os.path.join(self.state, "ifindex")

    def start(self, *options, state=None):
        switch = Switch("--vlan", "30=10.0.30.1/24", *options, state=state)
        self.addCleanup(switch.close)
        return switch

    def text(self):
        with open(self.path) as file:
            return file.read()

    def test_number_is_the_same_again_also_after_a_kill(self):
        switch = self.first
        switch.run("no vlan 10", "vlan 40", check=0)
        self.assertEqual(numbers(switch), {1: 2, 20: 4, 30: 5, 40: 6})
        switch.run("vlan 10", check=0)
        self.assertEqual(numbers(switch), {1: 2, 10: 3, 20: 4, 30: 5, 40: 6})
        self.assertEqual(self.text(), HEAD + "5 vlan 30\n6 vlan 40\nend 6\n")
        switch.run("no vlan 30", "vlan 50 name guests", check=0)
        switch.stop(signal.SIGKILL)
        switch = self.start("--vlan", "50=10.0.50.1/24", state=self.state)
        self.assertEqual(numbers(switch), {1: 2, 10: 3, 20: 4, 30: 5, 50: 7})

    def test_vlan_made_anew_has_the_addresses_of_the_command_line(self):
        switch = self.first
        before = {vlan: addresses(switch, vlan) for vlan in (1, 30)}
        switch.run("no vlan 30", "no vlan 1", "vlan 1", "vlan 30", "vlan 99", check=0)
        self.assertEqual({vlan: addresses(switch, vlan) for vlan in (1, 30)}, before)
        self.assertEqual(before[30], ["10.0.30.1/24"])
        self.assertEqual(addresses(switch, 99), [])

    def test_number_forgotten_is_anothers(self):
        switch = self.first
        switch.run("no vlan 10", "no vlan 10 forget", "no vlan 20 forget", "vlan 40", check=0)
        self.assertEqual(numbers(switch), {1: 2, 30: 5, 40: 3})
        self.assertEqual(self.text(), "netdiag ifindex 1\n1 trunk\n2 vlan 1\n3 vlan 40\n"
                         "5 vlan 30\nend 4\n")
        switch.run("no vlan 10 forget", check=1)

    def test_file_that_cannot_be_written_nothing_changes(self):
        switch, before = self.first, numbers(self.first)
        os.unlink(self.path)
        os.mkdir(self.path)
        for command in ("vlan 40", "no vlan 10 forget"):
            switch.run(command, check=1)
            self.assertEqual(numbers(switch), before)
        with open(os.path.join(self.state, "log")) as log:
            self.assertIn("numbers cannot be kept in %s: Is a directory" % self.path, log.read())
        self.assertEqual(os.listdir(self.path), [])
        self.assertFalse(os.path.exists(self.path + ".new"))
        os.rmdir(self.path)
        switch.run("vlan 40", check=0)
        self.assertEqual(self.text(), HEAD + "5 vlan 30\n6 vlan 40\nend 6\n")

    def test_all_numbers_remembered_is_refused_until_one_is_forgotten(self):
        switch = self.first
        commands = [word for vlan in range(1001, 1251) for word in
                    ("vlan %d" % vlan, "no vlan %d" % vlan)]
        switch.run(*commands, check=0)
        self.assertEqual(self.text().splitlines()[-1], "end 255")
        switch.run("vlan 2000", check=1)
        switch.run("no vlan 1100 forget", "vlan 2000", check=0)
        self.assertEqual(numbers(switch)[2000], 105)


class ConnectionsTest(unittest.TestCase):
    def start(self, *options):
        switch = Switch(*options)
        self.addCleanup(switch.close)
        return switch

    def connect(self, port):
        connection = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.addCleanup(connection.close)
        return connection

    def test_forward_to_a_vlan_that_goes_ends_and_is_back_with_it(self):
        port = free_port()
        switch = self.start("--forward", "tcp:127.0.0.1:%d-7" % port)
        echo = self.connect(port)
        echo.sendall(b"hello")
        self.assertEqual(echo.recv(5), b"hello")
        switch.run("no vlan 1", check=0)
        try:
            self.assertEqual(echo.recv(1), b"")
        except ConnectionResetError:
            pass
        closed = json.loads(switch.run("show tcp closed json", check=0).stdout)
        self.assertIn("cleared", json.dumps(closed))
        lost = self.connect(port)  # nobody answers it, and nothing breaks
        lost.sendall(b"hello")
        switch.run("vlan 1", check=0)
        again = self.connect(port)
        again.sendall(b"again")
        self.assertEqual(again.recv(5), b"again")
        self.assertEqual(switch.stop(), -signal.SIGTERM)
        self.assertEqual(switch.errors, b"")

    def test_shell_that_removes_its_own_vlan_ends_and_the_vlan_too(self):
        port = free_port()
        switch = self.start("--forward", "tcp:127.0.0.1:%d-23" % port)
        with open(os.path.join(switch.state, "admin-password")) as file:
            password = file.read().strip()
        shell = self.connect(port)
        for prompt, answer in ((b"sername:", b"admin"), (b"assword:", password.encode()),
                               (b"[>#]", b"no vlan 1")):
            seen = b""
            while not re.search(prompt, seen):
                data = shell.recv(4096)
                self.assertNotEqual(data, b"", seen)
                seen += data
            shell.sendall(answer + b"\r\n")
        try:
            while shell.recv(4096):
                pass
        except ConnectionResetError:
            pass
        wait_until(lambda: 1 not in numbers(switch))
        switch.run("vlan 1", check=0)
        self.assertEqual(switch.stop(), -signal.SIGTERM)
        self.assertEqual(switch.errors, b"")

    def test_vlans_that_come_and_go_in_every_scenario_break_nothing(self):
        listed = subprocess.run([SIM, "--list-scenarios"], capture_output=True).stdout.decode()
        scenarios = re.findall(r"^  ([a-z0-9-]+) ", listed, re.MULTILINE)
        self.assertGreater(len(scenarios), 5)
        switch = self.start("--vlan", "30=10.0.30.1/24,2001:db8:30::1/64")
        for scenario in scenarios:
            switch.run("simulate " + scenario, check=0)
            time.sleep(0.4)
            switch.run("no vlan 1", "no vlan 20", check=0)
            time.sleep(0.2)
            switch.run("no vlan 10", "no vlan 30", check=0)
            time.sleep(0.2)
            switch.run("show vlan ifindex", "show tcp connections", "show arp", check=0)
            switch.run("vlan 20", "vlan 10", "vlan 1", "vlan 30", check=0)
        self.assertEqual(numbers(switch), {1: 2, 10: 3, 20: 4, 30: 5})
        self.assertEqual(switch.stop(), -signal.SIGTERM)
        self.assertEqual(switch.errors, b"")


if __name__ == "__main__":
    unittest.main(verbosity=2)
