#!/usr/bin/python3
"""Ports at which Linux is the neighbour: opening them, the privilege for it, and how they end."""

import contextlib
import fcntl
import multiprocessing
import os
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import tempfile
import threading
import time
import unittest
import unittest.mock

import control
import namespace
from control import CLIENT, QEMU, SIM, TIMEOUT_S, wait_until

namespace.enter("ping", "mount", "unshare")

TUN = "/dev/net/tun"
TUNSETIFF, TUNSETOFFLOAD = 0x400454ca, 0x400454d0
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
TUN_F_CSUM, TUN_F_TSO4 = 0x01, 0x02
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapAmb")

PORTER, PORTERS, HELPERS = 4711, 4712, 4713

# In a mount namespace of its own: a machine whose device is for everybody, as Debian has it, and
# which has a user "porter", in a group "helpers" beside his own, at home in $1
MACHINE = """set -e
mount -t tmpfs none /dev/net
mknod -m 666 /dev/net/tun c 10 200
cat /etc/passwd - >$1/passwd <<END
porter:x:%d:%d::$1/home:/bin/sh
END
cat /etc/group - >$1/group <<END
porters:x:%d:
helpers:x:%d:porter
END
chmod 644 $1/passwd $1/group
mount --bind $1/passwd /etc/passwd
mount --bind $1/group /etc/group
shift
exec "$@"
""" % (PORTER, PORTERS, PORTERS, HELPERS)

# Whether other users' IDs are there, and mounts may be made
with open("/proc/self/uid_map") as uid_map:
    ALL_USERS = uid_map.read().split() == ["0", "0", "4294967295"]


def status(pid):
    with open("/proc/%d/status" % pid) as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file)


def world_of(pid):
    """The process of the remote world."""
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        child, = file.read().split()
    return int(child)


