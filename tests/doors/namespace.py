"""Linux as the switch's neighbour: a network namespace, TAPs, raw frames, other hosts.

    import namespace
    namespace.enter()  # before all else: the program runs again, in a namespace of its own

Where no namespace may be made, enter() says so and ends the program as skipped. What is started by
Switch, Host, run() and start() ends with the test program, however that ends; the kernel then takes
the namespace away, and the TAPs in it.
"""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

import control
from control import TIMEOUT_S, wait_until

INSIDE = "NETDIAG_TEST_NAMESPACE"
# The kernel kills such a program when the thread that started it is gone.
WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")
AS_ROOT = ("unshare", "--net", "--")
AS_USER = ("unshare", "--user", "--map-root-user", "--net", "--")

PACKET_AUXDATA = 8
AUXDATA = struct.Struct("@IIIHHHH")  # struct tpacket_auxdata
VLAN_VALID, TPID_VALID = 0x10, 0x40
ALL_PROTOCOLS = 3


# ---- the namespace ----

def skip(why, installable=False):
    """Ends the program: as skipped; where all could have been installed for it, as failed."""
    print(why)
    sys.exit(1 if installable and os.environ.get("CI") else 77)


def may(*command):
    return subprocess.run([*command, "ip", "tuntap", "add", "dev", "probe", "mode", "tap"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def enter(*programs):
    """Runs this program again in a namespace, unless it is in one. `programs`: what it needs."""
    if INSIDE in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    for program in ("ip", "setpriv", "unshare", *programs):
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            skip("%s is not installed (.ci/packages.sh names its package)" % program, True)
    prefix = next((way for way in (AS_ROOT, AS_USER) if may(*way)), None)
    if prefix is None:
        skip("no TAP in a network namespace of the test's own: unshare(1) or /dev/net/tun says no")
    # Not SUDO_UID: the switch would be that user, and could not write to a directory of ours
    environment = {name: value for name, value in os.environ.items() if name[:5] != "SUDO_"}
    environment.update({INSIDE: "1", "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
    os.execvpe(prefix[0], [*prefix, sys.executable, *sys.argv], environment)


def run(*command, check=True, text=True, **options):
    """A program to its end, what it prints taken."""
    done = subprocess.run([*WITH_US, *command], capture_output=True, text=text,
                          timeout=options.pop("timeout", TIMEOUT_S), **options)
    assert not check or done.returncode == 0, (command, done)
    return done


def start(test, *command, **options):
    """A program that runs beside the test, and is gone at its end."""
    process = subprocess.Popen([*WITH_US, *command], **options)
    test.addCleanup(end, process)
    return process


def end(process, number=signal.SIGKILL):
    if process.poll() is None:
        process.send_signal(number)
    process.wait(TIMEOUT_S)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


# ---- the switch ----

class Switch(control.Switch):
    """netdiag-sim with these ports ("nd0,access=10", "nd1,trunk"), whose TAPs then are there.

    Without the simulated neighbours, unless `world`. Other options go on as they are.
    """

    def __init__(self, *ports, options=(), world=False, **more):
        words = [word for port in ports for word in ("--port", "tap:" + port)]
        super().__init__(*([] if world else ["--no-world"]), *words, *options, prefix=WITH_US,
                         **more)

    def text(self, command, check=0):
        return self.run(command, check=check).stdout.decode()

    def json(self, command):
        return json.loads(self.text(command + " json"))

    def port(self, name):
        """A port's row of `show interfaces counters`."""
        rows = self.json("show interfaces counters")["interfaces"]
        return next(row for row in rows if row["name"] == name)


# ---- interfaces ----

class Host:
    """A machine of its own, another namespace: give() it a TAP's interface, and its link can go
    down without this one's."""

    def __init__(self):
        self.process = subprocess.Popen([*WITH_US, *AS_ROOT, "cat"], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL)
        ours, theirs = "/proc/self/ns/net", "/proc/%d/ns/net" % self.process.pid
        wait_until(lambda: os.readlink(theirs) != os.readlink(ours))
        self.enter = ("nsenter", "--net=" + theirs, "--")
        self.run("ip", "link", "set", "lo", "up")

    def give(self, interface):
        run("ip", "link", "set", interface, "netns", str(self.process.pid))

    def run(self, *command, **options):
        return run(*self.enter, *command, **options)

    def start(self, test, *command, **options):
        return start(test, *self.enter, *command, **options)

    def close(self):
        end(self.process)


def plug(interface, *addresses, host=None, mtu=None):
    """Sets an interface up, with addresses that hold at once. It sends nothing by itself: no
    link-local address, so nobody is asked for a router."""
    command = host.run if host else run
    command("ip", "link", "set", interface, "addrgenmode", "none")
    if mtu:
        command("ip", "link", "set", interface, "mtu", str(mtu))
    for address in addresses:
        command("ip", "address", "add", address, "dev", interface,
                *(["nodad"] if ":" in address else []))
    command("ip", "link", "set", interface, "up")
    wait_until(lambda: "LOWER_UP" in link(interface, host)["flags"])


def unplug(interface, host=None):
    (host.run if host else run)("ip", "link", "set", interface, "down")


def link(interface, host=None):
    """The kernel's record: "address", "flags", "stats64"."""
    return json.loads((host.run if host else run)("ip", "-s", "-j", "link", "show", interface)
                      .stdout)[0]


def mac(interface, host=None):
    return bytes.fromhex(link(interface, host)["address"].replace(":", ""))


def settle(*addresses, host=None):
    """Waits until these answer a ping: addresses are resolved then, both ways."""
    command = host.run if host else run
    for address in addresses:
        wait_until(lambda: command("ping", "-n", "-q", "-c", "1", "-W", "1", address,
                                   check=False).returncode == 0)


# ---- frames ----

def frame(destination, source, kind, payload=b"", tags=()):
    """An Ethernet frame; `tags` are VLAN IDs, or (TPID, TCI)."""
    pairs = [tag if isinstance(tag, tuple) else (0x8100, tag) for tag in tags]
    return (destination + source + b"".join(struct.pack("!HH", *pair) for pair in pairs) +
            struct.pack("!H", kind) + payload)


class Wire:
    """Raw frames at an interface: with their tags, which the kernel hands over separately."""

    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        self.socket.setsockopt(263, PACKET_AUXDATA, 1)  # SOL_PACKET
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((interface, ALL_PROTOCOLS))
        self.mac = mac(interface)

    def send(self, *frames):
        for data in frames:
            assert self.socket.send(data) == len(data)

    def receive(self, timeout_s=TIMEOUT_S):
        """The next frame that came in, None if none comes."""
        deadline = time.monotonic() + timeout_s
        while True:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data, extra, _, address = self.socket.recvmsg(65536, 256)
            except TimeoutError:
                return None
            if address[2] != socket.PACKET_OUTGOING:
                return self.tagged(data, extra)

    @staticmethod
    def tagged(data, extra):
        for _, kind, value in extra:
            if kind == PACKET_AUXDATA:
                status, _, _, _, _, tci, tpid = AUXDATA.unpack(value[:AUXDATA.size])
                if status & VLAN_VALID:
                    tag = struct.pack("!HH", tpid if status & TPID_VALID else 0x8100, tci)
                    return data[:12] + tag + data[12:]
        return data

    def wait_for(self, condition, timeout_s=TIMEOUT_S):
        """The first frame that came in for which `condition` holds."""
        deadline = time.monotonic() + timeout_s
        while True:
            data = self.receive(deadline - time.monotonic())
            assert data is not None, "no such frame came"
            if condition(data):
                return data

    def close(self):
        self.socket.close()
