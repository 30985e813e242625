#!/usr/bin/python3
"""show tech-support tcp is one document with everything, and netdiag diagnose finds in it elsewhere
what the device has found."""

import json
import os
import re
import subprocess
import tempfile
import time
import unittest

from control import CLIENT, SIM, TIMEOUT_S, Switch
from test_crowd import CONNECTIONS, CrowdedSwitch

COMMAND = "show tech-support tcp"
QUIET = ["--clock", "virtual", "--run", "60"]
FLOODED = ["--clock", "virtual", "--run", "20", "--scenario", "syn-flood"]
HEAD = ("schema", "command", "host", "time", "uptimeMs", "countersSinceMs")

# The parts that are what a command shows.
PARTS = {
    "thresholds": "show tcp thresholds",
    "statistics": "show tcp statistics",
    "stateTotals": "show tcp states",
    "listeners": "show tcp listeners detail",
    "owners": "show tcp owners",
    "holders": "show tcp pool",
    "connections": "show tcp connections",
    "closed": "show tcp closed",
    "memory": "show memory pools",
    "arp": "show arp",
    "ipv6Neighbors": "show ipv6 neighbors",
    "vlans": "show vlan ifindex",
    "vlanVerify": "show vlan ifindex verify",
    "interfaces": "show interfaces counters",
    "diagnosis": "show tcp diagnosis",
}


def without(answer, *names):
    return {name: value for name, value in answer.items() if name not in names}


def diagnose(*words, data=None, check=None):
    done = subprocess.run([CLIENT, "diagnose", *words], input=data, capture_output=True,
                          timeout=TIMEOUT_S, env=dict(os.environ, NETDIAG_SOCKET="/nowhere"))
    if check is not None:
        assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
    return done


