#!/usr/bin/python3
"""Telnet and SSH through the device's own stack: who gets in, how fast, and under load."""

import concurrent.futures
import json
import os
import re
import socket
import stat
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from control import SIM, TIMEOUT_S, Switch, Terminal, free_ports, wait_until
from telnet import Peer

try:
    import netmiko
    import paramiko
except ImportError as missing:
    print(missing)
    sys.exit(77)

VARIANT = os.environ.get("NETDIAG_VARIANT", "release")
ON_TIME_S = 0.05 if VARIANT == "release" else 1.0
EXECS = 300
CHANNELS = 10
LINES = 80  # CONFIG_NETDIAG_REMOTE_CONNECTIONS
PASSWORD = "Right-Horse 7"
SECRET = "Raise-Me 9"


class Port:
    """What a telnet.Peer connects to."""

    def __init__(self, port):
        self.port = port


class Doors(Switch):
    """A switch with a user each of privilege 15 and 1, and three ways in."""

    def __init__(self, *options, state=None):
        telnet, self.ssh_port, elsewhere = free_ports(3)
        self.home = None if state else tempfile.TemporaryDirectory()
        state = state or self.home.name
        for name, privilege in (("boss", "15"), ("guest", "1")):
            if name not in self.listed(state):
                subprocess.run([SIM, "user", "add", name, "--privilege", privilege,
                                "--state-dir", state], input=PASSWORD + "\n", text=True,
                               check=True)
        subprocess.run([SIM, "user", "enable", "--state-dir", state], input=SECRET + "\n",
                       text=True, check=True)
        super().__init__("--forward", "tcp:127.0.0.1:%d-23" % telnet,
                         "--forward", "tcp:127.0.0.1:%d-22" % self.ssh_port,
                         "--forward", "tcp:127.0.0.1:%d-10.0.20.1:22" % elsewhere,
                         *options, state=state)
        self.telnet, self.elsewhere = Port(telnet), Port(elsewhere)

    @staticmethod
    def listed(state):
        return subprocess.run([SIM, "user", "list", "--state-dir", state], text=True,
                              stdout=subprocess.PIPE, check=True).stdout

    def ssh(self, user="boss", password=PASSWORD, port=None):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect("127.0.0.1", port or self.ssh_port, user, password, look_for_keys=False,
                       allow_agent=False, timeout=TIMEOUT_S, banner_timeout=TIMEOUT_S,
                       auth_timeout=TIMEOUT_S)
        return client

    def openssh(self, *options):
        """The command line of OpenSSH's client up to its command, and its environment."""
        helper = os.path.join(self.state, "askpass")
        with open(helper, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho '%s'\n" % PASSWORD)
        os.chmod(helper, 0o700)
        return (["ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o",
                 "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o",
                 "PubkeyAuthentication=no", *options, "-p", str(self.ssh_port), "boss@127.0.0.1"],
                dict(os.environ, SSH_ASKPASS=helper, SSH_ASKPASS_REQUIRE="force"))

    def logged(self):
        with open(os.path.join(self.state, "log"), encoding="utf-8") as file:
            return file.read()

    def close(self):
        super().close()
        if self.home:
            self.home.cleanup()


def run(client, command):
    channel = client.get_transport().open_session(timeout=TIMEOUT_S)
    channel.settimeout(TIMEOUT_S)
    channel.exec_command(command)
    out = b"".join(iter(lambda: channel.recv(65536), b""))
    return out.decode(), channel.recv_exit_status()


def at_once(do, times):
    with concurrent.futures.ThreadPoolExecutor(times) as pool:
        return [each.result() for each in [pool.submit(do) for _ in range(times)]]


class FirstStartTest(unittest.TestCase):
    def test_admin_gets_a_password_of_its_own_once(self):
        with tempfile.TemporaryDirectory() as home:
            port = free_ports(1)[0]
            path = os.path.join(home, "admin-password")
            for start in range(2):
                switch = Switch("--forward", "tcp:127.0.0.1:%d-22" % port, state=home)
                self.addCleanup(switch.close)
                if start == 0:
                    self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
                    with open(path, encoding="ascii") as file:
                        password = file.read().strip()
                    os.unlink(path)
                client = paramiko.SSHClient()
                client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
                client.connect("127.0.0.1", port, "admin", password, look_for_keys=False,
                               allow_agent=False)
                self.assertEqual(run(client, "show privilege"),
                                 ("Current privilege level is 15\n", 0))
                key = client.get_transport().get_remote_server_key()
                if start == 0:
                    first_key = key
                self.assertEqual(key, first_key)
                client.close()
                self.assertEqual(switch.stop(), -15)
                self.assertEqual((switch.first_users, switch.errors, switch.output),
                                 (1 - start, b"", b""))
            self.assertEqual(sorted(os.listdir(home)),
                             ["ifindex", "lock", "log", "ssh_host_ed25519_key", "users",
                              "users.lock"])

    def test_admin_of_a_console_is_told_on_it(self):
        with tempfile.TemporaryDirectory() as home:
            terminal = Terminal(SIM, "--state-dir", home, "--forward",
                                "tcp:127.0.0.1:%d-22" % free_ports(1)[0])
            self.addCleanup(terminal.close)
            seen = terminal.wait_for(rb"sw1>$")
            self.assertRegex(seen, r"one user, admin, with the password \w{16}\r\n")
            terminal.type(b"exit\r")
            self.assertEqual(terminal.end(), 0)
            self.assertNotIn("admin-password", os.listdir(home))


    def test_admin_is_made_when_the_password_was_told(self):
        with tempfile.TemporaryDirectory() as home:
            path = os.path.join(home, "admin-password")
            os.mkdir(path)  # it cannot be written
            done = subprocess.run([SIM, "--no-console", "--state-dir", home, "--forward", "none"],
                                  capture_output=True, timeout=TIMEOUT_S)
            self.assertEqual(done.returncode, 3)
            self.assertIn(b"admin-password", done.stderr)
            self.assertNotIn("users", os.listdir(home))
            os.rmdir(path)
            switch = Switch(state=home)
            switch.stop()
            self.assertEqual(switch.first_users, 1)
            switch.close()


class RemoteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.switch = Doors()

    @classmethod
    def tearDownClass(cls):
        cls.switch.close()

    def in_by_telnet(self):
        peer = Peer(self.switch.telnet)
        self.addCleanup(peer.socket.close)
        return peer.log_in("boss", PASSWORD)

    def in_by_ssh(self, **who):
        client = self.switch.ssh(**who)
        self.addCleanup(client.close)
        return client

    def test_own_sessions_are_rows_and_users(self):
        peer, client = self.in_by_telnet(), self.in_by_ssh(port=self.switch.elsewhere.port)
        rows = json.loads(run(client, "show tcp connections state est json")[0])["connections"]
        own = {(row["owner"], row["local"]["port"], row["vlan"]) for row in rows}
        self.assertLessEqual({("telnet", 23, 1), ("ssh", 22, 20)}, own)
        users = json.loads(run(client, "show users json")[0])["users"]
        there = {(row["door"], row["user"], row["from"]) for row in users}
        self.assertLessEqual({("telnet", "boss", "10.0.1.2"), ("ssh", "boss", "10.0.20.2")},
                             there)
        line = [row["line"] for row in users if row["door"] == "telnet"][-1]
        self.assertEqual(run(client, "clear line %d" % line), ("", 0))
        self.assertEqual(peer.rest()[:0], b"")  # it has ended
        self.assertIn("line %d cleared by boss on ssh" % line, self.switch.logged())

    def test_round_trips_are_under_2_ms(self):
        command, environment = self.switch.openssh("-T")
        ssh = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env=environment, bufsize=0)
        peer = self.in_by_telnet()

        def ask_ssh():
            ssh.stdin.write(b"show privilege\n")
            self.assertEqual(ssh.stdout.read(100), b"Current privilege level is 15\n")

        ask_ssh()  # and is in
        for name, ask in (("telnet", lambda: peer.run("show privilege")), ("ssh", ask_ssh)):
            took = []
            for _ in range(200):
                started = time.perf_counter()
                ask()
                took.append(time.perf_counter() - started)
            print("%s: a command's round trip: median %.2f ms, longest %.2f ms" %
                  (name, statistics.median(took) * 1000, max(took) * 1000))
            if VARIANT == "release":
                self.assertLess(statistics.median(took), 0.002)
        ssh.communicate(timeout=TIMEOUT_S)

    def test_openssh_and_jq_in_one_line(self):
        command, environment = self.switch.openssh()
        done = subprocess.run(
            " ".join(command) + " 'show tcp statistics json' | jq .states.listen", shell=True,
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=TIMEOUT_S)
        self.assertEqual((done.stdout, done.returncode), ("6\n", 0), done.stderr)

    def test_privileges_are_the_users(self):
        guest = self.in_by_ssh(user="guest")
        self.assertEqual(run(guest, "show privilege")[0], "Current privilege level is 1\n")
        self.assertEqual(run(guest, "clear tcp statistics")[1], 2)
        self.assertEqual(run(guest, "enable")[1], 1)

    def test_wrong_password_tells_nothing_and_is_logged_without_it(self):
        before = len(self.switch.logged())
        for user in ("boss", "nobody"):
            with self.assertRaises(paramiko.AuthenticationException):
                self.switch.ssh(user=user, password="Wrong-Horse 8")
        logged = self.switch.logged()[before:]
        for user in ("boss", "nobody"):
            self.assertIn("login failed of user %s from 10.0.1.2 by ssh" % user, logged)
        self.assertNotIn("Horse", logged)

    def lines_by_ssh(self, *lines):
        """A client of OpenSSH that has typed them, and is not at an end."""
        command, environment = self.switch.openssh("-T")
        ssh = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=environment, bufsize=0)
        self.addCleanup(lambda: (ssh.kill(), ssh.stdin.close(), ssh.stdout.close(), ssh.wait()))
        ssh.stdin.write(b"show privilege\n" + b"".join(lines))
        self.assertEqual(ssh.stdout.read(100), b"Current privilege level is 15\n")
        return ssh

    def cleared(self):
        return self.switch.logged().count("tcp statistics cleared by boss on ssh")

    def ssh_lines(self):
        users = json.loads(self.switch.run("show users json", check=0).stdout)["users"]
        return [row["line"] for row in users if row["door"] == "ssh"]

    def test_line_without_its_end_runs_at_the_end_of_input_alone(self):
        before, there = self.cleared(), len(self.ssh_lines())
        self.lines_by_ssh(b"clear tcp stat").kill()
        wait_until(lambda: len(self.ssh_lines()) == there)
        ssh = self.lines_by_ssh(b"clear tcp stat")
        line = self.ssh_lines()[-1]
        self.switch.run("clear line %d" % line, check=0)
        self.assertEqual(ssh.stdout.read(), b"")
        wait_until(lambda: len(self.ssh_lines()) == there)
        self.assertEqual(self.cleared(), before)
        ssh = self.lines_by_ssh(b"clear tcp stat")
        ssh.stdin.close()
        self.assertEqual(ssh.wait(TIMEOUT_S), 0)
        self.assertEqual(self.cleared(), before + 1)

    def test_clear_line_ends_all_that_was_typed_ahead(self):
        there = len(self.ssh_lines())
        ssh = self.lines_by_ssh(b"show tcp statistics rate 60\n" * 3)
        self.switch.run("clear line %d" % self.ssh_lines()[-1], check=0)
        wait_until(lambda: len(self.ssh_lines()) == there, 2 if VARIANT == "release" else 10)
        self.assertEqual(ssh.stdout.read(), b"")

    def test_netmiko_over_ssh(self):
        connection = netmiko.ConnectHandler(
            device_type="cisco_ios", host="127.0.0.1", port=self.switch.ssh_port,
            username="guest", password=PASSWORD, secret=SECRET)
        self.assertEqual(connection.find_prompt(), "sw1>")
        connection.enable()
        self.assertEqual(connection.find_prompt(), "sw1#")
        self.assertRegex(connection.send_command("show vlan ifindex"), r"(?m)^10 +\d+ +Vlan10")
        answer = json.loads(connection.send_command("show tcp statistics json"))
        self.assertEqual(answer["host"], "sw1")
        self.assertIn("% Invalid input", connection.send_command("show nonsense"))
        self.assertIn("uptime is", connection.send_command("show version"))
        connection.disconnect()
        self.assertNotIn(SECRET, self.switch.logged())

    def test_300_execs_at_once_and_none_is_lost(self):
        clients = at_once(self.in_by_ssh, EXECS // CHANNELS)
        channels = [client.get_transport().open_session(timeout=TIMEOUT_S)
                    for client in clients for _ in range(CHANNELS)]
        for channel in channels:
            channel.exec_command("show privilege")
        for channel in channels:
            channel.settimeout(TIMEOUT_S)
            self.assertEqual(b"".join(iter(lambda: channel.recv(65536), b"")),
                             b"Current privilege level is 15\n")
            self.assertEqual(channel.recv_exit_status(), 0)


class LoadTest(unittest.TestCase):
    def setUp(self):
        self.switch = Doors()
        self.addCleanup(self.switch.close)

    def stall(self):
        """A session whose client asks for much and reads nothing."""
        peer = Peer(self.switch.telnet, receive_buffer=4096)
        self.addCleanup(peer.socket.close)
        peer.log_in("boss", PASSWORD)
        peer.send(b"terminal length 0\r" + b"show memory pools\r" * 100)
        return peer

    def test_64_sessions_half_of_them_stalled_hold_up_nobody(self):
        stalled = at_once(self.stall, 31)
        slow = Peer(self.switch.telnet, receive_buffer=4096)
        self.addCleanup(slow.socket.close)
        slow.log_in("boss", PASSWORD)
        slow.send(b"terminal length 0\r")
        readers = at_once(lambda: Peer(self.switch.telnet).log_in("boss", PASSWORD), 32)
        for peer in readers:
            self.addCleanup(peer.socket.close)
        ended = threading.Event()

        def read_slowly():
            slow.send(b"show memory pools\r" * 700)  # ten thousand rows, and some
            while not ended.is_set():
                slow.socket.recv(1)
        reader = threading.Thread(target=read_slowly)
        reader.start()
        readers[0].run("show tcp statistics")
        before_kb, took = self.switch.resident_kb(), []
        for _ in range(10):
            for peer in readers:
                started = time.perf_counter()
                self.assertIn("listen", peer.run("show tcp statistics"))
                took.append(time.perf_counter() - started)
        ended.set()
        reader.join(TIMEOUT_S)
        after_kb = self.switch.resident_kb()
        print("32 sessions beside 31 that stall and one that reads bytes: median %.2f ms, longest "
              "%.2f ms; %d KB, then %d" % (statistics.median(took) * 1000, max(took) * 1000,
                                           before_kb, after_kb))
        # What a machine that others use does meanwhile holds up one in a hundred at most
        self.assertLess(statistics.median(took), ON_TIME_S / 5)
        self.assertLess(sorted(took)[len(took) * 99 // 100 - 1], ON_TIME_S)
        self.assertLess(max(took), ON_TIME_S * 20)
        self.assertLess(after_kb - before_kb, 4096 if VARIANT == "release" else 65536)
        self.assertEqual(len(stalled), 31)

    def test_memory_is_flat_over_sessions(self):
        for turn in range(4):
            clients = at_once(self.switch.ssh, 8)
            for client in clients:
                run(client, "show tcp connections")
                client.close()
            if turn == 1:
                before_kb = self.switch.resident_kb()
        self.assertLess(self.switch.resident_kb() - before_kb,
                        2048 if VARIANT == "release" else 65536)

    def test_source_that_guesses_is_locked_out_and_another_is_not(self):
        def guess():
            try:
                self.switch.ssh(password="Wrong-Horse 8").close()
            except paramiko.AuthenticationException:
                pass
        guesses = [threading.Thread(target=guess) for _ in range(12)]
        for thread in guesses:
            thread.start()
        for thread in guesses:
            thread.join(TIMEOUT_S)
        with self.assertRaises(paramiko.AuthenticationException):
            self.switch.ssh()
        self.assertIn("login refused, locked out: user boss from 10.0.1.2", self.switch.logged())
        client = self.switch.ssh(port=self.switch.elsewhere.port)
        self.addCleanup(client.close)
        self.assertEqual(run(client, "show privilege")[1], 0)


    def test_one_connection_too_many_is_told_so(self):
        crowd = []
        self.addCleanup(lambda: [peer.socket.close() for peer in crowd])
        for _ in range(LINES):
            crowd.append(Peer(self.switch.telnet))
            crowd[-1].wait_for(rb"Username: ")
        with Peer(self.switch.telnet) as peer:
            self.assertEqual(peer.rest(), b"All lines are in use; try again later\r\n")
        with socket.create_connection(("127.0.0.1", self.switch.ssh_port)) as one:
            self.assertEqual(one.recv(100), b"All lines are in use; try again later\r\n")
        crowd.pop().socket.close()
        deadline = time.monotonic() + TIMEOUT_S
        while b"Username" not in (peer := Peer(self.switch.telnet)).socket.recv(100):
            peer.socket.close()
            self.assertLess(time.monotonic(), deadline)
        crowd.append(peer)


class FloodTest(unittest.TestCase):
    def test_console_answers_under_10000_forged_syns(self):
        with tempfile.TemporaryDirectory() as home:
            console = Terminal(SIM, "--state-dir", home, "--forward", "none", "--scenario",
                               "syn-burst", rows=60)
            self.addCleanup(console.close)
            console.wait_for(rb"sw1>$")
            syns, took = 0, []
            deadline = time.monotonic() + TIMEOUT_S
            while syns < 10000:
                self.assertLess(time.monotonic(), deadline)
                started = time.perf_counter()
                console.type(b"show tcp listeners\r")
                row = re.search(r"\*:80 .* (\d+) +(\d+)\r", console.wait_for(rb"listeners[^\n]*\r\n"
                                                                            rb"sw1>$"))
                took.append(time.perf_counter() - started)
                syns = int(row.group(1)) + int(row.group(2))
                time.sleep(0.1)
            print("10000 SYNs on port 80: the console took %.1f ms at most, in %d" %
                  (max(took) * 1000, len(took)))
            self.assertLess(max(took), 1 if VARIANT == "release" else 5)
            console.type(b"exit\r")
            self.assertEqual(console.end(), 0)

    def test_sessions_outlive_10000_forged_syns_and_a_port_scanner(self):
        switch = Doors("--scenario", "syn-burst")
        self.addCleanup(switch.close)
        peer = Peer(switch.telnet).log_in("boss", PASSWORD)
        self.addCleanup(peer.socket.close)
        client = switch.ssh()
        self.addCleanup(client.close)
        scans = [subprocess.Popen(["nmap", "-sV", "--version-light", "-Pn", "-n", "-p",
                                   str(port), "127.0.0.1"], stdout=subprocess.PIPE, text=True)
                 for port in (switch.telnet.port, switch.ssh_port)]
        syns, took = 0, []
        deadline = time.monotonic() + TIMEOUT_S
        while syns < 10000:
            self.assertLess(time.monotonic(), deadline)
            started = time.perf_counter()
            peer.run("show tcp statistics")
            took.append(time.perf_counter() - started)
            self.assertEqual(run(client, "show privilege")[1], 0)
            rows = json.loads(switch.run("show tcp listeners json", check=0).stdout)["listeners"]
            syns = sum(row["accepted"] + row["refused"] for row in rows
                       if row["local"]["port"] == 80)
            time.sleep(0.05)
        pool = json.loads(switch.run("show tcp pool json", check=0).stdout)
        self.assertEqual(pool["ports"][0]["port"], 80)
        self.assertEqual(pool["states"][0]["state"], "synReceived")
        scanned = [scan.communicate(timeout=TIMEOUT_S)[0] for scan in scans]
        print("10000 SYNs on port 80: a command took %.1f ms at most, in %d" %
              (max(took) * 1000, len(took)))
        self.assertRegex(scanned[1], r"(?m)^\d+/tcp +open +ssh ")
        self.assertRegex(scanned[0], r"(?m)^\d+/tcp +open ")
        self.assertIn("Current", peer.run("show privilege"))
        self.assertIsNone(switch.process.poll())


if __name__ == "__main__":
    unittest.main()
