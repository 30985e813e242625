#!/usr/bin/python3
"""What a person sees of each scenario: the transcripts that the README leads to.

    test_transcripts.py            compares them with what the switch prints now
    test_transcripts.py --write    writes them anew (make transcripts)
"""

import os
import re
import sys
import unittest

import scenarios

DIRECTORY = "tests/golden/scenarios"
CHINESE = ("close-wait", "half-open", "syn-flood")  # and these in Chinese, in a directory beside it
BEFORE_S = 120
ENDLESS_S = 120  # how long one is let go on that does not end by itself
EVERY_S = 5
AFTER_S = 90  # of the end, when the last finding has cleared
PROMPT = "sw1#"

LISTED = scenarios.listed()


def moment_of(name):
    """After how many seconds the diagnosis has most to say."""
    seconds = LISTED[name]["seconds"] or ENDLESS_S
    looks = range(EVERY_S, seconds, EVERY_S)
    lines = ["simulate " + name] + ["wait %d" % EVERY_S, "show tcp diagnosis json"] * len(looks)
    found = [len(got["findings"]) for got in scenarios.answers(lines, "--run", str(BEFORE_S))]
    return max(looks, key=lambda second: (found[looks.index(second)], second))


def lines_of(name):
    """The diagnosis at that moment, the states, and the diagnosis after the end."""
    if name == "normal":
        return ["show tcp diagnosis", "show tcp states"]
    seconds, moment_s = LISTED[name]["seconds"], moment_of(name)
    lines = ["simulate " + name, "wait %d" % moment_s, "show tcp diagnosis", "show tcp states"]
    if seconds is None:
        return lines + ["simulate normal", "wait %d" % AFTER_S, "show tcp diagnosis"]
    return lines + ["wait %d" % (seconds - moment_s + AFTER_S), "show tcp diagnosis"]


def transcript(lines):
    """Each command as it is typed, and what it prints."""
    options = ["--run", str(BEFORE_S)]
    text = "$ netdiag-sim --clock virtual %s\n" % " ".join(options)
    # The time of day stands before each answer, and says where it begins
    marked = [part for line in lines for part in ("show clock", line)]
    parts = re.split(r"^\*?\d\d:\d\d:\d\d\.\d{3} .*\n", scenarios.switch(marked, *options),
                     flags=re.MULTILINE)[1:]
    assert len(parts) == len(lines), parts
    for line, part in zip(lines, parts):
        text += PROMPT + line + "\n" + part
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def path_of(name, language=""):
    return os.path.join(DIRECTORY + language, name + ".txt")


# Which segments a bad line loses, and so what it looks like, depends on the stack's version.
LWIP = "lwIP 2.2.1"


class TranscriptTest(unittest.TestCase):
    maxDiff = None

    def check(self, name, language=""):
        if name == "lossy" and LWIP not in scenarios.switch(["show version"]):
            self.skipTest("its transcript is of " + LWIP)
        with open(path_of(name, language), encoding="utf-8") as file:
            written = file.read()
        typed = [line[len(PROMPT):] for line in written.splitlines() if line.startswith(PROMPT)]
        self.assertEqual(transcript(typed), written)

    def test_every_scenario_has_one(self):
        self.assertEqual({each[:-len(".txt")] for each in os.listdir(DIRECTORY)}, set(LISTED))

    def test_some_are_in_chinese_too(self):
        if not scenarios.speaks_chinese():
            self.skipTest("built without CONFIG_NETDIAG_LANGUAGE_ZH")
        for name in CHINESE:
            with self.subTest(name):
                self.check(name, "_zh")


def of_scenario(name):
    return lambda self: self.check(name)


for scenario in LISTED:
    setattr(TranscriptTest, "test_%s_is_as_the_switch_prints_it" % scenario.replace("-", "_"),
            of_scenario(scenario))


def write():
    os.makedirs(DIRECTORY, exist_ok=True)
    os.makedirs(DIRECTORY + "_zh", exist_ok=True)
    for name in LISTED:
        lines = lines_of(name)
        with open(path_of(name), "w", encoding="utf-8") as file:
            file.write(transcript(lines))
        if name in CHINESE:
            with open(path_of(name, "_zh"), "w", encoding="utf-8") as file:
                file.write(transcript(["terminal language zh", *lines]))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        unittest.main()
