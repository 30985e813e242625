#!/usr/bin/python3
"""Thirty days of the virtual clock: scenarios, shells, VLANs and SNMP's pollers come and go, and
nothing grows, is lost or goes backwards.

Time stands still between two commands, so what is looked at together belongs together. Each hour is
looked at in its last second, as then the history's hour is just full. A second switch of the same
seed does the first days alike, and says the same.
"""

import collections
import concurrent.futures
import hashlib
import os
import random
import re
import signal
import subprocess
import tempfile
import time
import unittest

import scenarios
from control import CLIENT, Terminal
from test_history import metrics, setUpModule  # pylint: disable=unused-import

SWITCH = os.environ.get("NETDIAG_SOAKED_SWITCH", "build/release/tests/doors/soaked_switch")
TIMEOUT_S = scenarios.TIMEOUT_S
DAYS = int(os.environ.get("NETDIAG_SOAK_DAYS", 30))
TWIN_DAYS = min(2, DAYS)
SEED = int(os.environ.get("NETDIAG_SOAK_SEED", 1))

HOUR_S, DAY_H, HISTORY_H = 3600, 24, 72
QUIET_S = 300            # until nothing of a scenario is left, TIME-WAIT and timeouts included
BUSY_S, LOSSY_S = 120, 900
MOST_HEAP = 16384        # of more in use after the days than after the first
MOST_RESIDENT_KB = 512   # a page here and there; a leak of an hour's is far more in 29 days
SHELLS = 6
VLANS = range(100, 130)
# What is measured, and where the system has put the program: not the seed's.
MEASURED = re.compile(r'"longestHoldNs":\d+|held for \S+ us|0x[0-9a-f]+')

COUNTERS = ("rfc4022", "rcvd", "sent", "connections")
GAUGES = {"currEstab"}
SNMP_COUNTERS = ("inPkts", "outPkts", "inBadVersions", "inBadCommunityNames", "inASNParseErrs",
                 "inSetRequests", "refusedSources", "dropped")
SNMP_UNANSWERED = ("inBadVersions", "inBadCommunityNames", "inASNParseErrs")
PORT_COUNTERS = re.compile(r"(in|out)(Octets|UcastPkts|MulticastPkts|BroadcastPkts|Discards)|runts|"
                           r"giants|unknownVlans|stackedTags")
RATES = {"inSegs": ("rcvd", "total"), "sentSegs": ("sent", "total"),
         "retransSegs": ("rfc4022", "retransSegs")}

# Each of these is asked for now and then.
QUESTIONS = ("show tcp diagnosis", "show tcp connections detail", "show tcp brief all",
             "show tcp listeners detail", "show tcp owners", "show tcp closed",
             "show tcp history", "show tcp states close-wait", "show arp",
             "show ipv6 neighbors", "show tech-support tcp", "show tcp statistics rate 7",
             "monitor tcp interval 3 count 2", "netstat -nat",
             "show vlan ifindex verify", "lsof -i:7", "show tcp thresholds")


