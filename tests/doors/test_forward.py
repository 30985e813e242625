#!/usr/bin/python3
"""--forward: the host's programs reach the switch by the remote world, as peers like any other."""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import tempfile
import time
import unittest

from control import SIM, TIMEOUT_S, Switch, Terminal, free_port

VARIANT = os.environ.get("NETDIAG_VARIANT", "release")
DEFAULT_PORTS = (2323, 2222)


def refused(*options):
    done = subprocess.run([SIM, *options], input=b"show version\n", capture_output=True,
                          timeout=TIMEOUT_S)
    assert (done.returncode, done.stdout) == (3, b""), (options, done)
    assert done.stderr.startswith(b"netdiag-sim: --forward"), done.stderr
    return done.stderr.decode()


class ForwardTest(unittest.TestCase):
    def switch(self, *options):
        switch = Switch(*options)
        self.addCleanup(switch.close)
        return switch

    def connect(self, port, address="127.0.0.1"):
        connection = socket.create_connection((address, port), TIMEOUT_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(connection.close)
        return connection

    def test_round_trip_of_a_byte_is_under_2_ms(self):
        port = free_port()
        self.switch("--forward", "tcp:127.0.0.1:%d-7" % port)
        connection, took = self.connect(port), []
        for i in range(300):
            started = time.perf_counter()
            connection.sendall(bytes([i % 256]))
            self.assertEqual(connection.recv(16), bytes([i % 256]))
            took.append(time.perf_counter() - started)
        print("round trip: median %.3f ms, worst %.3f ms"
              % (statistics.median(took) * 1000, max(took) * 1000))
        if VARIANT == "release":
            self.assertLess(statistics.median(took), 0.002)
            # Neither the device nor the world sleeps while a frame waits
            self.assertLess(sorted(took)[-10], 0.005)

    def test_own_connection_is_a_row(self):
        port = free_port()
        switch = self.switch("--forward", "tcp:127.0.0.1:%d-7" % port)
        connection = self.connect(port)
        connection.sendall(b"12345")
        self.assertEqual(connection.recv(16), b"12345")
        done = switch.run("show tcp connections state established local-port 7 "
                          "remote 10.0.1.2 json", check=0)
        rows = [row for row in json.loads(done.stdout)["connections"]
                if (row["rxBytes"], row["txBytes"]) == (5, 5)]
        self.assertEqual(len(rows), 1, done.stdout)
        row = rows[0]
        self.assertEqual((row["local"], row["opened"], row["owner"], row["vlan"]),
                         ({"address": "10.0.1.1", "port": 7}, "passive", "tcpecho", 1))
        connection.close()
        deadline = time.monotonic() + TIMEOUT_S
        while row["id"] in switch.run("show tcp connections state established json",
                                      check=0).stdout.decode():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_device_address_and_ipv6_of_the_host(self):
        port = free_port(socket.AF_INET6, "::1")
        switch = self.switch("--forward", "tcp:[::1]:%d-[2001:db8:20::1]:7" % port)
        connection = self.connect(port, "::1")
        connection.sendall(b"x")
        self.assertEqual(connection.recv(16), b"x")
        text = switch.run("show tcp connections local-port 7 remote 2001:db8:20::2",
                          check=0).stdout.decode()
        self.assertIn("[2001:db8:20::1]:7", text)

    def test_several_are_independent(self):
        ports = [free_port() for _ in range(3)]
        options = [word for port in ports for word in ("--forward", "tcp:127.0.0.1:%d-7" % port)]
        self.switch(*options)
        connections = [self.connect(port) for port in ports]
        connections[0].sendall(b"x" * 10)
        for number, connection in enumerate(connections[1:]):
            connection.sendall(b"%d" % number)
            self.assertEqual(connection.recv(16), b"%d" % number)

    def test_port_that_nobody_serves_resets(self):
        port = free_port()
        self.switch("--forward", "tcp:127.0.0.1:%d-9999" % port)
        with self.assertRaises(ConnectionResetError):
            self.connect(port).recv(1)

    def test_ports_are_free_again_after_the_end(self):
        port = free_port()
        for _ in range(3):
            switch = self.switch("--forward", "tcp:127.0.0.1:%d-7" % port)
            connection = self.connect(port)
            connection.sendall(b"x")
            self.assertEqual(connection.recv(1), b"x")
            switch.close()

    def test_end_of_the_switch_ends_connections(self):
        port = free_port()
        switch = self.switch("--forward", "tcp:127.0.0.1:%d-7" % port)
        connection = self.connect(port)
        connection.sendall(b"x")
        self.assertEqual(connection.recv(1), b"x")
        switch.close()
        with contextlib.suppress(ConnectionResetError):
            self.assertEqual(connection.recv(1), b"")


class OptionTest(unittest.TestCase):
    def test_named_port_in_use_is_an_error(self):
        with socket.socket() as mine:
            mine.bind(("127.0.0.1", 0))
            mine.listen()
            port = mine.getsockname()[1]
            text = refused("--no-console", "--forward", "tcp:127.0.0.1:%d-7" % port)
        self.assertIn("127.0.0.1:%d" % port, text)
        self.assertIn("in use", text)

    def test_named_udp_port_in_use_is_an_error(self):
        with socket.socket(type=socket.SOCK_DGRAM) as mine:
            mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            mine.bind(("127.0.0.1", 0))
            port = mine.getsockname()[1]
            text = refused("--no-console", "--forward", "udp:127.0.0.1:%d-161" % port)
        self.assertIn("udp:127.0.0.1:%d" % port, text)
        self.assertIn("in use", text)

    def test_one_port_of_both_protocols_is_two_forwards(self):
        port = free_port()
        switch = Switch("--forward", "tcp:127.0.0.1:%d-7" % port,
                        "--forward", "udp:127.0.0.1:%d-161" % port)
        try:
            with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as connection, \
                    socket.socket(type=socket.SOCK_DGRAM) as mine:
                mine.connect(("127.0.0.1", port))
                mine.send(b"nobody understands this")
                connection.sendall(b"x")
                self.assertEqual(connection.recv(1), b"x")
                mine.settimeout(0.3)
                with self.assertRaises(TimeoutError):
                    mine.recv(1)
        finally:
            switch.close()

    def test_default_ports_are_open_or_a_warning_names_the_option(self):
        with contextlib.ExitStack() as stack:
            for port in DEFAULT_PORTS:
                mine = stack.enter_context(socket.socket())
                with contextlib.suppress(OSError):  # then somebody else has it
                    mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    mine.bind(("127.0.0.1", port))
                    mine.listen()
            switch = Switch(default_forwards=True)
            self.assertEqual(switch.run("show version").returncode, 0)
            switch.stop()
            switch.close()
        lines = [line for line in switch.errors.decode().splitlines() if "warning" in line]
        self.assertEqual(len(lines), 2, lines)
        for line, port, device in zip(lines, DEFAULT_PORTS, (23, 22)):
            self.assertIn("127.0.0.1:%d" % port, line)
            self.assertIn("--forward tcp:127.0.0.1:PORT-%d" % device, line)

    def test_no_forward_where_none_is_wanted(self):
        for options in (("--forward", "none"), ("--clock", "virtual")):
            switch = Switch(*options)
            mine = self.listening_inodes(switch.process.pid)
            switch.close()
            self.assertEqual(mine, set(), options)

    def test_pipe_has_no_default_forwards(self):
        process = subprocess.Popen([SIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdin.write(b"show version\n")
        process.stdin.flush()
        process.stdout.readline()
        self.assertEqual(self.listening_inodes(process.pid), set())
        errors = process.communicate(timeout=TIMEOUT_S)[1]
        self.assertEqual(errors, b"")

    @staticmethod
    def listening_inodes(pid):
        """Listening TCP sockets that a process or a child of its has."""
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            pids = [pid, *map(int, file.read().split())]
        listening = set()
        for name in ("tcp", "tcp6"):
            with open("/proc/net/" + name) as file:
                rows = [line.split() for line in list(file)[1:]]
            listening |= {"socket:[%s]" % row[9] for row in rows if row[3] == "0A"}
        held = set()
        for each in pids:
            for fd in os.listdir("/proc/%d/fd" % each):
                with contextlib.suppress(OSError):
                    held.add(os.readlink("/proc/%d/fd/%s" % (each, fd)))
        return held & listening

    def test_bad_values_name_what_is_legal(self):
        for value in ("", "x", "tcp:127.0.0.1-7", "tcp:127.0.0.1:0-7", "tcp:127.0.0.1:65536-7",
                      "tcp:127.0.0.1:2323-0", "tcp:127.0.0.1:2323-65536", "tcp:127.0.0.1:23 23-7",
                      "sctp:127.0.0.1:2323-7", "127.0.0.1:2323-7", "udp:127.0.0.1-161", "udp:",
                      "udp:127.0.0.1:1161-0", "udp:::1:1161-161", "UDP:127.0.0.1:1161-161",
                      "udp:127.0.0.1:%s-161" % ("1" * 500), "tcp:localhost:2323-7", "tcp:::1:2323-7",
                      "tcp:[127.0.0.1]:2323-7", "tcp:127.0.0.1/8:2323-7", "tcp:127.0.0.1:2323-",
                      "tcp:127.0.0.1:2323-10.0.1.1", "tcp:127.0.0.1:2323-7-7",
                      "tcp:127.0.0.1:%s-7" % ("1" * 500)):
            text = refused("--forward", value)
            self.assertIn("tcp:127.0.0.1:2323-23", text, value)
            self.assertIn("udp:ADDRESS:PORT-[DEVICE:]PORT", text, value)

    def test_other_than_loopback_needs_a_word(self):
        for address in ("0.0.0.0", "10.1.2.3", "[::]"):
            for protocol in ("tcp", "udp"):
                text = refused("--forward", "%s:%s:2323-23" % (protocol, address))
                self.assertIn("--forward-any", text)
        port = free_port()
        switch = Switch("--forward", "tcp:0.0.0.0:%d-7" % port, "--forward-any")
        try:
            with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as connection:
                connection.sendall(b"x")
                self.assertEqual(connection.recv(1), b"x")
        finally:
            switch.close()

    def test_address_that_is_not_the_switch_s_is_refused(self):
        for protocol in ("tcp", "udp"):
            self.assertIn("10.0.1.2",
                          refused("--forward", protocol + ":127.0.0.1:2323-10.0.1.2:23"))

    def test_virtual_clock_has_none(self):
        for protocol in ("tcp", "udp"):
            self.assertIn("--clock real", refused("--clock", "virtual", "--forward",
                                                  protocol + ":127.0.0.1:2323-23"))

    def test_one_too_many_is_refused(self):
        options = [word for port in range(3001, 3010)
                   for word in ("--forward", "tcp:127.0.0.1:%d-7" % port)]
        self.assertIn("CONFIG_NETDIAG_SIM_FORWARDS", refused(*options))


class ConsoleTest(unittest.TestCase):
    def test_warning_comes_before_the_prompt(self):
        with contextlib.ExitStack() as stack:
            for port in DEFAULT_PORTS:
                mine = stack.enter_context(socket.socket())
                with contextlib.suppress(OSError):
                    mine.bind(("127.0.0.1", port))
                    mine.listen()
            directory = stack.enter_context(tempfile.TemporaryDirectory())
            environment = dict(os.environ, XDG_STATE_HOME=directory)
            terminal = Terminal(SIM, environment=environment)
            try:
                screen = terminal.wait_for(rb"sw1>$")
                self.assertIn("127.0.0.1:2323", screen)
                terminal.type(b"exit\r")
                self.assertEqual(terminal.end(), 0)
            finally:
                terminal.close()


if __name__ == "__main__":
    unittest.main()