class DocumentTest(unittest.TestCase):
    """On a virtual clock that stands still: every answer is of the same moment."""

    @classmethod
    def setUpClass(cls):
        cls.switches = {"quiet": Switch(*QUIET), "flooded": Switch(*FLOODED)}
        cls.texts = {name: switch.run(COMMAND, check=0).stdout
                     for name, switch in cls.switches.items()}

    @classmethod
    def tearDownClass(cls):
        for switch in cls.switches.values():
            switch.close()

    def of_each(self):
        return [(switch, self.texts[name]) for name, switch in self.switches.items()]

    def test_is_one_document_with_every_part(self):
        for text in self.texts.values():
            document = json.loads(text)
            self.assertEqual(set(document), {
                *HEAD, "version", "product", "stack", *PARTS, "scanners", "snmp", "snapshot"})
            self.assertEqual((document["schema"], document["command"]), (1, COMMAND))
            self.assertEqual(set(document["snmp"]), {"error"})  # no community is configured
            self.assertNotIn("error", json.dumps(without(document, "snmp")))

    def test_parts_are_what_their_commands_show(self):
        for switch, text in self.of_each():
            document = json.loads(text)
            for part, command in PARTS.items():
                alone = json.loads(switch.run(command + " json", check=0).stdout)
                self.assertEqual(without(document[part], "longestHoldNs"),
                                 without(alone, *HEAD, "longestHoldNs"), part)

    def test_word_json_changes_nothing(self):
        def same(text):
            return re.sub(rb'"longestHoldNs":\d+', b"", text)

        for switch, text in self.of_each():
            self.assertEqual(same(switch.run(COMMAND + " json", check=0).stdout), same(text))

    def test_pipe_has_the_same_document(self):
        done = subprocess.run([SIM, *FLOODED], input=COMMAND.encode() + b"\n",
                              capture_output=True, timeout=TIMEOUT_S)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        got, wanted = (json.loads(text) for text in (done.stdout, self.texts["flooded"]))
        self.assertEqual(got["snapshot"], wanted["snapshot"])
        self.assertEqual(got["diagnosis"], wanted["diagnosis"])

    def test_findings_elsewhere_are_those_of_the_device(self):
        codes = {}
        for name, text in self.texts.items():
            here = json.loads(self.switches[name].run("show tcp diagnosis json", check=0).stdout)
            document = json.loads(text)
            codes[name] = {finding["code"] for finding in here["findings"]}
            with tempfile.NamedTemporaryFile() as file:
                file.write(text)
                file.flush()
                there = json.loads(diagnose(file.name, "json", check=0).stdout)
            self.assertEqual(without(there, "command"),
                             without(here, "command", "countersSinceMs"), name)
            self.assertEqual(there["command"], "netdiag diagnose")
            self.assertEqual(without(there, *HEAD), document["diagnosis"])
        self.assertIn("syn-flood", codes["flooded"])
        self.assertNotIn("syn-flood", codes["quiet"])

    def test_text_elsewhere_is_that_of_the_device(self):
        for switch, text in self.of_each():
            here = switch.run("show tcp diagnosis", check=0).stdout
            done = diagnose("-", data=text, check=0)
            self.assertEqual((done.stdout, done.stderr), (here, b""))

    def test_other_numbers_in_the_snapshot_give_another_verdict(self):
        """The findings come from the snapshot, and not from those that stand in the file."""
        document = json.loads(self.texts["flooded"])
        document["snapshot"] = {"hasNow": True, "nowMs": document["uptimeMs"],
                                "thresholds": document["snapshot"]["thresholds"]}
        got = json.loads(diagnose("-", "json", data=json.dumps(document).encode(),
                                  check=0).stdout)
        self.assertEqual((got["verdict"], got["findings"]), ("ok", []))

    def test_unprivileged_person_may_have_it(self):
        done = subprocess.run([SIM, *QUIET], input=b"disable\n" + COMMAND.encode() + b"\n",
                              capture_output=True, timeout=TIMEOUT_S)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(json.loads(done.stdout)["command"], COMMAND)

    # ---- files that are none ----

    def assert_refused(self, data, *patterns):
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            done = diagnose(file.name)
            self.assertEqual((done.returncode, done.stdout), (1, b""), data[:80])
            lines = done.stderr.decode().splitlines()
            self.assertEqual(len(lines), 1, lines)
            self.assertTrue(lines[0].startswith("netdiag: %s: " % file.name), lines)
            for pattern in patterns:
                self.assertIn(pattern, lines[0])

    def changed(self, **members):
        return json.dumps(dict(json.loads(self.texts["flooded"]), **members)).encode()

    def with_snapshot(self, **members):
        snapshot = dict(json.loads(self.texts["flooded"])["snapshot"], **members)
        return self.changed(snapshot=snapshot)

    def test_file_that_is_no_document_is_refused(self):
        text = self.texts["flooded"]
        self.assert_refused(b"", "ends in the middle, in line 1: it is empty, or was cut short")
        self.assert_refused(b"\n\n", "it is empty, or was cut short")
        for size in (1, 100, len(text) // 2, len(text) - 2):
            self.assert_refused(text[:size], "ends in the middle", "cut short")
        self.assert_refused(b"sw1>show tech-support tcp\n" + text, "is no JSON: line 1, column ")
        self.assert_refused(text + text, "is no JSON: line ", "end of file expected")
        self.assert_refused(b"\xff\xfe{}", "is no JSON: line 1, column ")
        self.assert_refused(b"[" * 100000, "is no JSON: line 1", "maximum parsing depth")
        self.assert_refused(b'{"schema":1,"schema":1}', "is no JSON", "duplicate object key")
        self.assert_refused(self.with_snapshot(nowMs=2**63), "is no JSON", "too big integer")

    def test_document_of_something_else_is_refused(self):
        switch = self.switches["flooded"]
        for data in (b"{}", b"[]", b"3", b'{"schema":"1","command":"x"}'):
            self.assert_refused(data, 'is no answer of a netdiag: its head has no "schema" and')
        self.assert_refused(self.changed(schema=2), "schema is 2; this netdiag, ", "reads 1")
        self.assert_refused(switch.run("show version json", check=0).stdout,
                            'command is "show version"; legal is the answer of ' + COMMAND)
        self.assert_refused(json.dumps({"schema": 1, "command": COMMAND}).encode(),
                            'has no member "snapshot"')
        self.assert_refused(
            self.changed(snapshot={"error": {"code": "down", "text": "the stack\x1b[2J"}}),
            "has no snapshot: the device said: the stack?[2J")

    def test_member_that_is_not_legal_is_refused_by_its_path(self):
        cases = (
            ({"nowMs": -1}, "snapshot.nowMs is -1; legal is a whole number from 0 to "),
            ({"nowMs": "1"}, 'snapshot.nowMs is "1"; legal is a whole number from 0 to '),
            ({"hasNow": 1}, "snapshot.hasNow is 1; legal is true or false"),
            ({"trend": []}, "snapshot.trend is an array; legal is an object"),
            ({"trend": {"last": {"ms": 1.5}}}, "snapshot.trend.last.ms is 1.5; legal is a whole"),
            ({"thresholds": {}}, "snapshot.thresholds.syn-flood-age is missing, or 0; legal is"),
            ({"thresholds": {"syn-flood-age": 21}},
             "snapshot.thresholds.syn-flood-age is 21; legal is a whole number from 1 to 20"),
            ({"trend": {"memoryCount": 3}}, "snapshot.trend.memoryRefused has length 0; legal is 3"),
            ({"news": 1}, 'snapshot has a member "news", which this netdiag does not know'),
        )
        for members, pattern in cases:
            self.assert_refused(self.with_snapshot(**members), pattern)

    def test_file_of_another_version_says_of_which(self):
        document = json.loads(self.with_snapshot(news=1))
        document["version"] = "9.9.9"
        self.assert_refused(json.dumps(document).encode(), "(the file is of netdiag 9.9.9, this is")

    def test_file_of_other_bounds_names_those_of_this_one(self):
        trend = {"memoryRefused": [0] * 10000}
        self.assert_refused(self.with_snapshot(trend=trend),
                            "snapshot.trend.memoryRefused has length 10000; legal is ",
                            "CONFIG_NETDIAG_MEMORY_POOLS=")

    def test_file_that_cannot_be_read_says_why(self):
        for path, reason in (("/nowhere/file", b"cannot be opened: "),
                             ("/", b"cannot be read: ")):
            done = diagnose(path)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(b"netdiag: %s: %s" % (path.encode(), reason), done.stderr)
        done = diagnose("-", data=b"x")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"netdiag: standard input: is no JSON", done.stderr)

    def test_words_that_are_wrong_are_a_usage(self):
        for words in ((), ("x", "text"), ("x", "json", "json"), ("x", "-s", "/tmp"),
                      ("x", "-c", "show version"), ("x", "--check"), ("x", "--warning", "3")):
            done = diagnose(*words)
            self.assertEqual((done.returncode, done.stdout), (2, b""), words)
            self.assertIn(b"netdiag -h", done.stderr)
        self.assertIn(b"netdiag diagnose FILE [json]",
                      subprocess.run([CLIENT, "-h"], capture_output=True, check=True,
                                     timeout=TIMEOUT_S).stdout)

    def test_output_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([CLIENT, "diagnose", "-"], input=self.texts["quiet"],
                                  stdout=full, stderr=subprocess.PIPE, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"the output cannot be written", done.stderr)


