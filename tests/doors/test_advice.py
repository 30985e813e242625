#!/usr/bin/python3
"""The advice of findings: each command that one says to type answers, each cure cures, and what a
text promises comes true."""

import contextlib
import os
import re
import tempfile
import unittest

import scenarios
from scenarios import FIN, RST, Live

setUpModule = scenarios.needs_hooks

EVERY_S = 5  # between two looks

LISTED = scenarios.listed()

ENDLESS_S = 150  # how long a scenario is let go on that does not end by itself

# Commands whose status says more than that they answered: that nobody echoed, the worst of a check.
PING, CHECK = "ping ", "show tcp check"

# Findings about what is not a connection that these commands could show.
WITHOUT_ROWS = {"port-scan"}

# The scenario in which a finding is cured by clearing its connections, for how long it has gone on
# by then, and options. In the last two others come after them.
CURES = {
    "close-wait-leak": ("close-wait", 80),
    "receive-stall": ("receive-stall", 45),
    "send-stall": ("send-stall", 45),
    "last-ack-stuck": ("last-ack", 30),
    "closing-stuck": ("simultaneous-close", 30),
    "fin-wait-stuck": ("fin-wait", 40),
    "stale-established": ("lossy", 60, "--seed", "8"),
}
COME_AGAIN = {"fin-wait", "lossy"}

LATEST_S = 300  # until a finding that comes by chance is there
LAST_S = 10     # after a cure


def as_they_appear(device, name):
    """Each finding of the scenario, at the first moment at which it is there."""
    seen = set()
    while device.now_s < (LISTED[name]["seconds"] or ENDLESS_S) and \
            seen != LISTED[name]["findings"]:
        device.wait(EVERY_S)
        for code, finding in device.findings().items():
            if code not in seen:
                seen.add(code)
                yield finding


class NextTest(unittest.TestCase):
    def answers(self, device, code, command):
        done = device.run(command)
        self.assertEqual(done.stderr, b"", command)
        if command.startswith(PING):
            self.assertRegex(done.stdout, rb"Success rate is \d+ percent \(\d/5\)")
            self.assertEqual(done.returncode, int(b"(0/5)" in done.stdout), command)
        elif command == CHECK:
            self.assertIn(done.returncode, (0, 1, 2))
        else:
            self.assertEqual(done.returncode, 0, command)
        self.assertGreater(len(done.stdout), 0, command)
        if command.startswith("show tcp connections") and code not in WITHOUT_ROWS:
            words = command.split("show tcp connections")[1].replace(" detail", "")
            self.assertGreater(len(device.rows(words)), 0, command)

    def check(self, name):
        tried = set()
        with contextlib.closing(Live(name)) as device:
            for finding in as_they_appear(device, name):
                tried.add(finding["code"])
                self.assertGreaterEqual(len(finding["next"]), 3)
                self.assertGreaterEqual(len(finding["causes"]), 2)
                # Those that move the clock last, so that the others see what the finding saw
                for command in sorted(finding["next"], key=lambda each: each.startswith(
                        (PING, "show tcp statistics rate"))):
                    if not command.startswith("clear "):
                        self.answers(device, finding["code"], command)
        by_chance = scenarios.BY_CHANCE.get(name, set())
        self.assertEqual(tried - by_chance, LISTED[name]["findings"] - by_chance)

    def test_commands_of_all_that_clear_are_tried_as_cures(self):
        """The other way round: no finding has a cure that is not in the table above."""
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            "../../cli/catalogue_next.c")
        with open(path, encoding="ascii") as file:
            text = file.read()
        cured = set()
        for name, rest in re.findall(r"\[NETDIAG_TCP_FINDING_(\w+)\] =(.*?);?(?=\n    \[|\n};)",
                                     text, re.DOTALL):
            if "clear tcp connection" in rest:
                cured.add(name.lower().replace("_", "-"))
        # An open bind-blocked is no scenario's: there the stack's timers end all that is left
        self.assertEqual(cured - {"bind-blocked"}, set(CURES))


def next_of(name):
    return lambda self: self.check(name)


for scenario in LISTED:
    if LISTED[scenario]["findings"]:
        setattr(NextTest, "test_%s_every_command_to_type_next_answers" %
                scenario.replace("-", "_"), next_of(scenario))


