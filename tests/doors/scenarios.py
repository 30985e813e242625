"""The simulator's scenarios on the virtual clock, and what the switch said of them as time went by."""

import json
import os
import re
import subprocess
import sys
import unittest

import control

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from oracle import (  # pylint: disable=wrong-import-position,unused-import
    ACK, DEVICE_MAC, FIN, RST, SYN, address_test, read_capture)

BOOT_MS = 946684800000  # on a virtual clock every switch boots as the year 2000 begins

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
TIMEOUT_S = int(os.environ.get("NETDIAG_TEST_SECONDS", 300)) - 20


def switch(lines, *options):
    """What the commands print on a switch with the virtual clock."""
    done = subprocess.run([SIM, "--clock", "virtual", *options],
                          input="".join(line + "\n" for line in lines).encode(),
                          capture_output=True, timeout=TIMEOUT_S)
    assert done.returncode == 0, (done.returncode, done.stdout[-2000:], done.stderr)
    return done.stdout.decode()


def speaks_chinese():
    """Whether it was built with CONFIG_NETDIAG_LANGUAGE_ZH."""
    done = subprocess.run([SIM, "--clock", "virtual"], input=b"terminal language zh\n",
                          capture_output=True, timeout=TIMEOUT_S)
    return done.returncode == 0


def answers(lines, *options):
    """The same of commands that answer in JSON."""
    return decoded(switch(lines, *options))


def decoded(text):
    """Answers in JSON, one after the other."""
    text, decoder, got = text.strip(), json.JSONDecoder(), []
    while text:
        answer, end = decoder.raw_decode(text)
        got.append(answer)
        text = text[end:].lstrip()
    return got


# Findings of scenarios that are there on some seeds, and on others not.
BY_CHANCE = {"lossy": {"reset-rise", "stale-established", "receive-stall", "send-stall",
                       "fin-wait-stuck", "last-ack-stuck", "closing-stuck",
                       "reconnecting-client"},
             "syn-burst": {"reset-rise"}}


def listed():
    """Of each scenario what it says of itself: its findings, how long it lasts (None: until another
    is simulated), and after how long its first finding can be there."""
    said = subprocess.run([SIM, "--list-scenarios"], capture_output=True, check=True,
                          timeout=TIMEOUT_S).stdout.decode()
    names = {}
    for name, rest in re.findall(r"^  ([a-z-]+)  +(.*(?:\n   .*)*)", said, re.MULTILINE):
        findings = re.search(r"findings: (.*)", rest)
        seconds, first = re.search(r"lasts (\d+) s", rest), re.search(r"found within (\d+) s", rest)
        names[name] = {
            "findings": set(findings.group(1).split()) - {"none"} if findings else set(),
            "seconds": int(seconds.group(1)) if seconds else None,
            "first": int(first.group(1)) if first else 40}
    return names


def needs_hooks():
    """For setUpModule: without CONFIG_NETDIAG_TCP_HOOKS nobody knows how old a connection is, or
    what was refused, and hardly anything can be found."""
    if answers(["show tcp statistics json"])[0]["sent"]["dataPackets"] is None:
        raise unittest.SkipTest("built without CONFIG_NETDIAG_TCP_HOOKS")


class Sample:
    """What the switch said at one moment of its virtual time."""

    def __init__(self, diagnosis, connections, listeners):
        self.now_ms = diagnosis["uptimeMs"]
        self.verdict = diagnosis["verdict"]
        self.findings = diagnosis["findings"]
        self.rows = connections["connections"]
        self.listeners = listeners["listeners"]

    @property
    def codes(self):
        return {finding["code"] for finding in self.findings}

    def finding(self, code):
        return next((each for each in self.findings if each["code"] == code), None)

    def older(self, state, seconds, **wanted):
        """The connections that are in a state for so long, and have these members."""
        return [row for row in self.rows
                if row["state"] == state and (row["stateMs"] or 0) >= 1000 * seconds and
                all(row[key] == value for key, value in wanted.items())]


class Run:
    """A scenario, simulated at `begin_ms` after a while of an ordinary day, looked at again and
    again. One that does not end by itself is ended after `endless_s`."""

    def __init__(self, name, seconds, endless_s, after_s, before_s=120, every_s=5, options=()):
        look = ["show tcp diagnosis json", "show tcp connections json", "show tcp listeners json"]
        again = ["wait %d" % every_s, *look]
        lines = ["enable", *look, "simulate " + name]
        lines += again * ((seconds or endless_s) // every_s)
        lines += [] if seconds else ["simulate normal"]
        got = answers(lines + again * (after_s // every_s), "--run", str(before_s), *options)
        samples = [Sample(*got[at:at + len(look)]) for at in range(0, len(got), len(look))]
        self.before, self.samples = samples[0], samples[1:]
        self.begin_ms = self.before.now_ms
        self.end_ms = self.begin_ms + 1000 * (seconds or endless_s)

    def first(self, condition):
        """The first moment, in ms, at which the condition was seen; None: never."""
        return next((sample.now_ms for sample in self.samples if condition(sample)), None)

    def last(self, condition):
        seen = [sample.now_ms for sample in self.samples if condition(sample)]
        return seen[-1] if seen else None

    def codes(self):
        return set().union(*(sample.codes for sample in self.samples))

    def worst(self, code):
        """Its finding at the moment with most connections or evidence: the last one made."""
        found = [sample.finding(code) for sample in self.samples if sample.finding(code)]
        return found[-1] if found else None


class Live(control.Switch):
    """A switch whose time stands still between two commands: all answers are of one moment until
    `wait`. An ordinary day has gone on for `before_s`, then the scenario begins."""

    def __init__(self, name, *options, before_s=120):
        super().__init__("--clock", "virtual", "--run", str(before_s), *options)
        self.now_s = 0
        self.run("simulate " + name, check=0)

    def wait(self, seconds):
        self.run("wait %d" % seconds, check=0)
        self.now_s += seconds

    def until(self, seconds):
        self.wait(seconds - self.now_s)

    def ask(self, command):
        return self.ask_all(command)[0]

    def ask_all(self, *commands):
        done = self.run(*(command + " json" for command in commands), check=0)
        return decoded(done.stdout.decode())

    def findings(self):
        """{code: finding}"""
        return {each["code"]: each for each in self.ask("show tcp diagnosis")["findings"]}

    def rows(self, words="", **wanted):
        """The connections that have these members."""
        rows = self.ask("show tcp connections " + words)["connections"]
        return [row for row in rows
                if all(row[key] == value for key, value in wanted.items())]

    def listeners(self):
        """{port: listener}"""
        return {row["local"]["port"]: row for row in self.ask("show tcp listeners")["listeners"]}


def captured(path):
    """The TCP segments of a capture, each with what was answered to it; `ms` is since the epoch."""
    return [segment for segment in read_capture(path, address_test((DEVICE_MAC,), ()))
            if not segment.fault]


def segments_of(path, local, remote):
    """Those of one connection; its ends as they are in JSON."""
    ends = tuple((end["address"], end["port"]) for end in (local, remote))
    return [segment for segment in captured(path) if (segment.local, segment.remote) == ends]
