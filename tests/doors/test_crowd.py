#!/usr/bin/python3
"""10,000 connections that talk: every door of their switch answers, and the tables are complete.

The connections are made of frames, each with a handshake of its own (tests/integration/crowd.h).
"""

import json
import os
import re
import statistics
import subprocess
import tempfile
import time
import unittest

from control import CLIENT, TIMEOUT_S, Terminal

VARIANT = os.environ.get("NETDIAG_VARIANT", "release")
SWITCH = os.path.abspath(os.environ.get(
    "NETDIAG_CROWDED_SWITCH", "build/%s/tests/doors/crowded_switch" % VARIANT))
CONNECTIONS = 10000
FIRST_PORT = 1024
DIAGNOSES = 9
DIAGNOSIS_S = 0.050
LAST_LINE = r"%d connections, %d shown; the stack was held for \d+\.\d us at most$"


class CrowdedSwitch(Terminal):
    """Has a console on a pseudo terminal, and the control socket."""

    timeout_s = TIMEOUT_S

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "control")
        super().__init__(SWITCH, str(CONNECTIONS), self.path)
        self.wait_for(rb"sw1>$")

    def type_command(self, line):
        self.type(line + b"\r")
        return self.wait_for(rb"\r\nsw1[>#]$")

    def ask(self, *commands):
        """What the client of the control socket prints."""
        arguments = [word for command in commands for word in ("-c", command)]
        done = subprocess.run([CLIENT, "-s", self.path, *arguments], capture_output=True,
                              timeout=TIMEOUT_S)
        assert (done.returncode, done.stderr) == (0, b""), (done.returncode, done.stderr)
        return done.stdout.decode()

    def close(self):
        self.type(b"exit\r")
        status = self.end()
        super().close()
        self.directory.cleanup()
        assert status == 0, status


class CrowdTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.switch = CrowdedSwitch()

    @classmethod
    def tearDownClass(cls):
        cls.switch.close()

    def assert_each_once(self, remotes):
        """Such as 10.0.10.2:1024. unittest's own comparison of long lists can take minutes."""
        everyone = {"10.0.10.2:%d" % (FIRST_PORT + i) for i in range(CONNECTIONS)}
        self.assertEqual(len(remotes), CONNECTIONS)
        self.assertEqual((sorted(everyone - set(remotes))[:9], sorted(set(remotes) - everyone)[:9]),
                         ([], []), "those missed, and those that are not there")

    def assert_complete(self, rows):
        """IDs are all different, and so are the ports of the peer."""
        self.assertEqual(len({row["id"] for row in rows}), CONNECTIONS)
        self.assert_each_once(["%(address)s:%(port)d" % row["remote"] for row in rows])
        self.assertEqual({(row["local"]["address"], row["local"]["port"]) for row in rows},
                         {("10.0.10.1", 8080)})
        self.assertEqual({(row["state"], row["owner"]) for row in rows},
                         {("established", "crowd")})

    def test_json_over_the_control_socket_has_each_once(self):
        answer = json.loads(self.switch.ask("show tcp connections json"))
        self.assertEqual((answer["total"], answer["shown"]), (CONNECTIONS, CONNECTIONS))
        self.assertNotIn("error", answer)
        self.assert_complete(answer["connections"])

    def test_json_on_a_pipe_has_each_once(self):
        path = os.path.join(self.switch.directory.name, "second")
        done = subprocess.run([SWITCH, str(CONNECTIONS), path], capture_output=True,
                              input=b"show tcp connections json\n", timeout=TIMEOUT_S)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assert_complete(json.loads(done.stdout)["connections"])

    def test_text_over_the_control_socket_has_each_once(self):
        head, *rows, last = self.switch.ask("show tcp connections").splitlines()
        self.assertTrue(head.startswith("Id "), head)
        self.assert_each_once([row.split()[2] for row in rows])
        self.assertRegex(last, "^" + LAST_LINE % (CONNECTIONS, CONNECTIONS))

    def test_ids_stay_while_they_talk(self):
        first, later = (
            {row["id"]: row["remote"]["port"]
             for row in json.loads(self.switch.ask(command))["connections"]}
            for command in ("show tcp connections json", "show tcp brief json"))
        self.assertEqual(len(first), CONNECTIONS)
        changed = [name for name, port in first.items() if later.get(name) != port]
        self.assertEqual((changed[:9], len(later)), ([], CONNECTIONS))

    def test_filter_finds_one_of_them(self):
        rows = self.switch.ask("show tcp connections remote-port 11023").splitlines()
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[1].split()[2], "10.0.10.2:11023")
        self.assertRegex(rows[2], "^" + LAST_LINE % (CONNECTIONS, 1))

    def test_statistics_and_owners_agree(self):
        answer = json.loads(self.switch.ask("show tcp statistics json"))
        self.assertEqual(answer["states"]["established"], CONNECTIONS)
        self.assertEqual(answer["states"]["listen"], 1)
        self.assertEqual(sum(answer["states"].values()), CONNECTIONS + 1)
        self.assertEqual(answer["rfc4022"]["currEstab"], CONNECTIONS)
        self.assertEqual(answer["rfc4022"]["passiveOpens"], CONNECTIONS)
        self.assertEqual(answer["pool"]["used"], CONNECTIONS)
        self.assertRegex(self.switch.ask("show tcp owners"),
                         r"crowd +%d +%d ESTABLISHED" % (CONNECTIONS, CONNECTIONS))

    @unittest.skipUnless(VARIANT == "release", "says nothing of a build with a sanitizer")
    def test_diagnosis_of_them_takes_50_ms(self):
        def took():
            start = time.monotonic()
            self.assertIn("Looked at %d connections, 1 listener" % CONNECTIONS,
                          self.switch.ask("show tcp diagnosis"))
            return time.monotonic() - start

        self.assertLess(statistics.median(took() for _ in range(DIAGNOSES)), DIAGNOSIS_S)

    def test_they_talk(self):
        def received():
            answer = json.loads(self.switch.ask("show tcp statistics json"))
            return answer["rcvd"]["inSequencePackets"]

        before, deadline = received(), time.monotonic() + TIMEOUT_S
        while received() <= before:
            self.assertLess(time.monotonic(), deadline)

    def test_console_answers(self):
        self.switch.type_command(b"terminal length 0")
        text = self.switch.type_command(b"show tcp connections | count")
        self.assertIn("\r\n%d\r\n" % (CONNECTIONS + 2), text)
        text = self.switch.type_command(b"show tcp connections")
        self.assert_each_once(re.findall(r"10\.0\.10\.2:\d+(?= )", text))
        self.assertRegex(text.splitlines()[-2], "^" + LAST_LINE % (CONNECTIONS, CONNECTIONS))

    def test_page_says_how_many_connections_were_above_it(self):
        """Where the page is not turned at once: 40 are, and say nothing."""
        switch, shown = self.switch, 0
        switch.resize(24, 132)
        self.addCleanup(switch.resize, 24, 80)
        switch.type(b"terminal length 24\rshow tcp connections\r" + 40 * b" ")
        for page in (40, 41):
            seen = switch.wait_for(rb" --More-- \(\d+ of 10000 connections\) $")
            shown += len(re.findall(r"10\.0\.10\.2:\d+(?= )", seen))
            self.assertEqual(re.findall(r"\((\d+) of", seen), [str(22 + 23 * page)])
            self.assertEqual(shown, 22 + 23 * page)
            switch.type(b" " if page == 40 else b"q")
        switch.wait_for(rb"sw1>$")
        switch.type_command(b"terminal length 0")

    def test_console_answers_while_a_client_reads_nothing(self):
        with subprocess.Popen([CLIENT, "-s", self.switch.path, "-c", "show tcp connections"],
                              stdout=subprocess.PIPE) as client:
            client.stdout.read(1)
            self.assertIn("%d established," % CONNECTIONS,
                          self.switch.type_command(b"show tcp statistics"))
            rest = client.stdout.read()
        self.assertEqual(len(rest.splitlines()), CONNECTIONS + 2)


if __name__ == "__main__":
    unittest.main()
