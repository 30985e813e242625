#!/usr/bin/python3
"""terminal language: people read explanations in Chinese, programs read what they always read."""

import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scenarios
from control import CLIENT, SIM, TIMEOUT_S, Switch, Terminal
from test_transcripts import LISTED, path_of

COLUMNS = 79
CHINESE = "terminal language zh"
HAS_CHINESE = scenarios.speaks_chinese()

# Words of Latin that belong to the Chinese texts, two or more in a row.
KNOWN = re.compile(r"clear tcp connection|address\s+in use|quiet time")
COMMAND = re.compile(r"(  下一步：  |  Next:     | {12})(show|ping|lsof|clear|netstat) ")
HEAD = re.compile(r"(?:提示|警告|严重|info|warning|critical)  ([a-z-]+)(?:  [A-Z-]+\d?)?$")
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")


def columns_of(line):
    """Columns on a screen, by Python's own table of widths."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def paragraphs(text):
    """The texts without their heads and commands, each as one line."""
    lines = [line for line in text.splitlines() if not COMMAND.match(line) and not HEAD.match(line)]
    return KNOWN.sub("", " ".join(line.strip() for line in lines))


def heads(text):
    """The codes of the findings."""
    return re.findall(HEAD.pattern, text, re.MULTILINE)


def commands(text):
    """What to type next."""
    return [COMMAND.sub(r"\2 ", line) for line in text.splitlines() if COMMAND.match(line)]


def diagnose(*words, data=None):
    return subprocess.run([CLIENT, "diagnose", *words], input=data, capture_output=True,
                          timeout=TIMEOUT_S, check=False)


@unittest.skipUnless(HAS_CHINESE, "built without CONFIG_NETDIAG_LANGUAGE_ZH")
class ScenarioTest(unittest.TestCase):
    """Each scenario, at the moment of its transcript."""

    def check(self, name):
        with open(path_of(name), encoding="utf-8") as file:
            typed = re.findall(r"^sw1#(.*)", file.read(), re.MULTILINE)
        before = typed[:typed.index("show tcp diagnosis")]
        english, chinese = (
            scenarios.switch([*before, line, "show tcp diagnosis"], "--run", "120")
            for line in ("terminal language en", CHINESE))
        self.assertEqual(heads(english), heads(chinese))
        self.assertEqual(commands(english), commands(chinese))
        self.assertIsNone(ENGLISH.search(paragraphs(chinese)), paragraphs(chinese))
        if name != "normal":
            self.assertIsNotNone(ENGLISH.search(paragraphs(english)))
        for line in chinese.splitlines():
            if not COMMAND.match(line):
                self.assertLessEqual(columns_of(line), COLUMNS, line)
        self.assertEqual(chinese.count("  证据：    "), len(heads(english)))


def of_scenario(name):
    return lambda self: self.check(name)


for scenario in LISTED:
    setattr(ScenarioTest, "test_%s_is_chinese_throughout" % scenario.replace("-", "_"),
            of_scenario(scenario))


@unittest.skipUnless(HAS_CHINESE, "built without CONFIG_NETDIAG_LANGUAGE_ZH")
class ProgramTest(unittest.TestCase):
    """What programs read is the same in every language. The switch's time stands still."""

    @classmethod
    def setUpClass(cls):
        cls.switch = Switch("--clock", "virtual", "--run", "120")
        cls.switch.run("simulate syn-flood", "wait 54", check=0)

    @classmethod
    def tearDownClass(cls):
        cls.switch.close()

    def ask(self, *commands):
        text = self.switch.run(*commands, check=0).stdout.decode()
        return re.sub(r'("longestHoldNs":|held for )[\d.]+', r"\g<1>0", text)

    def test_json_is_unchanged(self):
        for command in ("show tcp diagnosis json", "show tcp states json",
                        "show tcp states syn-received json", "show tcp check json",
                        "show tcp thresholds json", "show tech-support tcp"):
            self.assertEqual(self.ask(CHINESE, command), self.ask(command), command)
            self.assertTrue(self.ask(CHINESE, command).isascii(), command)

    def test_text_that_explains_nothing_is_unchanged(self):
        for command in ("show tcp check", "show tcp statistics", "show tcp connections",
                        "show tcp connections detail", "show tcp brief", "show tcp pool",
                        "show tcp listeners detail", "show tcp closed", "show tcp thresholds",
                        "show memory pools", "show vlan ifindex", "netstat -nat", "lsof -i:80"):
            self.assertEqual(self.ask(CHINESE, command), self.ask(command), command)

    def test_diagnosis_elsewhere_speaks_it_too(self):
        document = self.ask("show tech-support tcp").encode()
        with tempfile.NamedTemporaryFile() as file:
            file.write(document)
            file.flush()
            got = {words: diagnose(*words[:1], file.name, *words[1:])
                   for words in (("--language=zh",), ("--language=en",), ("--",))}
            self.assertEqual(diagnose(file.name, "json", "--language", "zh").stdout,
                             diagnose(file.name, "json").stdout)
        for done in got.values():
            self.assertEqual((done.returncode, done.stderr), (0, b""))
        chinese, english = self.ask(CHINESE, "show tcp diagnosis"), self.ask("show tcp diagnosis")
        self.assertIn("受到 SYN 洪水攻击", chinese)
        self.assertEqual(got["--language=zh",].stdout.decode(), chinese)
        self.assertEqual(got["--language=en",].stdout.decode(), english)
        self.assertEqual(got["--",].stdout.decode(), english)


