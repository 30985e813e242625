#!/usr/bin/python3
"""Every door open under load: people, programs and pollers come and go at random while the world is
busy, VLANs and scenarios change and counters are cleared. Afterwards nothing of it is left, and no
thread has raced another, where ThreadSanitizer looks.

NETDIAG_LOAD_S says for how long.
"""

import concurrent.futures
import glob
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import snmp
from control import CLIENT, SIM, TIMEOUT_S, Terminal, free_ports, wait_until
from telnet import PROMPT, Peer, window

try:
    import paramiko
    from test_remote import PASSWORD, Port
    from test_snmp import free_udp_port
except ImportError as missing:
    print(missing)
    sys.exit(77)

VARIANT = os.environ.get("NETDIAG_VARIANT", "release")
LOAD_S = int(os.environ.get("NETDIAG_LOAD_S", {"release": 12, "tsan": 60}.get(VARIANT, 20)))
SEED = int(os.environ.get("NETDIAG_LOAD_SEED", time.time_ns() % 100000))
COMMUNITY = "soak"

# After the warming up: caches, stacks of threads, and what malloc keeps. A leak of 1 KB a session
# is more than this within minutes; a short run is warming up all along.
MOST_RESIDENT_KB = 2048
TURNS_S = (LOAD_S / 3, LOAD_S * 2 / 3) if LOAD_S >= 60 else (LOAD_S,)

# A connection whose VLAN went, or whose last segments were lost, is given up by retransmits.
SETTLED_S = 240

AT_PROMPT = re.escape(PROMPT) + b"$"
QUESTIONS = ("show tcp statistics", "show tcp connections", "show tcp connections detail",
             "show tcp diagnosis", "show tcp history", "show tcp pool", "show tcp owners",
             "show tcp listeners detail", "show tcp closed", "show tcp states", "show snmp",
             "show vlan ifindex detail", "show vlan ifindex verify", "show interfaces counters",
             "show memory pools", "show users", "show version", "show arp",
             "show tcp thresholds", "show tech-support tcp", "netstat -nat")
SCENARIOS = ("busy", "busy", "lossy", "syn-flood", "syn-burst", "pool-full", "port-scan",
             "backdoor", "close-wait", "all-states", "normal")
OIDS = (snmp.SYSTEM, snmp.IF_TABLE, snmp.TCP, snmp.TCP_CONNECTION_STATE, snmp.VLAN_STATIC,
        snmp.IF_X_TABLE, snmp.BRIDGE, snmp.SNMP)

# What whoever comes may meet: a pool that is full, a VLAN that is gone, a line that was cleared.
GONE = (OSError, EOFError, paramiko.SSHException)


class Lost(Exception):
    """The other end is gone, as a test that is one of many must expect."""


class Guest(Peer):
    """A person at telnet, who may be cut off."""

    def receive(self):
        if not super().receive():
            raise Lost
        return True


class House:
    """A switch at a terminal, with all its doors open."""

    def __init__(self):
        self.directory = tempfile.mkdtemp()
        self.state = os.path.join(self.directory, "state")
        self.path = os.path.join(self.state, "control")
        self.reports = os.path.join(self.directory, "tsan")
        for name, privilege in (("boss", "15"), ("guest", "1")):
            subprocess.run([SIM, "user", "add", name, "--privilege", privilege, "--state-dir",
                            self.state], input=PASSWORD + "\n", text=True, check=True)
        self.telnet, self.ssh, self.echo, self.web, self.other = free_ports(5)
        self.polls = free_udp_port()
        forwards = ("tcp:127.0.0.1:%d-23" % self.telnet, "tcp:127.0.0.1:%d-22" % self.ssh,
                    "tcp:127.0.0.1:%d-7" % self.echo, "tcp:127.0.0.1:%d-80" % self.web,
                    "udp:127.0.0.1:%d-161" % self.polls,
                    "tcp:127.0.0.1:%d-10.0.20.1:7" % self.other)
        tsan = "%s log_path='%s'" % (os.environ.get("TSAN_OPTIONS", ""), self.reports)
        self.console = Terminal(SIM, "--state-dir", self.state, "--snmp-community", COMMUNITY,
                                *(word for each in forwards for word in ("--forward", each)),
                                environment=dict(os.environ, TSAN_OPTIONS=tsan), rows=40)
        self.console.wait_for(rb"sw1>$")
        self.console.type(b"terminal length 0\r")
        self.console.wait_for(rb"sw1>$")
        pid = self.console.pid
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
            self.world = int(file.read())

    def run(self, *commands, check=None):
        arguments = [word for command in commands for word in ("-c", command)]
        done = subprocess.run([CLIENT, "-s", self.path, *arguments], capture_output=True,
                              timeout=TIMEOUT_S, check=False)
        assert done.returncode in ((0, 1) if check is None else (check,)), (
            commands, done.returncode, done.stderr, done.stdout[-200:])
        return done.stdout.decode()

    def json(self, command):
        return json.loads(self.run(command + " json", check=0))

    def answers_a_poll(self):
        """By way of the remote world, which then has begun."""
        with socket.socket(type=socket.SOCK_DGRAM) as mine:
            mine.connect(("127.0.0.1", self.polls))
            mine.settimeout(1)
            mine.send(snmp.request(snmp.GET, snmp.SYS_NAME, community=COMMUNITY.encode()))
            try:
                return b"sw1" in mine.recv(65536)
            except TimeoutError:
                return False

    def held(self):
        """What its processes have of the host: (threads and descriptors, resident memory)."""
        counts, resident = {}, {}
        for name, pid in (("device", self.console.pid), ("world", self.world)):
            with open("/proc/%d/status" % pid, encoding="ascii") as file:
                status = dict(re.findall(r"(\w+):\s+(\d+)", file.read()))
            counts[name] = (int(status["Threads"]), len(os.listdir("/proc/%d/fd" % pid)))
            resident[name] = int(status["VmRSS"]) + int(status["VmSwap"])
        return counts, resident

    def raced(self):
        """What ThreadSanitizer has reported."""
        said = []
        for name in glob.glob(self.reports + "*"):
            with open(name, encoding="utf-8", errors="replace") as file:
                said.append(file.read())
        return said

    def close(self):
        """Its exit status."""
        self.console.type(b"exit\r")
        return self.console.end()

    def kill(self):
        """What is left of it when something failed."""
        if not self.console.has_ended():
            os.kill(self.console.pid, signal.SIGTERM)
            self.console.end()
        self.console.close()


