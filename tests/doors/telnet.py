"""The telnet door on a port of the loopback interface, and a client that is nothing but bytes."""

import ctypes
import os
import re
import socket
import subprocess
import tempfile

from control import TIMEOUT_S

SERVER = os.environ.get("NETDIAG_TELNET_SERVER", "build/release/tests/doors/telnet_server")

IAC, DONT, DO, WONT, WILL, SB, SE = (bytes([n]) for n in (255, 254, 253, 252, 251, 250, 240))
IP, DM = bytes([244]), bytes([242])
NAWS, TIMING_MARK, COMPRESS2 = bytes([31]), bytes([6]), bytes([86])

HELLO = IAC + WILL + b"\x01" + IAC + WILL + b"\x03" + IAC + DO + b"\x18" + IAC + DO + NAWS
PROMPT = b"sw1#"


def window(columns, rows):
    size = bytes([columns >> 8, columns & 255, rows >> 8, rows & 255])
    return IAC + SB + NAWS + size.replace(IAC, IAC + IAC) + IAC + SE


def password_hash(password):
    """As crypt(3) has it, and cheap."""
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    return crypt(password.encode(), b"$6$rounds=1000$netdiagtests").decode()


class Server:
    """The door, ready when the constructor returns; `users` are (name, privilege, password)."""

    def __init__(self, users, enable):
        self.directory = tempfile.TemporaryDirectory()
        path = os.path.join(self.directory.name, "users")
        with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            for name, privilege, password in users:
                file.write("user %s %d %s\n" % (name, privilege, password_hash(password)))
            file.write("enable %s\n" % password_hash(enable))
        self.log = open(os.path.join(self.directory.name, "log"), "w+")
        self.process = subprocess.Popen([SERVER, path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log)
        said = self.process.stdout.readline().split()
        self.port, self.sessions, self.send_timeout_s, self.negotiations = map(int, said)

    def said(self):
        with open(self.log.name) as log:
            return log.read()

    def stop(self):
        """Ends it; its exit status, and all that it logged."""
        self.process.stdin.close()
        self.process.stdout.close()
        status = self.process.wait(TIMEOUT_S)
        said = self.said()
        self.log.close()
        self.directory.cleanup()
        return status, said


class Peer:
    """A connection; what comes is exactly what was expected, or the test fails."""

    def __init__(self, server, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(("127.0.0.1", server.port))
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        chunk = self.socket.recv(65536)
        self.received += chunk
        return bool(chunk)

    def wait_for(self, pattern):
        """Up to the end of the first match; returns and forgets it."""
        while True:
            match = re.search(pattern, self.received, re.DOTALL)
            if match:
                seen, self.received = self.received[:match.end()], self.received[match.end():]
                return seen
            assert self.receive(), self.received

    def expect(self, data):
        while len(self.received) < len(data) and data.startswith(self.received) and self.receive():
            pass
        seen, self.received = self.received[:len(data)], self.received[len(data):]
        assert seen == data, "\n%r came in place of\n%r" % (seen + self.received, data)

    def rest(self, may_reset=False):
        """All that comes before the end, which is an orderly one unless it may be a reset."""
        try:
            while self.receive():
                pass
            error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except ConnectionResetError as reset:
            error = reset.errno
        assert may_reset or error == 0, (os.strerror(error), self.received)
        seen, self.received = self.received, b""
        return seen

    def log_in(self, name, password, prompt=PROMPT):
        self.expect(HELLO + b"\r\nUsername: ")
        self.send(name.encode() + b"\r")
        self.expect(name.encode() + b"\r\nPassword: ")
        self.send(password.encode() + b"\r")
        self.expect(b"\r\n" + prompt)
        return self

    def run(self, line):
        """What a command prints."""
        self.send(line.encode() + b"\r")
        self.expect(line.encode() + b"\r\n")
        return self.wait_for(re.escape(PROMPT) + b"$")[:-len(PROMPT)].decode()


def play(server, path):
    """A transcript: each line "C", what the client sends, or "S", what the server answers to it;
    "E" is the end of the connection. Escapes are C's, and '#' begins a comment line."""
    with open(path) as file, Peer(server) as peer:
        for number, line in enumerate(file, 1):
            if not line.strip() or line.startswith("#"):
                continue
            who, _, text = line.rstrip("\n").partition(" ")
            data = text.encode().decode("unicode_escape").encode("latin-1")
            try:
                if who == "C":
                    peer.send(data)
                elif who == "S":
                    peer.expect(data)
                else:
                    rest = peer.rest()
                    assert who == "E" and rest == b"", (who, rest)
            except (AssertionError, OSError) as error:
                raise AssertionError("%s:%d: %s" % (path, number, error)) from error
