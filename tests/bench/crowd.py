#!/usr/bin/python3
"""What 10,000 connections cost when they are looked at, beside what that is compared with.

    crowd.py BUILD

BUILD is the build directory of walks.c, of the crowded switch of the doors' tests and of the
client. The exit status is 1 when a target is missed.

    hold      How long the stack is held for a chunk of `show tcp connections`: CPU time of the
              thread, the taking and the dropping of the lock included, the caches full of other
              things when a walk begins; and for one of the two walks of `show tcp diagnosis`, of
              which the caches are full of other things when the first begins. The longest is the 99.9th percentile of all holds of all
              walks; beside it stands that of as many plain walks, which copy the same connections
              in one hold.
    usual     A hold in a thousand is one that an interrupt or a neighbour of the machine fell
              into. So there is also the longest of a walk in which each chunk takes what it takes
              as a rule, its median over all walks. That is the first one: the caches are cold.
    snmp      The same holds while SNMP copies its table; the CPU time of all of the copy, sorted; and
              that of a GETBULK from it, less its packets, beside the 8.4 ms that lwIP's own
              tcpConnTable takes for one of as many rows of as many connections, in the stack's
              thread. Both are medians.
    row       CPU time of `show tcp connections` through the pipe into /dev/null, from the slot to
              the last byte, for one connection; of `ss -tan` into /dev/null for one socket, of as
              many, in a network namespace of its own. The median of several.
    client    From the start of the process to its end, on the clock of the wall: the median.

What is compared is measured in turns, not one after the other: a machine has its moods.
"""

import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time

FEW, MANY = 1000, 10000
ROUNDS = 30
FEW_TURNS, MANY_TURNS = 40, 10  # in a round
CLIENT_RUNS = 200
TIMEOUT_S = 60

PLAIN_PARTS = 20
MOST_GROWTH = 1.2
MOST_ROW_US = 0.4
MOST_CLIENT_MS = 3.0
MOST_DIAGNOSIS_MS = 50.0
MOST_OTHER_HOLD = 1.2  # beside one of show tcp connections: no longer, but for the noise
MOST_SNMP_COPY_MS = 20.0
LWIP_BULK_US = 8400
MOST_BULK_PART = 0.05  # of lwIP's own