def open_files(pid):
    links = []
    for fd in os.listdir("/proc/%d/fd" % pid):
        with contextlib.suppress(OSError):
            links.append(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
    return links


def cpu_s(pid):
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def refused(*options, prefix=(), **more):
    done = subprocess.run([*prefix, SIM, *options], input=b"show version\n", capture_output=True,
                          timeout=TIMEOUT_S, **more)
    assert (done.returncode, done.stdout) == (3, b""), (options, done)
    assert done.stderr.count(b"\n") == 1, done.stderr
    return done.stderr.decode()


class Case(unittest.TestCase):
    def machine(self):
        """A directory, and the prefix of a program on a machine with the user porter."""
        if not ALL_USERS:
            self.skipTest("other users need a namespace that root has made")
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        os.chmod(directory.name, 0o755)
        home = os.path.join(directory.name, "home")
        os.mkdir(home)
        os.chown(home, PORTER, PORTERS)
        return directory.name, ("unshare", "--mount", "sh", "-c", MACHINE, "sh", directory.name)

    def make_tap(self, name, *words):
        namespace.run("ip", "tuntap", "add", "dev", name, "mode", "tap", *words)
        self.addCleanup(namespace.run, "ip", "link", "delete", name, check=False)

    def switch(self, *ports, **more):
        switch = namespace.Switch(*ports, **more)
        self.addCleanup(switch.close)
        return switch

    def log(self, switch):
        path = os.path.join(switch.state, "log")
        if not os.path.exists(path):
            return []
        with open(path) as file:
            return [line.partition("Z ")[2].rstrip("\n") for line in file if "its TAP" in line]


class OpeningTest(Case):
    def test_name_of_another_interface_is_told(self):
        for port in ("lo,trunk", "lo,access=10"):
            text = refused("--port", "tap:" + port)
            self.assertIn("--port tap:lo: an interface of that name is there, and is no TAP", text)
            self.assertIn("\"ip -d link show lo\"", text)

    def test_busy_tap_is_told_and_the_others_are_given_back(self):
        self.switch("nd0,access=10")
        text = refused("--port", "tap:nd1,trunk", "--port", "tap:nd0,trunk")
        self.assertIn("--port tap:nd0: another program has it open", text)
        self.assertNotIn("nd1", namespace.run("ip", "link").stdout)

    def test_tap_of_several_queues_is_told(self):
        self.make_tap("nd0", "multi_queue")
        self.assertIn("or one of several queues", refused("--port", "tap:nd0,trunk"))

    def test_without_privilege_the_command_is_named(self):
        _, machine = self.machine()
        text = refused("--port", "tap:nd0,trunk", prefix=(*machine, *self.as_porter()))
        self.assertIn("--port tap:nd0: making it needs CAP_NET_ADMIN; type \"sudo ip tuntap add "
                      "dev nd0 mode tap user $USER\" once", text)

    def test_tap_of_another_user_is_told(self):
        _, machine = self.machine()
        self.make_tap("nd0", "user", "nobody")
        text = refused("--port", "tap:nd0,trunk", prefix=(*machine, *self.as_porter()))
        self.assertIn("--port tap:nd0: it is another user's; \"ip -d link show nd0\" shows whose",
                      text)

    def test_without_the_device_it_is_told(self):
        _, machine = self.machine()
        for command, told in (("rm", "the kernel has no /dev/net/tun; type \"sudo modprobe tun\""),
                              ("chmod 600", "/dev/net/tun cannot be opened: Permission denied")):
            text = refused("--port", "tap:nd0,trunk", prefix=(
                *machine, "sh", "-c", command + " /dev/net/tun; exec \"$@\"", "sh",
                *self.as_porter()))
            self.assertIn("--port tap:nd0: " + told, text)

    @staticmethod
    def as_porter():
        return ("setpriv", "--reuid", str(PORTER), "--regid", str(PORTERS), "--clear-groups",
                "--inh-caps", "-all", "--")

    def test_persistent_tap_of_the_user_needs_no_privilege(self):
        directory, machine = self.machine()
        self.make_tap("nd0", "user", str(PORTER))
        switch = control.Switch("--no-world", "--port", "tap:nd0,access=10",
                                state=os.path.join(directory, "home", "state"),
                                prefix=(*machine, *self.as_porter()))
        self.addCleanup(switch.close)
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.settle("10.0.10.1")
        self.assertEqual(status(switch.process.pid)["Uid"].split(), [str(PORTER)] * 4)

    def test_what_another_program_set_on_a_tap_is_reset(self):
        """Checksums left to the card, and segments longer than a frame: TCP would not work."""
        self.make_tap("nd0")
        fd = os.open(TUN, os.O_RDWR)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"nd0", IFF_TAP | IFF_NO_PI))
        fcntl.ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4)
        os.close(fd)
        self.switch("nd0,access=10")
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.settle("10.0.10.1")
        with socket.create_connection(("10.0.10.1", 7), TIMEOUT_S) as connection:
            sent = os.urandom(20000)
            connection.sendall(sent)
            received = b""
            while len(received) < len(sent):
                received += connection.recv(65536)
        self.assertEqual(received, sent)


