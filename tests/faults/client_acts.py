"""What the client does while a call of its own fails: each answers what was wrong, or None."""

import json
import os
import re
import subprocess
import tempfile
import time

import faults
from acts import report_of
from control import Switch, Terminal

PROGRAM = faults.CLIENT_PROGRAM
# Nothing was to be done, and the client has no part in what is shown instead.
SAID = re.compile(r"^netdiag: (?!.*(Success|: ?$))\S", re.MULTILINE)

switch = None
snapshot = None


def start():
    """A switch that all clients ask, and a file for those who ask none."""
    global switch, snapshot
    switch = Switch()
    snapshot = tempfile.NamedTemporaryFile()
    snapshot.write(switch.run("show tech-support tcp", check=0).stdout)
    snapshot.flush()


def stop():
    snapshot.close()
    status = switch.stop()
    errors = switch.errors
    switch.close()
    assert (status, errors) == (-15, b""), (status, errors)


def judge(done, environment, fault, is_whole, status=0):
    """It ended as it should with all that was asked for, or says why not."""
    wrong = faults.crashed(done.returncode, done.stderr, report_of(environment), fault)
    if wrong:
        return wrong
    is_good = done.returncode == status and is_whole(done.stdout)
    if fault is None:
        return None if is_good else "%r" % done
    if is_good:
        return None
    if done.returncode == 0 or done.returncode == status:
        return "status %d, and not all: %r %r" % (status, str(done.stdout)[-300:], done.stderr)
    if done.returncode not in (1, 2, 3) or not SAID.search(done.stderr):
        return "status %d: %r" % (done.returncode, done.stderr)
    return None


def client(words, environment, text=None):
    try:
        return subprocess.run([PROGRAM, *words], input=text, capture_output=True, text=True,
                              env=environment, timeout=faults.LIMIT_S, check=False,
                              **({} if text is not None else {"stdin": subprocess.DEVNULL}))
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(late.args, None, str(late.stdout), str(late.stderr))


def asked(words, environment, fault, is_whole, text=None, status=0):
    done = client(["-s", switch.path, *words], environment, text)
    return judge(done, environment, fault, is_whole, status)


def is_json(text):
    try:
        document = json.loads(text)
    except ValueError:
        return False
    return len(document["vlans"]) == 3 and text.endswith("\n")


def command(_, environment, fault):
    return asked(["-c", "show vlan ifindex json"], environment, fault, is_json)


def refused(_, environment, fault):
    """The second is no command: never 0, whatever fails."""
    return asked(["-c", "show privilege", "-c", "show nonsense"], environment, fault,
                 lambda text: text.startswith("Current privilege"), status=2)


def pipe(_, environment, fault):
    """More lines than fit into a frame, and more of an answer."""
    count = 1500
    return asked([], environment, fault,
                 lambda text: len(re.findall(r"^  Address 10\.0\.20\.1/24$", text, re.M)) == count,
                 text="show vlan ifindex detail\n" * count)


def monitor(_, environment, fault):
    return asked(["-c", "monitor tcp interval 1 count 1"], environment, fault,
                 lambda text: text.count("\nFindings\n") == 1)


def check(_, environment, fault):
    """One line, or UNKNOWN: a monitoring system is told nothing else."""
    done = client(["-s", switch.path, "--check"], environment)
    wrong = judge(done, environment, fault, lambda text: text.startswith("TCP OK - "))
    if done.returncode == 3 and done.stdout.startswith("TCP UNKNOWN - "):
        return faults.crashed(3, done.stderr, report_of(environment), fault)
    return wrong


def usage(_, environment, fault):
    done = client(["-h"], environment)
    return judge(done, environment, fault, lambda text: text.endswith("a user's login shell.\n"))


def diagnosis(_, environment, fault):
    done = client(["diagnose", snapshot.name], environment)
    return judge(done, environment, fault, lambda text: text == as_it_is("text", done.stdout, fault))


def diagnosis_json(_, environment, fault):
    with open(snapshot.name) as file:
        done = client(["diagnose", "-", "json"], environment, file.read())
    return judge(done, environment, fault, lambda text: text == as_it_is("json", done.stdout, fault))


wholes = {}


def as_it_is(name, text, fault):
    """What the run without a fault said."""
    return wholes.setdefault(name, text) if fault is None else wholes[name]


class Shell(Terminal):
    """The client at a terminal."""

    timeout_s = faults.LIMIT_S

    def __init__(self, environment):
        super().__init__(PROGRAM, "-s", switch.path, environment=environment)
        self.looked = 0

    def until(self, pattern):
        """Whether that was shown. False: it ended before; an AssertionError: it hangs."""
        deadline = time.monotonic() + self.timeout_s
        while not re.search(pattern, self.screen[self.looked:]):
            if self.has_ended():
                return False
            assert time.monotonic() < deadline, "it hung before %r: %r" % (pattern, self.screen)
            self.screen += self.read(0.01)
        self.looked = len(self.screen)
        return True

    def use(self):
        """A person types, breaks off what runs, and leaves. Whether all of it came."""
        for wanted, typed in ((rb"sw1>", b"show vlan ifindex 10\r"),
                              (rb"(?s)active.*sw1>", b"monitor tcp interval 9\r"),
                              (rb"Segs in", b"\x03"), (rb"sw1>", b"exit\r")):
            if not self.until(wanted):
                return False
            self.resize(24, 100 + len(typed)) # in the middle
            self.type(typed)
        return True

    def kill(self):
        if not self.has_ended():
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        self.close()


def terminal(_, environment, fault):
    """The terminal is as it was, whatever failed, or it is said that it is not."""
    shell = Shell(environment)
    try:
        was_all = shell.use()
        status = shell.end()
        while chunk := shell.read(0.05):
            shell.screen += chunk
        screen = shell.screen.decode("utf-8", "replace")
        is_whole = shell.is_whole()
    except AssertionError as error:
        return str(error)
    finally:
        shell.kill()
    if not is_whole and "`stty sane`" not in screen:
        return "the terminal is not as it was: %r" % screen[-300:]
    if fault and fault.call.name.endswith(("read", "read_chk")) and fault.error == "EIO":
        return None if status == 0 else "status %s" % status # as of a terminal that was hung up
    done = subprocess.CompletedProcess([], status, was_all, screen.replace("\r", ""))
    return judge(done, environment, fault, bool)
