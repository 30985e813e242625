"""What the kernel's own programs say of its TCP, and sockets that treat the switch badly."""

import ctypes
import ipaddress
import re
import socket
import struct

import namespace

# A program for the kernel's packet filter, of one instruction: nothing comes through.
SO_ATTACH_FILTER = 26
RETURN_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0), 8)
NOTHING = struct.pack("@HP", 1, ctypes.addressof(RETURN_NOTHING))

ANSWER_S = 20


def deafen(connection):
    """The kernel drops what comes for it, and what it sends goes out: as behind a line that is cut
    in one direction. It stays so when the program has closed it, and a listener does not answer."""
    connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, NOTHING)
    return connection


def dial(device, port, own=0, options=(), connect=True):
    """A connection to the switch from this port; `options` are set before."""
    family = socket.AF_INET6 if ":" in device else socket.AF_INET
    connection = socket.socket(family)
    connection.settimeout(ANSWER_S)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for level, name, value in options:
        connection.setsockopt(level, name, value)
    connection.bind(("", own))
    if connect:
        connection.connect((device, port))
    return connection


def reset(connection):
    """Closes it by a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def receive(connection, length):
    data = b""
    while len(data) < length:
        part = connection.recv(length - len(data))
        assert part, data
        data += part
    return data


def echo(connection, data=b"hello"):
    """Has it sent back by the switch's port 7."""
    connection.sendall(data)
    assert receive(connection, len(data)) == data


def endpoint(text):
    """ "10.0.10.1:80", "[fd00:10::1]:80", both of them perhaps with a scope """
    address, port = text.rsplit(":", 1)
    return str(ipaddress.ip_address(address.strip("[]").split("%")[0])), int(port)


def sockets(host=None):
    """The kernel's connections, as ss lists them: {(own end, other end): (state, recv-q, send-q)}"""
    command = host.run if host else namespace.run
    rows = (line.split()[:5] for line in command("ss", "-Htan").stdout.splitlines())
    return {(endpoint(own), endpoint(other)): (state, int(received), int(sent))
            for state, received, sent, own, other in rows if state != "LISTEN"}


def counters(host=None):
    """The kernel's counters of TCP, as nstat has them: {"TcpInSegs": number}. Those of its network
    namespace, since that was made; nstat's own history is left alone."""
    command = host.run if host else namespace.run
    text = command("nstat", "-asz").stdout
    return {name: int(number) for name, number in re.findall(r"^(Tcp\S+)\s+(\d+)", text,
                                                             re.MULTILINE)}