@unittest.skipUnless(HAS_CHINESE, "built without CONFIG_NETDIAG_LANGUAGE_ZH")
class SessionTest(unittest.TestCase):
    def setUp(self):
        self.switch = Switch("--clock", "virtual", "--run", "120")
        self.addCleanup(self.switch.close)

    def shell(self):
        terminal = Terminal(CLIENT, "-s", self.switch.path)
        self.addCleanup(terminal.close)
        terminal.wait_for(rb"sw1>$")
        return terminal

    def ask(self, terminal, line):
        terminal.type(line.encode() + b"\r")
        return terminal.wait_for(rb"\r\nsw1>$").replace("\r", "")

    def test_each_session_has_its_own(self):
        chinese, english = self.shell(), self.shell()
        self.ask(chinese, CHINESE)
        for _ in range(3):
            self.assertIn("半连接", self.ask(chinese, "show tcp states"))
            self.assertIn("half-open", self.ask(english, "show tcp states"))
        self.ask(english, CHINESE)
        self.ask(chinese, "terminal language en")
        self.assertIn("half-open", self.ask(chinese, "show tcp states"))
        self.assertIn("半连接", self.ask(english, "show tcp states"))
        self.assertIn("half-open", self.ask(self.shell(), "show tcp states"))  # the default
        for terminal in (chinese, english):
            terminal.type(b"exit\r")
            terminal.end()

    def test_log_and_monitor_stay_english(self):
        shell = self.shell()
        for line in (CHINESE, "terminal monitor"):
            self.ask(shell, line)
        self.switch.run("simulate close-wait", "wait 145", check=0)
        pattern = r"%TCP-4-CLOSE_WAIT_LEAK: \d+ connections of leaky in CLOSE-WAIT on port 8080: "
        self.assertRegex(shell.wait_for(rb"CLOSE_WAIT_LEAK: .*\r\n"), pattern)
        with open(os.path.join(self.switch.state, "log"), encoding="utf-8") as file:
            self.assertRegex(file.read(), pattern)

    def test_filters_take_chinese(self):
        shell = self.shell()
        self.ask(shell, CHINESE)
        self.assertEqual(self.ask(shell, "show tcp states | include 半连接").count("半连接"), 2)


@unittest.skipIf(HAS_CHINESE, "built with CONFIG_NETDIAG_LANGUAGE_ZH")
class AbsentTest(unittest.TestCase):
    def test_says_what_would_bring_it_back(self):
        done = subprocess.run([SIM, "--clock", "virtual"], input=(CHINESE + "\n").encode(),
                              capture_output=True, timeout=TIMEOUT_S, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr, b'%% not in this build: "%s" (CONFIG_NETDIAG_LANGUAGE_ZH is '
                                      b'not set)\n' % CHINESE.encode())
        self.assertEqual(scenarios.switch(["terminal language en"]), "")

    def test_client_says_it_too(self):
        done = diagnose("-", "--language", "zh", data=b"{}")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"--language zh is not in this build: CONFIG_NETDIAG_LANGUAGE_ZH is not set",
                      done.stderr)


class ClientTest(unittest.TestCase):
    def test_words_that_are_wrong_are_a_usage(self):
        for words, why in ((("-", "--language", "fr"), b'--language is "fr"; legal are en and zh'),
                           (("-", "--language"), b'"--language" lacks its value'),
                           (("-", "--language", "en", "-s", "/tmp"),
                            b"no option but --language goes with it")):
            done = diagnose(*words, data=b"{}")
            self.assertEqual((done.returncode, done.stdout), (2, b""), words)
            self.assertIn(why, done.stderr)
        done = subprocess.run([CLIENT, "--language", "en", "-c", "show version"],
                              capture_output=True, timeout=TIMEOUT_S, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"--language goes with diagnose", done.stderr)


if __name__ == "__main__":
    unittest.main()
