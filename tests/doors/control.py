"""A switch without a console, its control socket, and the socket's frames: for tests."""

import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
CLIENT = os.path.abspath(os.environ.get("NETDIAG_CLIENT", "build/netdiag"))
QEMU = os.environ.get("NETDIAG_TEST_QEMU")  # runs the programs, those of another machine
TIMEOUT_S = 60


# What a switch says that made its users file.
FIRST_USER = re.compile(rb"netdiag-sim: telnet and SSH have one user, admin, whose password is in "
                        rb"/\S+/admin-password\n")


def free_ports(count, family=socket.AF_INET, address="127.0.0.1"):
    """Ports that nobody listens on, each another."""
    probes = [socket.create_server((address, 0), family=family) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def free_port(family=socket.AF_INET, address="127.0.0.1"):
    return free_ports(1, family, address)[0]


def wait_until(condition, timeout_s=TIMEOUT_S):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Switch:
    """netdiag-sim --no-console, ready when the constructor returns; with no forwards but those
    that are named, or the default ones."""

    def __init__(self, *options, state=None, prefix=(), default_forwards=False):
        if "--forward" not in options and "virtual" not in options and not default_forwards:
            options = ("--forward", "none", *options)
        self.own = None if state else tempfile.TemporaryDirectory()
        self.state = state or self.own.name
        self.path = os.path.join(self.state, "control")
        self.process = subprocess.Popen(
            [*prefix, SIM, "--no-console", "--state-dir", self.state, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + TIMEOUT_S
        while not self.answers():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def answers(self):
        try:
            self.connect().close()
            return True
        except OSError:
            return False

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT_S)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection

    def run(self, *commands, check=None, **kwargs):
        arguments = [word for command in commands for word in ("-c", command)]
        done = subprocess.run([CLIENT, "-s", self.path, *arguments], capture_output=True,
                              timeout=TIMEOUT_S, **kwargs)
        if check is not None:
            assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
        return done

    def resident_kb(self):
        with open("/proc/%d/status" % self.process.pid) as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.output, errors = self.process.communicate(timeout=TIMEOUT_S)
        self.errors, self.first_users = FIRST_USER.subn(b"", errors)
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.stop()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()
        if self.own:
            self.own.cleanup()


def frame(kind, payload=b""):
    return struct.pack(">cBH", kind, 0, len(payload)) + payload


def hello(interactive=False, version=1, columns=80, rows=24, origin=b""):
    return frame(b"H", struct.pack(">BBHH", version, interactive, columns, rows) + origin)


def frames(connection):
    """The frames that come, up to the end."""
    data = b""
    while True:
        while len(data) >= 4 and len(data) >= 4 + struct.unpack(">H", data[2:4])[0]:
            length = struct.unpack(">H", data[2:4])[0]
            yield data[:1], data[4:4 + length]
            data = data[4 + length:]
        chunk = connection.recv(65536)
        if not chunk:
            return
        data += chunk


class Terminal:
    """A program on a pseudo terminal."""

    timeout_s = TIMEOUT_S

    def __init__(self, *command, rows=24, columns=80, environment=None):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            for fd in (0, 1, 2):
                os.dup2(self.slave, fd)
            os.close(self.master)
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            os.execve(command[0], list(command), environment or dict(os.environ))
        self.screen = b""
        self.status = None

    def resize(self, rows, columns):
        termios.tcsetwinsize(self.master, (rows, columns))

    def read(self, timeout_s):
        if not select.select([self.master], [], [], timeout_s)[0]:
            return b""
        return os.read(self.master, 65536)

    def wait_for(self, pattern, timeout_s=None):
        """Reads until the screen, since the last call, matches; returns and forgets it."""
        deadline = time.monotonic() + (timeout_s or self.timeout_s)
        while not re.search(pattern, self.screen):
            assert time.monotonic() < deadline, self.screen
            self.screen += self.read(0.1)
        seen, self.screen = self.screen, b""
        return seen.decode("utf-8", "replace")

    def type(self, keys):
        os.write(self.master, keys)

    def type_all(self, keys):
        """Types any number of keys, and reads meanwhile. What is left when the program ends."""
        os.set_blocking(self.master, False)
        deadline = time.monotonic() + self.timeout_s
        while keys and not self.has_ended():
            assert time.monotonic() < deadline, self.screen[-2000:]
            readable, writable, _ = select.select([self.master], [self.master], [], 0.1)
            if readable:
                self.screen = (self.screen + os.read(self.master, 65536))[-65536:]
            if writable:
                try:
                    keys = keys[os.write(self.master, keys[:512]):]
                except BlockingIOError:
                    pass
        os.set_blocking(self.master, True)
        return keys

    def has_ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None

    def end(self):
        """Waits for the program's end; its exit status, negative for a signal."""
        deadline = time.monotonic() + self.timeout_s
        while not self.has_ended():
            self.screen += self.read(0.01)
            assert time.monotonic() < deadline, self.screen
        self.screen += self.read(0.01)
        return self.status

    def is_whole(self):
        return termios.tcgetattr(self.slave) == self.before

    def close(self):
        os.close(self.master)
        os.close(self.slave)