class Switch:
    """soaked_switch, ready when the constructor returns."""

    def __init__(self, seed):
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "control")
        self.process = subprocess.Popen([SWITCH, str(seed), self.directory.name], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.world, _ = self.inside()  # it answers once all of it is there
        self.said = []  # (commands, the digest of what they printed)
        self.now_s = 0

    def inside(self):
        """The world's process, and how much of the heap is in use."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return tuple(map(int, self.process.stdout.readline().split()))

    def run(self, *commands, check=0, told=True):
        """What they print; it is what another run of the seed must print, if it is `told`."""
        arguments = [word for command in commands for word in ("-c", command)]
        done = subprocess.run([CLIENT, "-s", self.path, *arguments], capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)
        assert done.returncode == check, (commands, done.returncode, done.stderr)
        if told:
            self.said.append((commands, hashlib.sha256(
                MEASURED.sub("", done.stdout + done.stderr).encode()).hexdigest()))
        return done.stdout

    def ask(self, *commands):
        return scenarios.decoded(self.run(*(command + " json" for command in commands)))

    def until(self, second):
        if second > self.now_s:
            self.run("wait %d" % (second - self.now_s))
            self.now_s = second

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(TIMEOUT_S)
        self.process.stdout.close()
        self.directory.cleanup()
        return status


class Held:
    """What the two processes have of the host."""

    def __init__(self, switch):
        _, self.heap = switch.inside()
        self.of = {name: self.process(pid) for name, pid in
                   (("device", switch.process.pid), ("world", switch.world))}

    @staticmethod
    def process(pid):
        with open("/proc/%d/status" % pid, encoding="ascii") as file:
            status = dict(re.findall(r"(\w+):\s+(\d+)", file.read()))
        return {"resident": int(status["VmRSS"]) + int(status["VmSwap"]),
                "threads": int(status["Threads"]),
                "descriptors": len(os.listdir("/proc/%d/fd" % pid))}

    def __str__(self):
        return "heap %d, " % self.heap + ", ".join(
            "%s %d KB %d threads %d descriptors" % (name, each["resident"], each["threads"],
                                                    each["descriptors"])
            for name, each in self.of.items())


class Look:
    """What the switch says of one moment."""

    COMMANDS = ("show tcp statistics", "show tcp states", "show tcp pool", "show tcp connections",
                "show snmp", "show interfaces counters", "show memory pools",
                "show tcp history 72h")

    def __init__(self, switch, base):
        (self.statistics, states, self.pool, connections, self.snmp, interfaces, memory,
         self.history) = switch.ask(*self.COMMANDS)
        self.uptime_ms = self.statistics["uptimeMs"]
        self.states = {row["state"]: row for row in states["states"]}
        self.rows = connections["connections"]
        self.ports = {row["name"]: row for row in interfaces["interfaces"]}
        self.pools = {row["name"]: row for row in memory["pools"]}
        self.counted = {name: number + base.get(name, 0)
                        for name, number in self.counters().items()}

    def counters(self):
        """{name: number} of all that only grows, but for a clear."""
        found = {(part, name): number for part in COUNTERS
                 for name, number in self.statistics[part].items() if name not in GAUGES}
        found.update((("entered", name), row["entered"]) for name, row in self.states.items()
                     if row["entered"] is not None)
        found.update((("evicted", name), number)
                     for name, number in self.statistics["pool"]["evicted"].items())
        found.update((("snmp", name), self.snmp[name]) for name in SNMP_COUNTERS)
        found.update((("refused", name), row["refused"]) for name, row in self.pools.items())
        for name, row in self.ports.items():
            found.update(((name, row["createdMs"], what), number) for what, number in row.items()
                         if PORT_COUNTERS.fullmatch(what) and number is not None)
        return found

    def sums(self):
        """(what, one number, the other, which must be the same)"""
        now = {name: row["now"] for name, row in self.states.items()}
        held = {row["state"]: row["held"] for row in self.pool["states"]}
        listed = dict(collections.Counter(row["state"] for row in self.rows))
        begun = self.counted["connections", "initiated"] + self.counted["connections", "accepted"]
        of_pool = {name: number for name, number in now.items() if name != "listen" and number}
        alive = sum(number for name, number in of_pool.items()
                    if name not in ("closed", "timeWait"))
        yield "states, statistics", now, self.statistics["states"]
        yield "states, held", of_pool, held
        yield "states, listed", of_pool, listed
        yield "pool, states", self.pool["used"], sum(of_pool.values())
        yield "pool, memory", self.pool["used"], self.pools["TCP_PCB"]["used"]
        yield "listeners", now["listen"], self.pools["TCP_PCB_LISTEN"]["used"]
        yield "without a row", self.counted["connections", "withoutRow"], 0
        yield "currEstab", self.statistics["rfc4022"]["currEstab"], (
            now["established"] + now["closeWait"])
        yield "established", self.counted["connections", "established"], (
            self.counted["entered", "established"])
        yield "begun, ended", begun, self.counted["connections", "closed"] + alive
        yield "begun, entered", begun, (self.counted["entered", "synSent"] +
                                        self.counted["entered", "synReceived"])
        yield "SNMP's answers", self.snmp["outPkts"] + self.snmp["queued"], (
            self.snmp["inPkts"] - sum(self.snmp[name] for name in SNMP_UNANSWERED))


class Shells:
    """People at the control socket."""

    def __init__(self, switch, chance):
        self.switch, self.chance, self.open = switch, chance, []

    def come(self):
        shell = Terminal(CLIENT, "-s", self.switch.path, rows=self.chance.randint(10, 60))
        shell.wait_for(rb"sw1>$")
        self.open.append(shell)
        self.type(shell, b"terminal length 0")
        if self.chance.random() < 0.5:
            self.type(shell, b"terminal monitor")

    @staticmethod
    def type(shell, line):
        shell.type(line + b"\r")
        shell.wait_for(rb"sw1[>#]$")

    def work(self):
        shell = self.chance.choice(self.open)
        self.type(shell, self.chance.choice((b"show tcp statistics", b"show nonsense",
                                             b"show tcp connections | include 10.0",
                                             b"show tcp history", b"enable", b"disable")))

    def go(self):
        shell = self.open.pop(self.chance.randrange(len(self.open)))
        if self.chance.random() < 0.5:
            shell.type(b"exit\r")
        else:
            os.kill(shell.pid, signal.SIGKILL)
        shell.end()
        shell.close()

    def turn(self):
        self.chance.choice([self.come] if not self.open else
                           [self.come, self.work, self.go] if len(self.open) < SHELLS else
                           [self.work, self.go])()

    def close(self):
        while self.open:
            self.go()


class Soak:
    """The days of a switch. All that chance decides, the seed does."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.switch = Switch(seed)
        self.shells = Shells(self.switch, self.chance)
        self.scenarios = [name for name in scenarios.listed() if name != "normal"]
        self.seconds = {name: each["seconds"] for name, each in scenarios.listed().items()}
        self.order, self.vlans, self.hour = [], set(), 0
        self.base = {}     # what was counted before the last clear
        self.counted = []  # in the last second of each of the last hours
        self.passed = {}  # how often a scenario was there

    # ---- what goes on in an hour ----

    def scenario(self):
        """The next: each once, then each again in another order. How long it lasts."""
        if not self.order:
            self.order = self.chance.sample(self.scenarios, len(self.scenarios))
        name = self.order.pop()
        self.passed[name] = self.passed.get(name, 0) + 1
        self.switch.run("enable", "simulate " + name)
        if self.seconds[name]:
            return self.seconds[name]
        return BUSY_S if name == "busy" else LOSSY_S

    def change_vlans(self):
        """Some come, with numbers that were others', some go; and now and then one in use."""
        vlan = self.chance.choice(VLANS)
        if vlan in self.vlans:
            self.vlans.remove(vlan)
            self.switch.run("enable", "no vlan %d" % vlan, "no vlan %d forget" % vlan)
        else:
            self.vlans.add(vlan)
            self.switch.run("enable", "vlan %d name soak-%d" % (vlan, vlan))
        if self.chance.random() < 0.1:
            self.switch.run("enable", "no vlan 20", "wait 5", "vlan 20")
            self.switch.now_s += 5

    def pass_hour(self, end_s):
        lasts_s = self.scenario()
        begun_s = self.switch.now_s
        for _ in range(self.chance.randint(1, 4)):
            self.switch.until(self.switch.now_s + self.chance.randint(1, max(1, lasts_s // 5)))
            self.shells.turn()
            question = self.chance.choice(QUESTIONS)
            self.switch.run(question)
            self.switch.now_s = self.uptime_s()
        self.change_vlans()
        self.switch.now_s = self.uptime_s()
        self.switch.until(begun_s + lasts_s)
        self.switch.run("enable", "simulate normal")
        self.switch.until(end_s)

    def uptime_s(self):
        """Rounded up, with what is short of it waited for: some questions take tenths of one."""
        return -(-self.switch.ask("show version")[0]["uptimeMs"] // 1000)

    # ---- what must hold ----

    def check_counters(self, look):
        before = self.counted[-1] if self.counted else {}
        backwards = {name: (number, look.counted[name]) for name, number in before.items()
                     if look.counted.get(name, number) < number}
        assert not backwards, backwards

    @staticmethod
    def check_sums(look):
        wrong = [each for each in look.sums() if each[1] != each[2]]
        assert not wrong, wrong

    def check_history(self, look):
        """Hours that went round are those that the counters tell of."""
        series, counted = metrics(look.history, "72h"), [*self.counted, look.counted]
        for name, counter in RATES.items():
            grown = [after[counter] - before[counter]
                     for before, after in zip(counted, counted[1:])]
            shown = series[name]["counts"][len(series[name]["counts"]) - len(grown):]
            assert shown == grown, (name, shown, grown)
            assert series[name]["endMs"] == look.uptime_ms + 1000, (series[name], look.uptime_ms)
        assert series["poolUsed"]["now"] == look.pool["used"], look.pool

    def check_minutes(self, end_s):
        """The last minutes before that second, each as the counters tell."""
        totals = []
        for minute in range(4, -1, -1):
            self.switch.until(end_s - 60 * minute)
            statistics, = self.switch.ask("show tcp statistics")
            totals.append(statistics["rcvd"]["total"])
        history, = self.switch.ask("show tcp history 60min")
        shown = metrics(history, "60min")["inSegs"]["counts"][-4:]
        assert shown == [b - a for a, b in zip(totals, totals[1:])], (shown, totals)

    def look(self):
        look = Look(self.switch, self.base)
        assert look.uptime_ms == (self.hour * HOUR_S - 1) * 1000, look.uptime_ms
        self.check_counters(look)
        self.check_sums(look)
        self.check_history(look)
        self.counted = [*self.counted, look.counted][-HISTORY_H:]

    # ---- all of it ----

    def pass_hours(self, count):
        for _ in range(count):
            self.hour += 1
            end_s = self.hour * HOUR_S - 1
            self.pass_hour(end_s - QUIET_S)
            self.check_minutes(end_s)
            self.look()
            if self.hour % DAY_H == DAY_H // 2:
                self.clear()

    def clear(self):
        """The statistics begin anew; nothing else notices."""
        self.switch.run("enable", "clear tcp statistics")
        look = Look(self.switch, {})
        assert look.statistics["rcvd"]["total"] == 0, look.statistics
        self.base = {name: self.counted[-1].get(name, number) - number
                     for name, number in look.counted.items()}

    def held(self):
        """With nobody in a shell, and none of the VLANs that came."""
        self.shells.close()
        for vlan in sorted(self.vlans):
            self.switch.run("enable", "no vlan %d" % vlan, "no vlan %d forget" % vlan)
        self.vlans.clear()
        deadline = time.monotonic() + TIMEOUT_S
        while '"line":1' in self.switch.run("show users json", told=False):
            assert time.monotonic() < deadline
        return Held(self.switch)


def said(seed, days):
    """What a switch of that seed says in so many days."""
    soak = Soak(seed)
    for _ in range(days):
        soak.pass_hours(DAY_H)
        soak.held()
    assert soak.switch.close() == 0
    return soak.switch.said


class SoakTest(unittest.TestCase):
    def check_held(self, first, now):
        self.assertLessEqual(now.heap, first.heap + MOST_HEAP, (first, now))
        for name, each in now.of.items():
            before = first.of[name]
            self.assertLessEqual(each["resident"], before["resident"] + MOST_RESIDENT_KB, name)
            for what in ("threads", "descriptors"):
                self.assertEqual(each[what], before[what], (name, what))

    maxDiff = None

    def test_days_of_everything_and_nothing_grows(self):
        soak, first = Soak(SEED), None
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            twin = pool.submit(said, SEED, TWIN_DAYS)
            for day in range(1, DAYS + 1):
                started = time.monotonic()
                soak.pass_hours(DAY_H)
                now = soak.held()
                if day == TWIN_DAYS:
                    mine = list(soak.switch.said)
                print("day %d, in %.0f s: %s" % (day, time.monotonic() - started, now), flush=True)
                first = first or now  # what is made once, the first day has made
                self.check_held(first, now)
            self.assertEqual(twin.result(), mine)
        self.assertEqual(set(soak.passed), set(soak.scenarios))
        self.assertEqual(soak.switch.close(), 0)


if __name__ == "__main__":
    unittest.main()