class PrivilegeTest(Case):
    def assert_no_privilege(self, pid):
        now = status(pid)
        self.assertEqual([now[name] for name in CAPABILITIES], ["0" * 16] * 4)
        self.assertEqual(now["NoNewPrivs"], "1")

    def test_none_is_left_in_either_process(self):
        switch = self.switch("nd0,access=10", "nd1,trunk", world=True)
        world = world_of(switch.process.pid)
        for pid in (switch.process.pid, world):
            self.assert_no_privilege(pid)
        self.assertEqual(open_files(switch.process.pid).count(TUN), 2)
        self.assertEqual(open_files(world).count(TUN), 0)

    def test_under_sudo_it_is_that_user(self):
        directory, machine = self.machine()
        environment = {**os.environ, "SUDO_UID": str(PORTER), "SUDO_GID": str(PORTERS),
                       "SUDO_USER": "porter", "HOME": "/root"}
        environment.pop("XDG_STATE_HOME", None)
        process = subprocess.Popen(
            [*machine, SIM, "--no-world", "--no-console", "--port", "tap:nd0,access=10"],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.addCleanup(namespace.end, process, signal.SIGTERM)
        state = os.path.join(directory, "home", ".local", "state", "netdiag", "sw1")
        wait_until(lambda: os.path.exists(os.path.join(state, "control")))
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.settle("10.0.10.1")
        for pid in (process.pid, world_of(process.pid)):
            self.assert_no_privilege(pid)
            self.assertEqual(status(pid)["Uid"].split(), [str(PORTER)] * 4)
            self.assertEqual(status(pid)["Gid"].split(), [str(PORTERS)] * 4)
            self.assertEqual(status(pid)["Groups"].split(), [str(PORTERS), str(HELPERS)])
        for name in os.listdir(state):
            made = os.stat(os.path.join(state, name))
            self.assertEqual((made.st_uid, made.st_gid), (PORTER, PORTERS), name)
        done = subprocess.run([*OpeningTest.as_porter(), CLIENT, "-s",
                               os.path.join(state, "control"), "-c", "show tcp listeners"],
                              capture_output=True, timeout=TIMEOUT_S)
        self.assertIn(b"httpd", done.stdout, done.stderr)

    def test_of_a_user_with_one_capability_none_is_left(self):
        directory, machine = self.machine()
        switch = control.Switch(
            "--no-world", "--port", "tap:nd0,access=10",
            state=os.path.join(directory, "home", "state"),
            prefix=(*machine, "setpriv", "--reuid", str(PORTER), "--regid", str(PORTERS),
                    "--clear-groups", "--inh-caps", "-all,+net_admin", "--ambient-caps",
                    "-all,+net_admin", "--"))
        self.addCleanup(switch.close)
        self.assert_no_privilege(switch.process.pid)
        self.assertEqual(open_files(switch.process.pid).count(TUN), 1)

    @unittest.skipIf(QEMU, "the bit of the script that starts qemu means nothing")
    def test_bit_of_the_file_opens_the_tap_and_gives_nothing_more(self):
        directory, machine = self.machine()
        if os.statvfs(directory).f_flag & os.ST_NOSUID:
            self.skipTest("the directory's file system has no set-user-ID bit")
        program = os.path.join(directory, "netdiag-sim")
        shutil.copy(SIM, program)
        os.chmod(program, 0o4755)
        process = subprocess.Popen(
            [*machine, *OpeningTest.as_porter(), program, "--no-world", "--port",
             "tap:nd0,access=10"], env={**os.environ, "SUDO_UID": "65534"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(namespace.end, process, signal.SIGTERM)
        process.stdin.write(b"show version\n")
        process.stdin.flush()
        self.assertIn(b"netdiag", process.stdout.readline())
        self.assert_no_privilege(process.pid)
        self.assertEqual(status(process.pid)["Uid"].split(), [str(PORTER)] * 4)
        self.assertEqual(open_files(process.pid).count(TUN), 1)

    def test_under_sudo_by_root_and_for_an_unknown_user(self):
        environment = {**os.environ, "SUDO_UID": "0"}
        with unittest.mock.patch.dict(os.environ, environment):
            switch = self.switch("nd0,access=10")
        self.assertEqual(status(switch.process.pid)["Uid"].split(), ["0"] * 4)
        self.assert_no_privilege(switch.process.pid)
        for uid in ("4294967294", "4294967295", "-1", "1x", " 1", "99999999999999999999"):
            text = refused("--port", "tap:nd9,trunk", env={**os.environ, "SUDO_UID": uid})
            self.assertIn("cannot drop privilege after opening the ports: SUDO_UID \"%s\" is no "
                          "user's" % uid, text)

    def test_group_of_the_control_socket_is_one_of_the_user_s(self):
        """To give it away takes privilege, which is dropped before."""
        with tempfile.TemporaryDirectory() as state:
            done = subprocess.run(
                [SIM, "--no-world", "--no-console", "--port", "tap:nd0,access=10", "--state-dir",
                 state, "--control-group", "games"], stdin=subprocess.DEVNULL, capture_output=True,
                timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, rb"control: it cannot be given to group \"games\": .*; "
                                      rb"legal are groups that this user is in")

    def test_user_without_a_port_is_not_changed(self):
        with unittest.mock.patch.dict(os.environ, {"SUDO_UID": "65534"}):
            switch = control.Switch()
            self.addCleanup(switch.close)
        self.assertEqual(status(switch.process.pid)["Uid"].split(), ["0"] * 4)


class EndingTest(Case):
    def test_deleted_tap_is_logged_once_costs_nothing_and_comes_back(self):
        self.make_tap("nd0")
        switch = self.switch("nd0,access=10", "nd1,access=10")
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.settle("10.0.10.1")
        namespace.run("ip", "link", "delete", "nd0")
        wait_until(lambda: self.log(switch))
        before = cpu_s(switch.process.pid)
        time.sleep(3)
        self.assertLess(cpu_s(switch.process.pid) - before, 1)
        self.assertEqual(self.log(switch),
                         ["warning: port nd0: its TAP is gone; it is used again when it is back"])
        gone = switch.port("nd0")
        self.assertEqual(gone["operStatus"], "down")
        self.assertGreater(gone["lastChangeMs"], 0)
        lost = switch.port("nd0")["outDiscards"]
        switch.run("ping 10.0.10.50 count 1")
        self.assertGreater(switch.port("nd0")["outDiscards"], lost)
        self.assertEqual(open_files(switch.process.pid).count(TUN), 1)
        namespace.run("ip", "tuntap", "add", "dev", "nd0", "mode", "tap")
        wait_until(lambda: len(self.log(switch)) == 2)
        self.assertEqual(self.log(switch)[1], "notice: port nd0: its TAP is back")
        self.assertEqual(switch.port("nd0")["lastChangeMs"], gone["lastChangeMs"])
        namespace.plug("nd0", "10.0.10.50/24")
        wait_until(lambda: switch.port("nd0")["operStatus"] == "up")
        self.assertGreaterEqual(switch.port("nd0")["lastChangeMs"], gone["lastChangeMs"] + 3000)
        namespace.settle("10.0.10.1")

    def test_tap_of_the_switch_s_own_is_gone_for_good_with_it(self):
        switch = self.switch("nd0,access=10")
        namespace.run("ip", "link", "delete", "nd0")
        wait_until(lambda: self.log(switch))
        time.sleep(2.5)
        self.assertNotIn("nd0", namespace.run("ip", "link").stdout)
        self.assertEqual(len(self.log(switch)), 1)
        self.assertEqual(switch.stop(), -15)
        self.assertEqual(switch.errors, b"")

    def test_interface_that_is_down_takes_nothing_and_costs_nothing(self):
        switch = self.switch("nd0,access=10")
        before, ran = switch.port("nd0"), cpu_s(switch.process.pid)
        switch.run("ping 10.0.10.50 count 3")
        time.sleep(2)
        self.assertLess(cpu_s(switch.process.pid) - ran, 1)
        after = switch.port("nd0")
        self.assertGreater(after["outDiscards"], before["outDiscards"])
        for name in ("outOctets", "outUcastPkts", "outMulticastPkts", "outBroadcastPkts"):
            self.assertEqual(after[name], 0, name)
        self.assertEqual(self.log(switch), [])
        self.assertEqual((after["adminStatus"], after["operStatus"]), ("up", "down"))
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.settle("10.0.10.1")
        self.assertGreater(switch.port("nd0")["outOctets"], 0)
        wait_until(lambda: switch.port("nd0")["operStatus"] == "up")
        up = switch.port("nd0")["lastChangeMs"]
        self.assertGreater(up, after["lastChangeMs"])
        namespace.run("ip", "link", "set", "nd0", "down")
        wait_until(lambda: switch.port("nd0")["operStatus"] == "down")
        self.assertGreater(switch.port("nd0")["lastChangeMs"], up)

    def test_taps_are_gone_after_the_end(self):
        self.make_tap("nd1")
        switch = self.switch("nd0,access=10", "nd1,trunk")
        self.assertIn("nd0", namespace.run("ip", "link").stdout)
        switch.close()
        links = namespace.run("ip", "link").stdout
        self.assertNotIn("nd0", links)
        self.assertIn("nd1", links)
        self.assertIn("NO-CARRIER", namespace.run("ip", "link", "set", "nd1", "up").stdout +
                      namespace.run("ip", "link", "show", "nd1").stdout)


class TrafficTest(Case):
    def test_flood_leaves_the_shell_and_the_other_port_their_turn(self):
        switch = self.switch("nd0,access=10", "nd1,access=20")
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.plug("nd1", "10.0.20.50/24")
        namespace.settle("10.0.10.1", "10.0.20.1")
        wire = namespace.Wire("nd0")
        self.addCleanup(wire.close)
        echo = namespace.frame(b"\2\0\0\1\0\x0a", wire.mac, 0x0800, self.echo(1400))
        before = switch.port("nd0")["inUcastPkts"]
        end = time.monotonic() + 4
        floods = [multiprocessing.Process(target=self.flood, args=(wire, echo, end))
                  for _ in range(2)]
        for flood in floods:
            flood.start()
        rounds = []
        while time.monotonic() < end - 0.5:
            began = time.monotonic()
            switch.run("show version", check=0)
            with socket.create_connection(("10.0.20.1", 7), TIMEOUT_S) as connection:
                connection.sendall(b"x")
                self.assertEqual(connection.recv(1), b"x")
            rounds.append(time.monotonic() - began)
        for flood in floods:
            flood.join()
        self.assertLess(statistics.median(rounds), 10 if QEMU else 1, rounds)
        self.assertGreater(switch.port("nd0")["inUcastPkts"] - before, 10000)

    @staticmethod
    def echo(size):
        """An echo request from 10.0.10.50 to 10.0.10.1: dear to answer, and cheap to send."""
        def with_checksum(data, at):
            total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
            total = (total & 0xffff) + (total >> 16)
            total = (total & 0xffff) + (total >> 16)
            return data[:at] + struct.pack("!H", total ^ 0xffff) + data[at + 2:]
        icmp = with_checksum(struct.pack("!BBHHH", 8, 0, 0, 1, 1) + bytes(size), 2)
        header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 0, 0, 64, 1, 0,
                             bytes((10, 0, 10, 50)), bytes((10, 0, 10, 1)))
        return with_checksum(header, 10) + icmp

    @staticmethod
    def flood(wire, data, end):
        while time.monotonic() < end:
            with contextlib.suppress(OSError):  # the queue of the interface is full
                wire.socket.send(data)

    def test_shells_and_the_stack_send_at_a_time(self):
        """Pings of three shells, by their own threads, while the kernel's come in."""
        switch = self.switch("nd0,access=10")
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.settle("10.0.10.1")
        before = switch.port("nd0")["outDiscards"]  # of the time before it was up
        pings = namespace.start(self, "ping", "-n", "-q", "-i", "0.01", "-c", "200", "10.0.10.1",
                                stdout=subprocess.PIPE)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(
            switch.run("ping 10.0.10.50 count 100").stdout)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertIn(b" 200 received", pings.communicate(timeout=TIMEOUT_S)[0])
        for answer in answers:
            self.assertIn(b"Success rate is 100 percent (100/100)", answer)
        after = switch.port("nd0")
        for name in ("runts", "giants", "unknownVlans", "stackedTags"):
            self.assertEqual(after[name], 0, name)
        self.assertEqual(after["outDiscards"], before)

    def test_linux_and_the_world_are_neighbours_too(self):
        """The address of the world's host is learned at its port: no frame for it goes elsewhere."""
        switch = self.switch("nd0,access=10", "nd1,access=10", world=True)
        namespace.plug("nd0", "10.0.10.50/24")
        namespace.plug("nd1")
        namespace.settle("10.0.10.2")
        before = switch.port("nd1")["outUcastPkts"]
        namespace.run("ping", "-n", "-q", "-i", "0.01", "-c", "50", "10.0.10.2")
        self.assertEqual(switch.port("nd1")["outUcastPkts"], before)
        self.assertGreaterEqual(switch.port("nd0")["outUcastPkts"], 50)

    def test_capture_counts_what_was_at_the_world_s_port_alone(self):
        with tempfile.TemporaryDirectory() as directory:
            switch = self.switch("nd0,access=10", world=True,
                                 options=("--pcap", os.path.join(directory, "wire.pcap")))
            namespace.plug("nd0", "10.0.10.50/24")
            namespace.settle("10.0.10.1")
            for _ in range(20):
                with socket.create_connection(("10.0.10.1", 7), TIMEOUT_S) as connection:
                    connection.sendall(b"x")
                    self.assertEqual(connection.recv(1), b"x")
            switch.stop()
        self.assertRegex(switch.errors.decode(),
                         r"captured \d+ frames; never reached TCP: runts 0, giants 0, unknown VLAN "
                         r"0, stacked tags 0, TCP segments not for the switch's own stack 0, ")


if __name__ == "__main__":
    unittest.main()