def worst_us(numbers):
    """The 99.9th percentile of nanoseconds."""
    return sorted(numbers)[min(len(numbers) * 999 // 1000, len(numbers) - 1)] / 1e3


class Walks:
    """A run of walks.c, and what it has said."""

    def __init__(self, build, connections):
        self.process = subprocess.Popen(
            [os.path.join(build, "tests/bench/walks"), str(connections)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, universal_newlines=True)
        self.walks = 0
        self.numbers = {"holds": [], "diagnosis": [], "snmp": [], "copy": [], "packet": [],
                        "plain": [], "rows": []}

    def measure(self, turns):
        self.process.stdin.write("%d\n" % turns)
        self.process.stdin.flush()
        for _ in self.numbers:
            name, *values = self.process.stdout.readline().split()
            self.numbers[name].extend(map(int, values))
        self.walks += turns

    def hold_us(self, of="holds"):
        return worst_us(self.numbers[of])

    def plain_us(self):
        return worst_us(self.numbers["plain"])

    def usual_hold_us(self, of="holds"):
        """The longest of a walk in which each chunk takes what it takes as a rule."""
        holds = self.numbers[of]
        chunks, rest = divmod(len(holds), self.walks)
        assert rest == 0, (len(holds), self.walks)
        return max(statistics.median(holds[i::chunks]) for i in range(chunks)) / 1e3

    def median_us(self, of):
        return statistics.median(self.numbers[of]) / 1e3

    def row_us(self):
        return statistics.median(self.numbers["rows"]) / 1e4

    def close(self):
        self.process.communicate(timeout=TIMEOUT_S)


# ---- sockets of the kernel ----

def open_sockets(count):
    """So many, both ends of connections over the loopback, and the listener."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count + 64:
        raise SystemExit("crowd.py: %d open files are allowed, %d sockets are needed; see ulimit -n"
                         % (hard, count))
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 64), hard))
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    sockets = [listener]
    for _ in range(count // 2):
        sockets.append(socket.create_connection(listener.getsockname()))
        sockets.append(listener.accept()[0])
    return sockets


def serve_ss():
    """In a network namespace of its own: the CPU time of an ss in seconds for each line read."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    sockets = open_sockets(MANY)
    listed = subprocess.run(["ss", "-Htan"], stdout=subprocess.PIPE, check=True).stdout
    assert len(listed.splitlines()) == len(sockets), len(listed.splitlines())
    print(len(sockets), flush=True)
    for _ in sys.stdin:
        pid = os.posix_spawnp("ss", ["ss", "-tan"], os.environ, file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
        _, status, usage = os.wait4(pid, 0)
        assert status == 0, status
        print(usage.ru_utime + usage.ru_stime, flush=True)


class Sockets:
    """As many sockets of the kernel, and ss."""

    def __init__(self):
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        self.process = subprocess.Popen(
            ["unshare", "--net", *as_root, sys.executable, __file__, "--serve-ss"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, universal_newlines=True)
        count = self.process.stdout.readline()
        if not count:
            raise SystemExit("crowd.py: ss has no sockets to list, for the reason above")
        self.count = int(count)

    def us_per_row(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return 1e6 * float(self.process.stdout.readline()) / self.count

    def close(self):
        self.process.communicate(timeout=TIMEOUT_S)


# ---- the client ----

class CrowdedSwitch:
    """With that many connections, and its control socket."""

    def __init__(self, build):
        self.client = os.path.join(build, "netdiag")
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "control")
        self.process = subprocess.Popen(
            [os.path.join(build, "tests/doors/crowded_switch"), str(MANY), self.path],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + TIMEOUT_S
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)

    def client_of(self, command):
        return [self.client, "-s", self.path, "-c", command]

    def answers(self):
        done = subprocess.run(self.client_of("show tcp statistics"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=False, timeout=TIMEOUT_S)
        shown = done.stdout.decode()
        assert done.returncode != 0 or re.search(r"\b%d established," % MANY, shown), shown
        return done.returncode == 0

    def client_ms(self, command):
        start = time.monotonic()
        pid = os.posix_spawn(self.client, self.client_of(command), os.environ, file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
        _, status = os.waitpid(pid, 0)
        passed = time.monotonic() - start
        assert status == 0, status
        return 1e3 * passed

    def close(self):
        self.process.communicate(timeout=TIMEOUT_S)
        self.directory.cleanup()


# ---- the table ----

def measure_walks(build):
    few, many, sockets, ss_us = Walks(build, FEW), Walks(build, MANY), Sockets(), []
    try:
        for _ in range(ROUNDS):
            few.measure(FEW_TURNS)
            many.measure(MANY_TURNS)
            ss_us.append(sockets.us_per_row())
    finally:
        for one in (few, many, sockets):
            one.close()
    return few, many, statistics.median(ss_us)


def measure_client(build, commands):
    switch, times = CrowdedSwitch(build), {command: [] for command in commands}
    try:
        for _ in range(CLIENT_RUNS):
            for command in commands:
                times[command].append(switch.client_ms(command))
        return {command: statistics.median(each) for command, each in times.items()}
    finally:
        switch.close()


def rows(build):
    """What, the figure, what it is compared with, and the target."""
    few, many, ss_us = measure_walks(build)
    for walks, count in ((few, FEW), (many, MANY)):
        yield ("longest hold at %d, us" % count, walks.hold_us(),
               "%.1f plain walk" % walks.plain_us(),
               walks.plain_us() / PLAIN_PARTS if walks is many else None)
    for what, of_many, of_few, most in (
            ("longest hold", many.hold_us(), few.hold_us(), MOST_GROWTH),
            ("usual longest hold", many.usual_hold_us(), few.usual_hold_us(), None)):
        yield ("%s, at %d : at %d" % (what, MANY, FEW), of_many / of_few,
               "%.2f : %.2f us" % (of_many, of_few), most)
    for walks, count in ((few, FEW), (many, MANY)):
        for what, hold_us in (("longest", walks.hold_us), ("usual", walks.usual_hold_us)):
            for of, name in (("diagnosis", "show tcp diagnosis"), ("snmp", "SNMP's copy")):
                yield ("%s hold of %s at %d, us" % (what, name, count), hold_us(of),
                       "%.2f connections" % hold_us(),
                       MOST_OTHER_HOLD * hold_us() if walks is many else None)
    yield "SNMP's copy, sorted, ms", many.median_us("copy") / 1e3, "-", MOST_SNMP_COPY_MS
    yield ("a GETBULK of 50 rows, us", many.median_us("packet"), "%d lwIP" % LWIP_BULK_US,
           MOST_BULK_PART * LWIP_BULK_US)
    yield "a row of show tcp connections, us", many.row_us(), "%.2f ss -tan" % ss_us, MOST_ROW_US
    targets = {"show tcp statistics": MOST_CLIENT_MS, "show tcp diagnosis": MOST_DIAGNOSIS_MS}
    for command, ms in measure_client(build, targets).items():
        yield "netdiag -c '%s', ms" % command, ms, "-", targets[command]


def main():
    is_met = True
    print("%-50s %10s %20s %10s" % ("%d connections" % MANY, "netdiag", "beside", "target"))
    for what, figure, beside, most in rows(sys.argv[1]):
        is_good = most is None or figure <= most
        is_met = is_met and is_good
        print("%-50s %10.2f %20s %10s%s" % (what, figure, beside,
                                            "<= %.3g" % most if most else "-",
                                            "" if is_good else "  MISSED"))
    if not is_met:
        print("Times suffer where others run: the load was %.1f, on %d cores." %
              (os.getloadavg()[0], os.cpu_count()))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(serve_ss() if sys.argv[1] == "--serve-ss" else main())