class Crowd:
    """Those who come and go. Each has a chance of his own, and counts what he got."""

    def __init__(self, house, seconds, seed):
        self.house, self.ends = house, time.monotonic() + seconds
        self.seed, self.done, self.lost = seed, {}, {}

    def goes_on(self, who, turn):
        chance = random.Random("%d %s" % (self.seed, who))
        self.done[who] = self.lost[who] = 0
        while time.monotonic() < self.ends:
            try:
                turn(chance)
                self.done[who] += 1
            except (*GONE, Lost):
                self.lost[who] += 1
                time.sleep(0.05)

    # ---- turns ----

    def telnet(self, chance):
        with Guest(Port(self.house.telnet)) as peer:
            peer.log_in("boss", PASSWORD)
            peer.send(window(chance.randint(20, 200), chance.randint(5, 80)))
            peer.send(b"terminal length 0\r" + chance.choice((b"terminal monitor\r", b"")))
            for _ in range(chance.randint(0, 6)):
                peer.send(chance.choice(QUESTIONS).encode() + b"\r")
                peer.wait_for(AT_PROMPT)
            self.leave(peer, chance)

    @staticmethod
    def leave(peer, chance):
        """In good order, or in the midst of something."""
        how = chance.randrange(4)
        if how == 0:
            peer.send(b"exit\r")
        elif how == 1:
            peer.send(b"show tech-support tcp\r" * 5)
        elif how == 2:
            peer.send(b"monitor tcp interval 1\r")
            peer.receive()
            peer.send(b"q")
        else:  # by RST
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def ssh(self, chance):
        with paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            client.connect("127.0.0.1", self.house.ssh, chance.choice(("boss", "guest")), PASSWORD,
                           look_for_keys=False, allow_agent=False, timeout=TIMEOUT_S,
                           banner_timeout=TIMEOUT_S, auth_timeout=TIMEOUT_S)
            for _ in range(chance.randint(0, 4)):
                channel = client.get_transport().open_session(timeout=TIMEOUT_S)
                channel.settimeout(TIMEOUT_S)
                channel.exec_command(chance.choice(QUESTIONS))
                while chance.random() < 0.9 and channel.recv(65536):
                    pass
            shell = client.invoke_shell()
            shell.settimeout(TIMEOUT_S)
            shell.send(b"terminal monitor\rmonitor tcp interval 1\r")
            shell.recv(65536)
            if chance.random() < 0.5:
                shell.send(b"\x03exit\r")

    def control(self, chance):
        self.house.run(*chance.sample(QUESTIONS, chance.randint(1, 5)))

    def live(self, chance):
        """A person at the control socket, with a live view."""
        terminal = Terminal(CLIENT, "-s", self.house.path, rows=chance.randint(10, 60))
        try:
            terminal.wait_for(rb"sw1>$")
            terminal.type(b"monitor tcp interval 1\r")
            until = time.monotonic() + chance.uniform(0, 3)
            while time.monotonic() < until:
                terminal.read(0.1)
            if chance.random() < 0.5:
                terminal.type(b"\x03")
                terminal.wait_for(rb"sw1>$")
                terminal.type(b"exit\r")
            else:
                os.kill(terminal.pid, signal.SIGKILL)
            terminal.end()
        finally:
            if not terminal.has_ended():
                os.kill(terminal.pid, signal.SIGKILL)
            terminal.close()

    def at_the_console(self, chance):
        console = self.house.console
        console.type(chance.choice(QUESTIONS).encode() + b" | include 1\r")
        console.wait_for(rb"sw1[>#]$")

    def polls(self, chance):
        with socket.socket(type=socket.SOCK_DGRAM) as mine:
            mine.connect(("127.0.0.1", self.house.polls))
            mine.settimeout(2)
            for number in range(20):
                kind, many = chance.choice(((snmp.GET_NEXT, 0), (snmp.GET_BULK, 40)))
                mine.send(snmp.request(kind, chance.choice(OIDS), community=COMMUNITY.encode(),
                                       number_of_it=number, third=many))
                mine.recv(65536)

    def vlans(self, chance):
        number = chance.choice((20, 40, 41, 42))
        self.house.run("enable", "no vlan %d" % number, "show vlan ifindex", "vlan %d" % number)
        time.sleep(chance.uniform(0, 0.2))

    def operator(self, chance):
        rows = self.house.json("show tcp connections")["connections"]
        picked = [row["id"] for row in rows if row["id"] and row["local"]["port"] not in (22, 23)]
        self.house.run("enable", "clear tcp statistics", "simulate " + chance.choice(SCENARIOS),
                       "tcp threshold close-wait-age %d" % chance.randint(1, 60),
                       *("clear tcp connection " + each for each in picked[:1]))
        json.loads(self.house.run("show tech-support tcp", check=0))
        time.sleep(chance.uniform(0, 1))

    def visits(self, chance):
        port = chance.choice((self.house.echo, self.house.web, self.house.other))
        with socket.create_connection(("127.0.0.1", port), timeout=10) as mine:
            mine.sendall(b"GET / HTTP/1.0\r\n\r\n" * chance.randint(1, 50))
            if chance.random() < 0.8:
                mine.recv(65536)

    # ---- all of them ----

    def come(self):
        crowd = {"telnet": self.telnet, "telnet too": self.telnet, "ssh": self.ssh,
                 "control": self.control, "live": self.live, "console": self.at_the_console,
                 "snmp": self.polls, "snmp too": self.polls, "vlans": self.vlans,
                 "operator": self.operator, "visits": self.visits, "visits too": self.visits}
        with concurrent.futures.ThreadPoolExecutor(len(crowd)) as pool:
            for each in [pool.submit(self.goes_on, *one) for one in crowd.items()]:
                each.result()
        print("%s; lost %s" % (self.done, self.lost), flush=True)
        return self.done


