"""What is done while a call fails: each answers what was wrong, or None."""

import atexit
import concurrent.futures
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

from faults import (CLIENT, LIMIT_S, SAID, SIM, crashed, free_ports, function_of, read_calls,
                    read_report)
from faults import environment as environment_of

COMMANDS = """show version
show tcp statistics json
show tcp connections detail | include Local
show tech-support tcp
show tcp diagnosis
vlan 30
vlan 40 name lab
no vlan 30
no vlan 40 forget
show vlan ifindex | grep -v 10 | count
show vlan ifindex json
simulate close-wait
wait 3
ping 10.0.10.2
connect 10.0.10.2 80
show interfaces
show snmp json
show tcp history 60s established
show memory pools json
terminal language zh
show tcp states
monitor tcp interval 1 count 2
clear tcp statistics
show ?
show tcp statistics | begin Sent
"""


def finish(process, text=None):
    """Its status, None where it hangs; what it said."""
    try:
        output, errors = process.communicate(text, timeout=LIMIT_S)
        return process.returncode, output, errors
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        return None, output, errors


def run(words, environment, text):
    process = subprocess.Popen([SIM, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env=environment)
    return finish(process, text)


def report_of(environment):
    return read_report(environment["REPORT"]) if "REPORT" in environment else None


def is_old_or_new(path, *legal):
    if not os.path.exists(path):
        return None in legal
    with open(path) as file:
        text = file.read()
    return any(text == one for one in legal if one is not None)


# A ping that is not answered has said so by its last line.
TOLD = re.compile(r'% |"error"|Success rate is 0 percent')


def is_mute(fault):
    """Nothing that it says can be written."""
    return fault.each and fault.call.name == "write"


def shell(directory, environment, fault):
    """A whole run on the virtual clock: start, commands, end."""
    status, output, errors = run(
        ["--clock", "virtual", "--run", "2", "--snmp-community", "public", "--state-dir",
         directory + "/state", "--pcap", directory + "/pcap", "--lwip-stats",
         directory + "/counts"], environment, COMMANDS)
    wrong = crashed(status, errors, report_of(environment), fault)
    if wrong:
        return wrong
    if fault is None:
        return None if status == 0 else "status %s: %r %r" % (status, output[-500:], errors)
    if status == 0 and output:
        return None
    if status == 3 and not SAID.search(errors):
        return "status 3, and no word why: %r" % errors
    if status == 3 and ("Success" in errors or "no problem" in errors):
        return "no reason: %r" % errors
    if status in (1, 2) and not TOLD.search(output + errors) and not is_mute(fault):
        return "status %d, and no word why: %r %r" % (status, output[-300:], errors)
    if status not in (-6, 1, 2, 3):
        return "status %d: %r" % (status, errors)
    # What failed is over: the next start finds its state as it should be
    status, _, errors = run(["--clock", "virtual", "--state-dir", directory + "/state"],
                            dict(os.environ), "show version\n")
    return None if status == 0 else "the next start: status %s, %r" % (status, errors)


def user(directory, environment, fault):
    """The users file: what was there stays, or what was asked for is there."""
    state = ["--state-dir", directory]
    first = run(["user", "add", "one", *state], dict(os.environ), "Right-Horse 7\n")
    assert first[0] == 0, first
    with open(directory + "/users") as file:
        old = file.read()
    status, output, errors = run(["user", "add", "two", "--privilege", "15", *state], environment,
                                 "Right-Horse 8\n")
    wrong = crashed(status, errors, report_of(environment), fault)
    if wrong:
        return wrong
    with open(directory + "/users") as file:
        now = file.read()
    if status != 0 and not SAID.search(errors):
        return "status %d, and no word why: %r" % (status, errors)
    if status != 0 and "Success" in errors:
        return "no reason: %r" % errors
    if status == 0 and not ("user two 15 $" in now and "user one " in now):
        return "status 0, and no new user: %r" % now
    if status != 0 and now != old and "user two 15 $" not in now:
        return "status %d, and the file is neither the old nor the new: %r" % (status, now)
    left = sorted(set(os.listdir(directory)) - {"users", "users.lock"})
    if left and not (fault and fault.call.name == "unlink"):
        return "left behind: %s" % left
    again = run(["user", "list", *state], dict(os.environ), "")
    return None if again[0] == 0 and "one" in again[1] else "user list: %r" % (again,)


# ---- the order of calls ----

# netdiag_ssh_start: clang says no more of what it took into that one
WRITERS = re.compile("write_all|write_users|new_file_keep|new_file_sync_name|store|"
                     "netdiag_ssh_start")
ORDERED = ("write", "fflush", "fsync", "rename", "link")


def order_of(words, text):
    """The calls by which state files are written, one after the other."""
    with tempfile.TemporaryDirectory() as directory:
        path = directory + "/calls"
        done = run([*words, "--state-dir", directory + "/state"], environment_of(calls=path), text)
        assert done[0] == 0, done
        return [call.name for call in read_calls(path, SIM) if call.name in ORDERED and
                WRITERS.search(function_of(call.site, SIM))]


# ---- every door ----

ROUND = ("show tcp connections", "show tech-support tcp", "vlan 77 name lab", "no vlan 77 forget",
         "show vlan ifindex verify json", "ping 10.0.10.2 count 1")
GET = bytes.fromhex("302602010104067075626c6963a019020101020100020100300e300c06082b060102010105000500")


def answers(action):
    """Whether a door let us in and answered; what it said is in no way a hang."""
    try:
        return action()
    except (OSError, subprocess.TimeoutExpired, AssertionError) as error:
        return "%s: %s" % (type(error).__name__, str(error)[-300:])


def by_control(switch):
    done = subprocess.run([CLIENT, "-s", switch.control, *(word for line in ROUND
                                                            for word in ("-c", line))],
                          capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode == 0 or done.stderr or "% " in done.stdout:
        return None if done.returncode == 0 else "status %d: %s%s" % (
            done.returncode, done.stdout[-200:], done.stderr)
    return "status %d without a word" % done.returncode


def by_telnet(switch):
    user, password = switch.login()
    with socket.create_connection(("127.0.0.1", switch.telnet), LIMIT_S) as peer:
        seen = b""
        for wanted, typed in ((b"Username: ", user + b"\r"), (b"Password: ", password + b"\r"),
                              (b"sw1#", b"show tcp statistics | include Rcvd\r"),
                              (b"Rcvd", b"exit\r"), (None, b"")):
            while wanted is None or wanted not in seen:
                try:
                    chunk = peer.recv(65536)
                except OSError as error:
                    return "%s before %r: %r" % (error, wanted, seen[-200:])
                if not chunk and wanted is None:
                    return None
                if not chunk:
                    return "it ended before %r: %r" % (wanted, seen[-200:])
                seen += chunk
                if b"% Login invalid" in seen:
                    return "it did not let us in: %r" % seen[-200:]
            seen = seen.split(wanted, 1)[1]
            peer.sendall(typed)
    return None


def by_ssh(switch):
    if not switch.key:
        with socket.create_connection(("127.0.0.1", switch.ssh), LIMIT_S) as peer:
            seen = peer.recv(200)
            return None if seen.startswith(b"SSH-2.0-") else "no SSH: %r" % seen
    done = subprocess.run(
        ["ssh", "-F", "none", "-i", switch.key, "-p", str(switch.ssh), "-o", "BatchMode=yes", "-o",
         "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=10",
         "boss@127.0.0.1", "show tcp statistics"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode == 0 and "Rcvd" in done.stdout:
        return None
    return "status %d: %r %r" % (done.returncode, done.stdout[-200:], done.stderr[-300:])


def by_snmp(switch):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as poller:
        poller.settimeout(2)
        for _ in range(5): # UDP may lose one, and ARP's first
            poller.sendto(GET, ("127.0.0.1", switch.snmp))
            try:
                return None if b"sw1" in poller.recv(2000) else "another answer"
            except socket.timeout:
                pass
    return "no answer"


DOORS = {"control": by_control, "telnet": by_telnet, "SSH": by_ssh, "SNMP": by_snmp}


class Switch:
    """A simulator with every door on the real clock, and users that can come in."""

    made = {}

    def __init__(self, directory, environment, fresh):
        self.state = directory + "/state"
        self.control = self.state + "/control"
        self.telnet, self.ssh, self.snmp = free_ports(3)
        self.key = None
        if not fresh:
            self.furnish()
        self.spawn(environment)

    @classmethod
    def again(cls, other, environment=None):
        """The same, started anew."""
        switch = cls.__new__(cls)
        switch.__dict__.update(other.__dict__)
        switch.spawn(environment or dict(os.environ))
        return switch

    def connect_control(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.control)
        return connection

    def spawn(self, environment):
        self.process = subprocess.Popen(
            [SIM, "--no-console", "--state-dir", self.state, "--snmp-community", "public",
             "--forward", "tcp:127.0.0.1:%d-23" % self.telnet, "--forward",
             "tcp:127.0.0.1:%d-22" % self.ssh, "--forward", "udp:127.0.0.1:%d-161" % self.snmp],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment)

    def furnish(self):
        """Users, keys and numbers as an earlier start left them: made once, then copied."""
        if not self.made:
            base = tempfile.mkdtemp()
            atexit.register(shutil.rmtree, base)
            key = None
            if shutil.which("ssh") and shutil.which("ssh-keygen"):
                key = base + "/id"
                subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key],
                               check=True)
            done = run(["user", "add", "boss", "--privilege", "15", "--state-dir", base + "/state",
                        *(["--key", key + ".pub"] if key else [])], dict(os.environ),
                       "Right-Horse 7\n")
            assert done[0] == 0, done
            done = run(["user", "add", "guest", "--privilege", "1", "--state-dir",
                        base + "/state"], dict(os.environ), "Right-Horse 1\n")
            assert done[0] == 0, done
            self.made.update(base=base, key=key)
        shutil.copytree(self.made["base"] + "/state", self.state)
        self.key = self.made["key"]

    def login(self):
        """A user of privilege 15: ours, or the one that the first start made."""
        path = self.state + "/admin-password"
        if not os.path.exists(path):
            return b"boss", b"Right-Horse 7"
        with open(path, "rb") as file:
            return b"admin", file.read().strip()

    def starts(self):
        """Waits until it is ready; False: it has ended."""
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    probe.connect(self.control)
                    return True
                except OSError:
                    time.sleep(0.01)
        return self.process.poll() is None

    def round(self):
        """Uses every door at once; what each says."""
        with concurrent.futures.ThreadPoolExecutor(len(DOORS)) as pool:
            futures = {name: pool.submit(answers, lambda act=act: act(self))
                       for name, act in DOORS.items()}
            return {name: future.result() for name, future in futures.items()}


def doors(directory, environment, fault, fresh=False):
    """A switch whose doors are all used, twice and once more: what fails is one call, and it goes
    on."""
    switch = Switch(directory, environment, fresh)
    started = switch.starts()
    first = second = None
    if started:
        first = switch.round()
        second = switch.round()
        if any(second.values()): # it was one of its own calls that failed
            second = switch.round()
        if fault and fault.each and fault.call.number == 1:
            second = None # what fails for ever may keep a door shut
        switch.process.terminate()
    status, output, errors = finish(switch.process)
    wrong = crashed(status, errors, report_of(environment), fault)
    if wrong:
        return wrong + " %r" % (first,)
    if not started:
        return None if status in (-6, 3) and SAID.search(errors) and "Success" not in errors else \
            "status %s, and no word why: %r" % (status, errors)
    in_world = fault is not None and not fault.call.ours
    if status == 3 and (SAID.search(errors) and in_world):
        return None # the world is the simulator's means: without it it ends
    if status == 3 and SAID.search(errors) and fault.each:
        return None # no frame comes any more
    if status not in (-6, -15):
        return "status %s: %r" % (status, errors)
    if second and any(second.values()):
        return "a door is shut for good: %s; before: %s" % (second, first)
    return None


def first_start(directory, environment, fault):
    """The same, from nothing: host key, first user and numbers are made."""
    return doors(directory, environment, fault, fresh=True)
