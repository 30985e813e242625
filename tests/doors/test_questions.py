#!/usr/bin/python3
"""The questions that troubleshooting begins with, and where the switch answers them."""

import contextlib
import json
import os
import socket
import tempfile
import time
import unittest

import scenarios
from control import TIMEOUT_S, Switch, free_port
from scenarios import BOOT_MS, FIN, Live

setUpModule = scenarios.needs_hooks


def shown(device, command):
    """What a command prints, as lines of words."""
    return [line.split() for line in
            device.run(command, check=0).stdout.decode().splitlines()]


class OpenPortTest(unittest.TestCase):
    """Who opened port N?"""

    def test_a_program_that_said_so_is_named(self):
        with contextlib.closing(Live("close-wait")) as device:
            device.until(20)
            held = shown(device, "lsof -i:8080")
            rows = shown(device, "netstat -nat | grep :8080")
            owner = device.listeners()[8080]["owner"]
            findings = device.findings()
        self.assertEqual(owner, "leaky")
        self.assertEqual({words[0] for words in held[1:]}, {"leaky"})
        self.assertEqual(sum(words[-1] == "(LISTEN)" for words in held), 1)
        self.assertEqual(sum(words[-1] == "LISTEN" for words in rows), 1)
        self.assertEqual(len(rows), len(held) - 1)
        self.assertNotIn("unknown-listener", findings)

    def test_one_that_did_not_is_known_by_its_function(self):
        with contextlib.closing(Live("backdoor")) as device:
            device.until(10)
            listener = device.listeners()[31337]
            finding = device.findings()["unknown-listener"]
            detail = device.run("show tcp listeners detail", check=0).stdout.decode()
            device.run("simulate normal", check=0)
            device.wait(10)
            self.assertNotIn(31337, device.listeners())
            self.assertNotIn("unknown-listener", device.findings())
        self.assertIsNone(listener["owner"])
        self.assertIn("port 31337, accept function " + listener["acceptSymbol"], finding["text"])
        self.assertIn(listener["acceptSymbol"], detail)
        self.assertIn("backdoor", finding["causes"][0])


class EstablishedTest(unittest.TestCase):
    """Which program has these ESTABLISHED?"""

    def test_owners_have_as_many_as_there_are_rows(self):
        with contextlib.closing(Live("pool-full")) as device:
            device.until(20)
            rows = device.rows("state established")
            owners = device.ask("show tcp owners")["owners"]
            held = shown(device, "lsof -i:8085")
        counts = {each["owner"]: each["states"]["established"] for each in owners}
        for owner in {row["owner"] for row in rows}:
            self.assertEqual(counts[owner], sum(row["owner"] == owner for row in rows), owner)
        self.assertEqual(max(counts, key=counts.get), "collectord")
        self.assertEqual(sum(words[-1] == "(ESTABLISHED)" and words[0] == "collectord"
                             for words in held), counts["collectord"])


class FloodTest(unittest.TestCase):
    """Is this a SYN flood?"""

    def accepted(self, device):
        return device.ask("show tcp statistics")["connections"]["accepted"]

    def test_half_open_connections_that_nobody_completes_are_one(self):
        with contextlib.closing(Live("syn-flood")) as device:
            device.until(15)
            finding = device.findings()["syn-flood"]
            old = [row for row in device.rows("state syn-received") if row["stateMs"] >= 3000]
        self.assertIn("SYN flood on port 80 (httpd)", finding["text"])
        self.assertIn("look forged", finding["text"])
        self.assertGreater(len(old), 10)

    def test_hundreds_of_healthy_connections_a_second_are_none(self):
        with contextlib.closing(Live("busy")) as device:
            for _ in range(4):
                before = self.accepted(device)
                device.wait(10)
                self.assertGreater(self.accepted(device) - before, 10 * 200)
                diagnosis = device.ask("show tcp diagnosis")
                self.assertEqual((diagnosis["verdict"], diagnosis["findings"]), ("ok", []))
            state, = device.ask("show tcp states syn-received")["states"]
        # Many have been half-open, none for long: that is what tells the two apart
        self.assertGreater(state["entered"], 40 * 200)
        self.assertLess(state["now"], 10)
        self.assertLess(state["longestMs"], 3000)