class CureTest(unittest.TestCase):
    def clear_all(self, device, code):
        """Clears what the finding names until it names no more; the IDs."""
        cleared = []
        while code in (findings := device.findings()):
            finding = findings[code]
            identifier = finding["evidence"]["connection"]
            others = {row["id"] for row in device.rows()} - {identifier}
            self.assertEqual(finding["next"][-1], "clear tcp connection " + identifier)
            done = device.run(finding["next"][-1], check=0)
            self.assertEqual(done.stderr, b"")
            self.assertEqual({row["id"] for row in device.rows()}, others)
            cleared.append(identifier)
        return cleared

    def check(self, code):
        name, seconds, *options = CURES[code]
        with contextlib.closing(Live(name, *options)) as device:
            device.until(seconds)
            while code not in device.findings():
                self.assertLess(device.now_s, LATEST_S)
                device.wait(EVERY_S)
            finding = device.findings()[code]
            cleared = self.clear_all(device, code)
            self.assertEqual(len(cleared), finding["evidence"]["connections"])
            self.assertEqual({row["end"] for row in device.ask("show tcp closed")["closed"]
                              if row["id"] in cleared}, {"cleared"})
            if name in COME_AGAIN:
                device.run("simulate normal", check=0)
            device.wait(LAST_S)
            self.assertNotIn(code, device.findings())
            with open(os.path.join(device.state, "log"), encoding="utf-8") as file:
                log = file.read()
        word = code.upper().replace("-", "_")
        self.assertEqual(len(re.findall(r"%%TCP-\d-%s: " % word, log)), 2, log)
        self.assertRegex(log, r"%%TCP-5-%s: .*clear" % word)


def cure_of(code):
    return lambda self: self.check(code)


for cured_code in CURES:
    setattr(CureTest, "test_%s_is_gone_when_its_connections_are_cleared" %
            cured_code.replace("-", "_"), cure_of(cured_code))


class PromiseTest(unittest.TestCase):
    def test_bind_blocked_restart_binds_when_the_finding_said(self):
        with contextlib.closing(Live("time-wait")) as device:
            device.until(15)
            finding = device.findings()["bind-blocked"]
            port, free_ms = finding["evidence"]["port"], finding["evidence"]["freeMs"]
            self.assertIn("until 1 min 52 s from now", finding["text"])
            device.wait(free_ms // 1000 - 2)
            self.assertNotIn(port, device.listeners())
            self.assertIn("bind-blocked", device.findings())
            device.wait(4)
            self.assertEqual(device.listeners()[port]["owner"], finding["evidence"]["owner"])
            self.assertNotIn("bind-blocked", device.findings())

    def test_bind_blocked_names_the_remedy(self):
        with contextlib.closing(Live("time-wait")) as device:
            device.until(15)
            text = device.findings()["bind-blocked"]["text"]
        for part in ("address in use", "let the client close first", "SO_REUSE=1",
                     "SOF_REUSEADDR"):
            self.assertIn(part, text)

    def test_fin_wait_2_is_dropped_at_20_s_without_a_word(self):
        with tempfile.TemporaryDirectory() as directory:
            capture = os.path.join(directory, "pcap")
            with contextlib.closing(Live("fin-wait", "--pcap", capture)) as device:
                device.until(15)
                finding = device.findings()["fin-wait-stuck"]
                self.assertIn("drops a fully closed FIN-WAIT-2 after 20 s", finding["text"])
                evidence = finding["evidence"]
                device.wait(evidence["freeMs"] // 1000 - 1)
                self.assertEqual(device.rows(id=evidence["connection"])[0]["state"], "finWait2")
                device.wait(2)
                self.assertEqual(device.rows(id=evidence["connection"]), [])
                answer = device.ask("show tcp closed")
                closed, = [each for each in answer["closed"]
                           if each["id"] == evidence["connection"]]
            segments = scenarios.segments_of(capture, closed["local"], closed["remote"])
        self.assertEqual(closed["end"], "finWait2Timeout")
        # lwIP counts from when it heard its peer last before it closed
        began_ms = next(segment.ms for segment in segments
                        if segment.has(FIN) and not segment.inbound)
        heard_ms = max(segment.ms for segment in segments
                       if segment.inbound and segment.ms < began_ms)
        ended_ms = scenarios.BOOT_MS + answer["uptimeMs"] - closed["endedAgoMs"]
        self.assertTrue(20000 <= ended_ms - heard_ms <= 20750, ended_ms - heard_ms)
        self.assertLess(max(segment.ms for segment in segments), ended_ms - 15000)
        self.assertFalse(any(segment.has(RST) for segment in segments))


if __name__ == "__main__":
    unittest.main()
