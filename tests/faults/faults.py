"""Runs programs that are linked with faults.c, and makes one of their calls fail in each run."""

import collections
import concurrent.futures
import errno
import functools
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "doors"))

from control import CLIENT, free_ports  # noqa: E402,F401

SIM = os.path.abspath(os.environ.get("NETDIAG_FAULTY_SIM",
                                     "build/release/tests/faults/faulty_sim"))
CLIENT_PROGRAM = os.path.abspath(os.environ.get("NETDIAG_FAULTY_CLIENT",
                                                "build/release/tests/faults/faulty_client"))
# That of the machine for which they were built
ADDR2LINE = os.environ.get("NETDIAG_ADDR2LINE", "addr2line")
VARIANT = os.environ.get("NETDIAG_VARIANT", "release")
LIMIT_S = 20 if VARIANT == "release" else 120
AT_ONCE = 2

# What each call can say on Linux; the first of them is the one that quick runs try. 0: half of it.
ERRORS = {
    "read": ("EIO", "EINTR"), "write": ("ENOSPC", "EINTR", "EIO", 0), "close": ("EIO",),
    "open": ("EMFILE", "EACCES", "ENOSPC"), "fsync": ("EIO",), "rename": ("EROFS", "ENOSPC"),
    "link": ("EPERM", "ENOSPC"), "unlink": ("EROFS",), "ftruncate": ("EIO",),
    "mkdir": ("ENOSPC",), "mkdtemp": ("ENOSPC",), "mkstemp": ("ENOSPC",), "mkostemp": ("ENOSPC",),
    "chmod": ("EPERM",), "stat": ("EIO",), "lstat": ("EIO",), "fstat": ("EIO",),
    "flock": ("ENOLCK",), "socket": ("EMFILE",), "socketpair": ("EMFILE",),
    "bind": ("EADDRINUSE",), "listen": ("EADDRINUSE",), "accept4": ("EMFILE", "ECONNABORTED"),
    "setsockopt": ("ENOMEM",), "getsockopt": ("ENOBUFS",), "shutdown": ("ENOTCONN",),
    "send": ("ENOBUFS", "EINTR"), "recv": ("ENOMEM", "EINTR"), "sendmsg": ("ENOBUFS", "EINTR"),
    "recvmsg": ("ENOMEM", "EINTR"), "poll": ("ENOMEM", "EINTR"), "__poll_chk": ("ENOMEM", "EINTR"),
    "pipe2": ("EMFILE",), "eventfd": ("EMFILE",), "pthread_create": ("EAGAIN",),
    "fork": ("EAGAIN",), "mmap": ("ENOMEM",), "fcntl": ("ENOLCK",), "getrandom": ("ENOSYS",),
    "__read_chk": ("EIO", "EINTR"), "ppoll": ("ENOMEM", "EINTR"),
    "connect": ("ECONNREFUSED", "ENOENT"), "chown": ("EPERM",),
    "tcgetattr": ("ENOTTY",), "tcsetattr": ("ENOTTY", "EINTR"), "ttyname_r": ("ENOTTY",),
    "ioctl": ("ENOTTY",), "prctl": ("EINVAL",), "waitpid": ("ECHILD",),
    "initgroups": ("EPERM",), "setresgid": ("EPERM",), "setresuid": ("EPERM",),
    "cap_set_proc": ("EPERM",), "getpwuid_r": ("EIO",), "getgrnam_r": ("EIO",),
    "fgets": ("EIO",), "fgetc": ("EIO",), "fread": ("EIO",), "fwrite": ("ENOSPC",),
    "fputs": ("ENOSPC",), "puts": ("ENOSPC",), "fopen": ("EMFILE",), "fdopen": ("ENOMEM",), "fflush": ("ENOSPC",), "fclose": ("EIO",),
}
REG_ESPACE = 12

# An eventfd that takes no more is readable already: no failure that these could see.
IMPOSSIBLE = {("write", "on_signal"), ("write", "wake"), ("write", "end_waiting")}

# A poll() of so few needs no memory of the host's: it may fail, but not for ever, where the end of
# all is what is waited for.
IMPOSSIBLE_EACH = {("poll", "wait_real"), ("poll", "wait_for_end"), ("poll", "accept_clients"),
                   ("poll", "wait_for")}
# What counts the lines that are reached is linked in, and its calls come by as ours do.
COUNTING = "gcov"

Call = collections.namedtuple("Call", "name site number ours")
Fault = collections.namedtuple("Fault", "call error each")


def lines_of(site, program, *options):
    """What addr2line says of the call there."""
    within = (int(site, 16) & ~1) - 1 # on ARM an odd one says which instructions are there
    linked = program.replace("/qemu/", "/") # what stands there starts it for another machine
    return subprocess.run([ADDR2LINE, *options, "-e", linked, "%x" % within], capture_output=True,
                          text=True, check=True).stdout.split("\n")


