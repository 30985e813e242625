#!/usr/bin/python3
"""The matrix: each scenario raises its finding in time, and no other that is not its consequence;
and an ordinary day raises none."""

import concurrent.futures
import os
import tempfile
import unittest

import scenarios

RAISED_WITHIN_S = 30
CLEARED_WITHIN_S = 60
EVERY_S = 5  # between two looks
AFTER_S = 150

# Under a sanitizer, where each run takes ten times as long, fewer show as much of the code.
INSTRUMENTED = os.environ.get("NETDIAG_VARIANT", "release") != "release"
ORDINARY_SEEDS, BUSY_SEEDS = (8, 2) if INSTRUMENTED else (100, 20)
JOBS = 2


def in_state(*states, **wanted):
    return lambda sample: any(row["state"] in states and
                              all(row[key] == value for key, value in wanted.items())
                              for row in sample.rows)


def stuck(state, seconds, **wanted):
    return lambda sample: sample.older(state, seconds, **wanted)


def most_to_one(sample, state):
    remotes = [row["remote"]["address"] for row in sample.rows if row["state"] == state]
    return max((remotes.count(remote) for remote in remotes), default=0)


def remotes(sample, state):
    return {row["remote"]["address"] for row in sample.rows if row["state"] == state}


def stranger(sample):
    return any(listener["owner"] is None for listener in sample.listeners)


def owned(name):
    """A connection of a program that only the scenario has."""
    return lambda sample: any(row["owner"] == name for row in sample.rows)


def after(seconds):
    """So many seconds of the scenario, where no table shows the condition."""
    return seconds


class Expected:
    """`met` tells when the threshold is met, by other commands than the one under test or as
    seconds of the scenario; `concerned` while there are connections that it is about."""

    def __init__(self, code, met, concerned=None):
        self.code, self.met, self.concerned = code, met, concerned


MATRIX = {
    "syn-flood": Expected(
        "syn-flood", lambda sample: len(sample.older("synReceived", 3)) >= 10,
        in_state("synReceived")),
    "syn-burst": Expected(
        "syn-flood", lambda sample: len(sample.older("synReceived", 3)) >= 10,
        in_state("synReceived")),
    "unreachable": Expected(
        "syn-sent-one-target", lambda sample: most_to_one(sample, "synSent") >= 5,
        in_state("synSent")),
    "scan": Expected(
        "syn-sent-scan", lambda sample: len(remotes(sample, "synSent")) >= 10,
        in_state("synSent")),
    "backdoor": Expected("unknown-listener", stranger, stranger),
    "half-open": Expected(
        "reconnecting-client", after(65)),
    "accept-stall": Expected(
        "accept-queue-full",
        lambda sample: any(row["unaccepted"] for row in sample.older("established", 5)),
        lambda sample: any(row["unaccepted"] for row in sample.rows)),
    "receive-stall": Expected("receive-stall", after(45)),
    "send-stall": Expected("send-stall", after(45)),
    # An ordinary day has legal half-closes, whose owner is another
    "close-wait": Expected("close-wait-leak", stuck("closeWait", 60, owner="leaky"),
                           in_state("closeWait", owner="leaky")),
    "fin-wait": Expected(
        "fin-wait-stuck",
        lambda sample: sample.older("finWait1", 10) or sample.older("finWait2", 10),
        in_state("finWait1", "finWait2")),
    "simultaneous-close": Expected("closing-stuck", stuck("closing", 10), in_state("closing")),
    "last-ack": Expected("last-ack-stuck", stuck("lastAck", 10), in_state("lastAck")),
    "time-wait": Expected("bind-blocked", after(15)),
    "pool-full": Expected("pool-exhaustion", after(30)),
    "port-scan": Expected("port-scan", after(2)),
    "lossy": Expected("retransmission-rise", after(45)),
    "all-states": Expected(
        "close-wait-leak", stuck("closeWait", 60, owner="leaky"),
        in_state("closeWait", owner="leaky")),
}


# What each scenario says of itself; its other findings are true because of the same cause.
LISTED = scenarios.listed()

# The first, and others in which an ordinary day comes across a scenario in other ways.
SEEDS = (1,) if INSTRUMENTED else (1, 3, 6)

# How long one is let go on that does not end by itself.
ENDLESS_S = 120


def findings_of_a_day(name, run_s, seed):
    """What a quiet day logged and found, "" when it is nothing."""
    with tempfile.TemporaryDirectory() as state:
        got = scenarios.switch(["show tcp diagnosis"], "--scenario", name, "--run", str(run_s),
                               "--seed", str(seed), "--state-dir", state)
        log = os.path.join(state, "log")
        logged = ""
        if os.path.exists(log):
            with open(log, encoding="utf-8") as file:
                logged = "".join(line for line in file if "%TCP-" in line)
    if logged or not got.startswith("TCP OK: no findings"):
        return "seed %d: %s%s" % (seed, logged, got)
    return ""


def findings_of_days(name, run_s, seeds):
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        found = pool.map(lambda seed: findings_of_a_day(name, run_s, seed), range(1, seeds + 1))
        return [each for each in found if each]


class MatrixTest(unittest.TestCase):
    maxDiff = None

    def check(self, name, seed):
        expected = MATRIX[name]
        run = scenarios.Run(name, LISTED[name]["seconds"], ENDLESS_S, AFTER_S,
                            options=("--seed", str(seed)))
        look_ms = 1000 * EVERY_S

        self.assertEqual(run.before.findings, [])
        if callable(expected.met):
            met_ms = run.first(expected.met)
            self.assertIsNotNone(met_ms, "the condition was never seen")
        else:
            met_ms = run.begin_ms + 1000 * expected.met
        raised_ms = run.first(lambda sample: expected.code in sample.codes)
        self.assertIsNotNone(raised_ms, (expected.code, sorted(run.codes())))
        self.assertLessEqual(raised_ms, met_ms + 1000 * RAISED_WITHIN_S)
        gone_ms = run.end_ms
        if expected.concerned:
            gone_ms = run.last(expected.concerned) + look_ms
        cleared_ms = run.last(lambda sample: expected.code in sample.codes) + look_ms
        self.assertLessEqual(cleared_ms, gone_ms + 1000 * CLEARED_WITHIN_S + look_ms)
        by_chance = scenarios.BY_CHANCE.get(name, set())
        self.assertLessEqual(run.codes(), LISTED[name]["findings"])
        self.assertEqual(run.codes() - by_chance, LISTED[name]["findings"] - by_chance)
        self.assertEqual(run.samples[-1].findings, [])


    def check_seeds(self, name):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.check(name, seed)


def of_scenario(name):
    return lambda self: self.check_seeds(name)


for scenario in MATRIX:
    setattr(MatrixTest, "test_%s_raises_its_finding_and_clears_it" % scenario.replace("-", "_"),
            of_scenario(scenario))


class QuietTest(unittest.TestCase):
    """What cries wolf elsewhere."""

    def test_ordinary_day_raises_nothing(self):
        self.assertEqual(findings_of_days("normal", 600, ORDINARY_SEEDS), [])

    def test_busy_day_raises_nothing(self):
        self.assertEqual(findings_of_days("busy", 300, BUSY_SEEDS), [])

    def test_every_scenario_is_in_the_matrix(self):
        self.assertEqual(set(MATRIX) | {"normal", "busy"}, set(LISTED))
        for name, expected in MATRIX.items():
            self.assertIn(expected.code, LISTED[name]["findings"])


if __name__ == "__main__":
    unittest.main()