class FinTest(unittest.TestCase):
    """Did the client send a FIN, or did it go without one?"""

    def run_scenario(self, name, port):
        """Its connections after 20 s, the records of them at the end, and which sent a FIN."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "pcap")
            with contextlib.closing(Live(name, "--pcap", path)) as device:
                device.until(20)
                rows = [row for row in device.rows("local-port %d" % port)
                        if row["ageMs"] < 20000 and row["idleMs"] > 5000]
                looked_ms = BOOT_MS + device.ask("show clock")["uptimeMs"]
                device.run("simulate normal", check=0)
                device.wait(5)
                ids = {row["id"] for row in rows}
                closed = [row for row in device.ask("show tcp closed")["closed"]
                          if row["id"] in ids]
            finished = {segment.remote for segment in scenarios.captured(path)
                        if segment.inbound and segment.has(FIN) and segment.ms <= looked_ms}
        self.assertGreater(len(rows), 10)
        self.assertGreater(len(closed), 10)
        return rows, closed, finished

    def test_with_one_the_server_is_in_close_wait(self):
        rows, closed, finished = self.run_scenario("close-wait", 8080)
        self.assertEqual({row["state"] for row in rows}, {"closeWait"})
        self.assertLessEqual({(row["remote"]["address"], row["remote"]["port"])
                              for row in rows}, finished)
        self.assertEqual({row["firstFin"] for row in closed}, {"peer"})

    def test_without_one_the_server_stays_established(self):
        rows, closed, finished = self.run_scenario("half-open", 7070)
        self.assertEqual({row["state"] for row in rows}, {"established"})
        self.assertFalse({(row["remote"]["address"], row["remote"]["port"])
                          for row in rows} & finished)
        self.assertEqual({(row["end"], row["firstFin"]) for row in closed}, {("reset", None)})

    def test_states_say_what_to_make_of_it(self):
        with contextlib.closing(Live("normal", before_s=10)) as device:
            for state, said in (("established", "went away without a FIN"),
                                ("close-wait", "goes away with a FIN is here")):
                got, = device.ask("show tcp states " + state)["states"]
                self.assertIn(said, " ".join(got["suspect"]))


class BothPilesTest(unittest.TestCase):
    """On the real clock, as a client of the host comes in on that alone."""

    SILENCE_S = 1

    def test_both_piles_of_one_address_are_a_client_that_comes_again(self):
        port = free_port()
        switch = Switch("--forward", "tcp:127.0.0.1:%d-10.0.10.1:7070" % port)
        self.addCleanup(switch.close)
        switch.run("tcp threshold reconnect-silence %d" % self.SILENCE_S, check=0)
        clients = []
        # More than the five of the ordinary day at most, which are as quiet for so short
        for has_fin in (False, True) * 3:
            client = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
            self.addCleanup(client.close)
            clients.append(client)
            if has_fin:
                client.shutdown(socket.SHUT_WR)
            time.sleep(self.SILENCE_S + 0.3)
        rows = json.loads(switch.run("show tcp connections local-port 7070 json",
                                     check=0).stdout)["connections"]
        findings = json.loads(switch.run("show tcp diagnosis json", check=0).stdout)["findings"]
        mine = [row for row in rows if row["remote"]["address"] == "10.0.10.2"]
        self.assertEqual(sorted(row["state"] for row in mine),
                         3 * ["closeWait"] + 3 * ["established"])
        finding, = [each for each in findings if each["code"] == "reconnecting-client"]
        evidence = finding["evidence"]
        self.assertEqual(
            [evidence[key] for key in ("remote", "port", "owner", "connections", "established",
                                       "closeWait")], ["10.0.10.2", 7070, "export", 6, 3, 3])
        self.assertIn("3 in ESTABLISHED, 3 in CLOSE-WAIT", finding["text"])
        self.assertTrue(any("both piles from one address" in cause
                            for cause in finding["causes"]))


class BindTest(unittest.TestCase):
    """Why can the server not bind, and when can it?"""

    def test_because_of_time_wait_and_when_the_last_of_it_ends(self):
        with contextlib.closing(Live("time-wait")) as device:
            device.until(30)
            rows = device.rows("local-port 8084")
            finding = device.findings()["bind-blocked"]
            state, = device.ask("show tcp states time-wait")["states"]
            last_ms = max(row["freeMs"] for row in rows)
            self.assertNotIn(8084, device.listeners())
            device.wait(last_ms // 1000 - 1)
            self.assertNotIn(8084, device.listeners())
            device.wait(3)
            self.assertIn(8084, device.listeners())
        self.assertEqual({row["state"] for row in rows}, {"timeWait"})
        self.assertEqual(finding["evidence"]["freeMs"], last_ms)
        self.assertIn("Port 8084 (restartd) has no listener", finding["text"])
        self.assertIn("address in use", finding["text"] + " ".join(state["suspect"]))

    def test_and_if_the_client_closes_first_it_can_at_once(self):
        """The remedy: what the peer closed first leaves nothing behind on its port."""
        with contextlib.closing(Live("close-wait")) as device:
            device.until(20)
            device.run("simulate normal", check=0)
            device.wait(5)
            self.assertNotIn(8080, device.listeners())
            self.assertEqual(device.rows("local-port 8080"), [])
            self.assertNotIn("bind-blocked", device.findings())


if __name__ == "__main__":
    unittest.main()