@functools.cache
def function_of(site, program):
    """The function there and its callers into which it was put, "a < b"."""
    return " < ".join(lines_of(site, program, "-f", "-i")[:-1:2])


@functools.cache
def file_of(site, program):
    """The file that the call there was written in."""
    return lines_of(site, program)[0]


def describe(fault, program):
    return "%s number %d%s in %s: %s%s" % (
        fault.call.name, fault.call.number, " and after" if fault.each else "",
        function_of(fault.call.site, program), fault.error, "" if fault.call.ours else " (in the world)")


def errors_of(name, every):
    if name == "regcomp":
        return (REG_ESPACE,)
    errors = ERRORS.get(name, ("ENOMEM",))
    return errors if every else errors[:1]


def number_of(error):
    return getattr(errno, error) if isinstance(error, str) else error


def environment(calls=None, fault=None, report=None):
    words = dict(os.environ)
    if calls:
        words["NETDIAG_FAULT_CALLS"] = calls
    if report:
        words["NETDIAG_FAULT_REPORT"] = report
    if fault:
        words["NETDIAG_FAULT"] = "%s:%d%s:%d" % (fault.call.site, fault.call.number,
                                                "+" if fault.each else "", number_of(fault.error))
    return words


def read_calls(path, program):
    calls = []
    with open(path) as file:
        for line in file:
            name, site, number, ours = line.split()
            call = Call(name, site, int(number), ours == "1")
            if call not in calls and COUNTING not in function_of(site, program):
                calls.append(call)
    return calls


Report = collections.namedtuple("Report", "blocks descriptors failed")


def read_report(path):
    """What the program held at its end; None: it did not come to one."""
    try:
        with open(path) as file:
            return Report(*map(int, file.read().split()))
    except FileNotFoundError:
        return None


def faults_of(calls, numbers, every, program):
    """The first `numbers` calls of each site; all errors of each, or the first."""
    def can(call, impossible):
        return not any(name == call.name and function in function_of(call.site, program)
                       for name, function in impossible)

    found = [Fault(call, error, False) for call in calls if call.number <= numbers
             for error in errors_of(call.name, every) if can(call, IMPOSSIBLE)]
    if every:
        found += [Fault(call, errors_of(call.name, False)[0], True) for call in calls
                  if call.number == 1 and can(call, IMPOSSIBLE | IMPOSSIBLE_EACH)]
    return found


def try_all(scenario, numbers, every, share=1, program=SIM, part="", at_once=AT_ONCE):
    """Runs `scenario(directory, environment, fault)` without a fault, then with each in turn: it
    answers what was wrong, or None. How many were tried, and what was wrong. Only the calls in
    files whose path matches `part`."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "calls")
        os.mkdir(os.path.join(directory, "run"))
        wrong = scenario(os.path.join(directory, "run"), environment(calls=path), None)
        assert wrong is None, wrong
        calls = [call for call in read_calls(path, program)
                 if re.search(part, file_of(call.site, program))]
    faults = faults_of(calls, numbers, every, program)[::share]

    def run(fault):
        with tempfile.TemporaryDirectory() as directory:
            report = os.path.join(directory, "report")
            os.mkdir(os.path.join(directory, "run"))
            words = environment(fault=fault, report=report)
            words["REPORT"] = report
            wrong = scenario(os.path.join(directory, "run"), words, fault)
            return wrong and "%s: %s" % (describe(fault, program), wrong)

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        wrong = [text for text in pool.map(run, faults) if text]
    sites = len({fault.call.site for fault in faults})
    print("%s: %d faults at %d sites, %d wrong" % (scenario.__name__, len(faults), sites,
                                                   len(wrong)))
    return wrong


# What a program may say when a call of its fails.
SAID = re.compile(r"netdiag-sim( user)?: (?!captured)\S|% \S")
CRASHED = re.compile(r"Sanitizer|lwIP gave up|Assertion|runtime error|stack smashing")


# Applications of lwIP's that end the program with a word where a start finds no memory.
GAVE_UP = re.compile(r"lwIP gave up: (sys_timeout|httpd_init|tcpecho_raw_init|lwiperf)")


def crashed(status, errors, report, fault):
    """What is wrong whatever failed."""
    if status is None:
        return "it hung"
    if status in (-6, 3) and fault and fault.call.name.startswith("mem") and \
            GAVE_UP.search(errors):
        return None
    if CRASHED.search(errors) or (status < 0 and status != -15):
        return "it crashed: status %s, %s" % (status, errors[-2000:])
    if status != 98 and report is not None:
        if report.blocks:
            return "%d blocks are still held" % report.blocks
        if report.descriptors:
            return "%d descriptors are still open" % report.descriptors
    return None