class AllDoorsTest(unittest.TestCase):
    def settled(self, house, counts):
        """Until nobody is left: what is held of memory then."""
        house.run("enable", "simulate normal", "vlan 20", "no vlan 40", "no vlan 41", "no vlan 42")

        def is_settled():
            return house.held()[0] == counts
        try:
            wait_until(is_settled, SETTLED_S)
        except AssertionError:
            self.fail("%s before, %s now; %s%s" % (
                counts, house.held()[0], house.run("show users", "show tcp connections"),
                subprocess.run(["ss", "-tnp"], capture_output=True, text=True).stdout))
        return house.held()[1]

    def test_all_doors_at_once_leave_nothing_and_race_with_nobody(self):
        print("NETDIAG_LOAD_SEED=%d" % SEED, flush=True)
        house = House()
        try:
            wait_until(house.answers_a_poll)
            counts, _ = house.held()  # before anybody came, whose shell may end after he has left
            house.run("show version", check=0)
            before = None
            for turn, seconds in enumerate(TURNS_S):
                done = Crowd(house, seconds, SEED + turn).come()
                resident = self.settled(house, counts)
                before = before or resident
            self.assertEqual([who for who, times in done.items() if times == 0], [])
            print("threads and descriptors %s; KB %s, then %s" % (counts, before, resident))
            if VARIANT == "release":
                for name, number in resident.items():
                    self.assertLessEqual(number, before[name] + MOST_RESIDENT_KB, name)
            self.assertEqual(house.json("show tcp statistics")["connections"]["withoutRow"], 0)
            status = house.close()
        finally:
            house.kill()
            raced = house.raced()
            print("".join(raced))  # whatever else has failed
            shutil.rmtree(house.directory)
        self.assertEqual(raced, [])
        self.assertEqual(status, 0)


if __name__ == "__main__":
    unittest.main()
