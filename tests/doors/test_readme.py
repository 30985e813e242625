#!/usr/bin/python3
"""What README.md shows is what the switch prints now.

A transcript is of `--run 60`, or of what the sentence before it says: "After `--run 120`, `simulate
syn-flood` and `wait 55`:". ` …` stands for lines that are left out, or for the rest of one.
"""

import os
import re
import subprocess
import unittest

import scenarios

README = "README.md"
PROMPT = re.compile(r"sw1[>#](.*)")
CUT = " …"
# One is a screen; the other has somebody who came over SSH.
ELSEWHERE = ("monitor tcp interval 5", "show users")
# A pointer is not as wide everywhere, so that rows of pools are not as large.
NARROW = "armhf" in os.environ.get("NETDIAG_VARIANT", "")
LWIP = "lwIP 2.2.1"


def transcripts():
    """The sentence before each, and its commands with what they print."""
    before = ""
    with open(README, encoding="utf-8") as file:
        parts = re.split(r"\n\n(?!    )", file.read())
    for part in (line for part in parts for line in part.split("\n\n    ", 1)):
        rows = [re.sub("^    ", "", line) for line in part.split("\n")]
        if any(PROMPT.match(row) for row in rows):
            yield before, said_of(rows)
        before = part


def said_of(rows):
    commands = []
    for row in rows:
        typed = PROMPT.match(row)
        if typed:
            commands.append((typed[1], []))
        elif commands:
            commands[-1][1].append(row)
    return commands


def preparation(sentence):
    """Options, and commands before those that are shown."""
    said = re.search(r"\b(?:After|With) ([^.:]*):$", sentence)
    words = re.findall(r"`([^`]+)`", said[1]) if said else []
    options = [word for given in words if given.startswith("--") for word in given.split()]
    if "--run" not in options:
        options += ["--run", "60"]
    return options, [word for word in words if not word.startswith("--")]


def plain(rows, command):
    """Without what differs from run to run, and where a terminal and a pipe differ."""
    text = "\n".join(row.rstrip() for row in rows
                     if row != command and not re.fullmatch(r" *\^", row))
    text = re.sub(r"held for [\d.]+ us|0x[0-9a-f]+|\"longestHoldNs\":\d+", "~", text)
    return text.strip("\n")


def pattern(text):
    """What matches `text`, whatever stands where something is left out."""
    lines = [re.escape(line[:-len(CUT)]) + ".*" if line.endswith(CUT) and line != CUT else
             r"(?:.*\n)*?.*" if line == CUT else re.escape(line) for line in text.split("\n")]
    return "\n".join(lines)


def run(options, lines):
    done = subprocess.run([scenarios.SIM, "--clock", "virtual", *options],
                          input="".join(line + "\n" for line in lines), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=scenarios.TIMEOUT_S, check=False)
    return done.stdout


class ReadmeTest(unittest.TestCase):
    maxDiff = None

    def test_transcripts_are_as_the_switch_prints_them(self):
        if LWIP not in scenarios.switch(["show version"]):
            self.skipTest("its transcripts are of " + LWIP)
        shown = 0
        for sentence, commands in transcripts():
            options, before = preparation(sentence)
            typed = [command for command, _ in commands]
            if any(command in ELSEWHERE or command == "exit" and len(typed) == 1
                   for command in typed):
                continue
            marked = [line for command in typed for line in ("show clock", command)]
            parts = re.split(r"^\*?\d\d:\d\d:\d\d\.\d{3} .*\n", run(options, before + marked),
                             flags=re.MULTILINE)[1:]
            self.assertEqual(len(parts), len(commands), typed)
            for (command, expected), part in zip(commands, parts):
                if NARROW and command == "sh memory pools":
                    continue
                expected, part = plain(expected, command), plain(part.split("\n"), command)
                if not re.fullmatch(pattern(expected), part):
                    self.fail("%s %s: %s\n%s\n--- and now\n%s" % (options, before, command,
                                                                  expected, part))
                shown += 1
        self.assertGreater(shown, 40)


if __name__ == "__main__":
    unittest.main()
