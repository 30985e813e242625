#!/usr/bin/python3
"""`show tcp history` on the simulated switch: what it shows of each second is what other commands
said in it, and minutes and hours are made of that."""

import contextlib
import re
import subprocess
import unittest

import scenarios
from scenarios import SIM, TIMEOUT_S, Live

HISTORY = "show tcp history "
GAUGES = {"established": "established", "synReceived": "synReceived", "timeWait": "timeWait",
          "closeWait": "closeWait"}  # their states in `show tcp states`
SECONDS = 61                         # more than the ring has: it goes round
CLEARED_AFTER = 20


def setUpModule():
    done = subprocess.run([SIM, "--clock", "virtual"], input=b"show tcp history all\n",
                          capture_output=True, timeout=TIMEOUT_S, check=False)
    if b"CONFIG_NETDIAG" in done.stderr:
        raise unittest.SkipTest("built without CONFIG_NETDIAG_HISTORY")
    offered = scenarios.switch(["show tcp history json"])
    if offered.count('"metric":') < 9:
        raise unittest.SkipTest("built without some metrics")


def metrics(answer, span):
    """{key: its series} of a span."""
    found, = (each for each in answer["spans"] if each["span"] == span)
    return {each["metric"]: each for each in found["metrics"]}


class Seconds:
    """Each second of a minute, as commands show it; in the middle of it the statistics are
    cleared."""

    def __init__(self, name, *options):
        self.received, self.states, self.pool = [], [], []
        with contextlib.closing(Live(name, *options)) as device:
            before = self.total(device)
            for second in range(SECONDS):
                device.wait(1)
                now = self.total(device)
                self.received.append(now - before)
                if second == CLEARED_AFTER:
                    device.run("clear tcp statistics", check=0)
                    now = self.total(device)
                before = now
                states, pool = device.ask_all("show tcp states", "show tcp pool")
                self.states.append({row["state"]: row["now"] for row in states["states"]})
                self.pool.append(pool["used"])
            self.uptime_ms = pool["uptimeMs"]
            self.history = device.ask(HISTORY + "60s")

    @staticmethod
    def total(device):
        return device.ask("show tcp statistics")["rcvd"]["total"]


class SecondsTest(unittest.TestCase):
    def check(self, seen):
        shown = metrics(seen.history, "60s")
        for series in shown.values():
            self.assertEqual(series["seconds"], [1] * 60)
            self.assertEqual(series["endMs"], seen.uptime_ms // 1000 * 1000 + 1000)
            self.assertEqual(series["averages"], series["peaks"])
            self.assertEqual(series["now"], series["peaks"][-1])
            self.assertEqual(series["peak"], max(series["peaks"]))
            self.assertEqual(series["peaks"][-1 - series["peakBucketsAgo"]], series["peak"])
            self.assertAlmostEqual(series["average"], sum(series["peaks"]) / 60, delta=0.0501)
        self.assertEqual(shown["inSegs"]["counts"], seen.received[-60:])
        self.assertEqual(shown["poolUsed"]["peaks"], seen.pool[-60:])
        for key, state in GAUGES.items():
            self.assertEqual(shown[key]["peaks"], [each[state] for each in seen.states[-60:]], key)

    def test_seconds_of_an_ordinary_day_are_what_other_commands_said(self):
        self.check(Seconds("normal"))

    def test_seconds_of_lossy_are_what_other_commands_said(self):
        seen = Seconds("lossy")
        self.check(seen)
        self.assertGreater(sum(metrics(seen.history, "60s")["retransSegs"]["counts"]), 0)

    def test_seconds_of_a_flood_are_what_other_commands_said(self):
        seen = Seconds("syn-flood")
        self.check(seen)
        series = metrics(seen.history, "60s")["synReceived"]
        self.assertGreater(series["peak"], 20)
        self.assertEqual(series["peak"], max(each["synReceived"] for each in seen.states[-60:]))


class SpansTest(unittest.TestCase):
    def check(self, fine, coarse):
        """The last bucket of each is of the same time."""
        for key, series in coarse.items():
            known = [value for value in fine[key]["peaks"] if value is not None]
            self.assertEqual(series["endMs"], fine[key]["endMs"])
            self.assertEqual(series["peaks"][-1], max(known), key)
            self.assertEqual(series["now"], fine[key]["now"])
            if series["kind"] == "rate":
                self.assertEqual(series["counts"][-1], sum(fine[key]["counts"]), key)
                self.assertAlmostEqual(series["averages"][-1],
                                       sum(fine[key]["counts"]) / sum(fine[key]["seconds"]),
                                       delta=0.0501)
            else:
                self.assertNotIn("counts", series)

    def test_minutes_are_made_of_their_seconds(self):
        """After two hours, in the last second of a minute."""
        fine, coarse = scenarios.answers([HISTORY + "60s json", HISTORY + "60min json"],
                                         "--run", "7259")
        fine, coarse = metrics(fine, "60s"), metrics(coarse, "60min")
        self.check(fine, coarse)
        for series in coarse.values():
            self.assertEqual(series["seconds"], [60] * 60)
            self.assertEqual(series["endMs"], 7260000)
            self.assertEqual(len(series["peaks"]), 60)

    def test_hours_are_made_of_their_minutes(self):
        """In the last minute of the third hour; the hours before boot are not known."""
        fine, coarse = scenarios.answers([HISTORY + "60min json", HISTORY + "72h json"],
                                         "--run", "10799")
        fine, coarse = metrics(fine, "60min"), metrics(coarse, "72h")
        self.check(fine, coarse)
        for series in coarse.values():
            self.assertEqual(series["peaks"][:69], [None] * 69)
            self.assertEqual(series["seconds"][-2:], [3600] * 2)
            self.assertNotIn(None, series["peaks"][69:])


HEAD = re.compile(r" (\S+), last (\d+ \S+): now (\d+), average (\d+\.\d), peak (\d+)"
                  r"(?: \((\d+) \S+ ago\))?")
BLANK, KNOWN = " ", re.compile("[-+]")


class GraphTest(unittest.TestCase):
    def test_graph_is_what_json_says(self):
        with contextlib.closing(Live("lossy", before_s=40)) as device:
            text = device.run(HISTORY + "60s", check=0).stdout.decode()
            shown = metrics(device.ask(HISTORY + "60s"), "60s")
        graphs = text.split("\n\n")
        self.assertEqual(len(graphs), len(shown))
        for graph, series in zip(graphs, shown.values()):
            lines = graph.rstrip("\n").split("\n")
            found = HEAD.fullmatch(lines[0])
            self.assertEqual([float(each) for each in found.group(3, 4, 5)],
                             [series["now"], series["average"], series["peak"]])
            self.assertEqual(int(found.group(6) or 0), series["peakBucketsAgo"])
            step = int(lines[10].split()[0])
            for at, value in enumerate(series["peaks"]):
                column = "".join(line.ljust(79)[7 + at] for line in lines[1:12])
                height = -(-(value or 0) // step)
                self.assertEqual(column[:10], BLANK * (10 - height) + "|" * height)
                self.assertEqual(bool(KNOWN.match(column[10])), value is not None)


if __name__ == "__main__":
    unittest.main()