class CrowdTest(unittest.TestCase):
    """Of 10,000 connections the document has some, and counts and judges all."""

    def setUp(self):
        self.switch = CrowdedSwitch()
        self.addCleanup(self.switch.close)

    def test_document_is_bounded(self):
        before = time.monotonic()
        text = self.switch.ask(COMMAND)
        took = time.monotonic() - before
        document = json.loads(text)
        connections = document["connections"]
        self.assertEqual((connections["total"], connections["shown"]), (CONNECTIONS, 1000))
        self.assertEqual(len(connections["connections"]), 1000)
        self.assertEqual(document["statistics"]["states"]["established"], CONNECTIONS)
        self.assertEqual(document["holders"]["held"], CONNECTIONS)
        self.assertEqual(document["owners"]["total"], CONNECTIONS)
        self.assertLess(len(text), 1000000)
        self.assertLess(took, 20)
        print("%d bytes in %.0f ms" % (len(text), took * 1000))
        done = diagnose("-", "json", data=text.encode(), check=0)
        self.assertEqual(without(json.loads(done.stdout), *HEAD), document["diagnosis"])

    def test_ctrl_c_stops_it_and_the_next_one_works(self):
        self.switch.type(COMMAND.encode() + b"\r")
        self.switch.wait_for(rb"--More--")
        self.switch.type(b"\x03")
        self.switch.wait_for(rb"stopped\r\nsw1[>#]$")
        # Who waits long is shown how far it is, in a line that is cleared before the answer
        self.assertRegex(self.switch.type_command(
            b"show tech-support tcp | include congestionWindow | count"), r"[\r\n]1000\r\n")


if __name__ == "__main__":
    unittest.main()
