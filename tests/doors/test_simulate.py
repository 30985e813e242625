#!/usr/bin/python3
"""Scenarios: how they are named, begun, ended, and what they leave; and time that passes by wait."""

import itertools
import json
import os
import re
import subprocess
import tempfile
import time
import unittest

from control import CLIENT, SIM, TIMEOUT_S, Terminal

STATES = ("closed", "listen", "synSent", "synReceived", "established", "finWait1", "finWait2",
          "closeWait", "closing", "lastAck", "timeWait")
NEVER_IN_NORMAL = ("synSent", "synReceived", "finWait1", "closing", "lastAck")
SYN_FLOOD_SYNS = 360
SYN_BURST_SYNS = 10000
PORT_SCAN_PORTS = 100


def run(lines, *options, check=0):
    done = subprocess.run([SIM, "--clock", "virtual", *options],
                          input="".join(line + "\n" for line in lines).encode(),
                          capture_output=True, timeout=TIMEOUT_S, check=False)
    assert check is None or done.returncode == check, (done.returncode, done.stdout, done.stderr)
    return done


def answers(lines, *options):
    text, decoder, got = run(lines, *options).stdout.decode().strip(), json.JSONDecoder(), []
    while text:
        answer, end = decoder.raw_decode(text)
        got.append(answer)
        text = text[end:].lstrip()
    return got


def scenarios():
    """{name: seconds}, 0 where it lasts until another is simulated."""
    listed, name = {}, None
    for line in run([], "--list-scenarios").stdout.decode().splitlines():
        if found := re.match(r"  ([a-z-]+) +\S", line):
            name = found.group(1)
            listed[name] = 0
        elif found := re.match(r" +lasts (\d+) s(;|$)", line):
            listed[name] = int(found.group(1))
    return listed


def accepted(listeners, port):
    """How many SYNs came to a port."""
    return sum(row["accepted"] + (row["refused"] or 0) for row in listeners["listeners"]
               if row["local"]["port"] == port)


def has_hooks():
    """CONFIG_NETDIAG_TCP_HOOKS, without which the switch does not count what many tests look at."""
    return answers(["show tcp statistics json"])[0]["sent"]["dataPackets"] is not None


needs_hooks = unittest.skipUnless(has_hooks(), "built without CONFIG_NETDIAG_TCP_HOOKS")


class ScenarioTest(unittest.TestCase):
    def test_list_says_what_each_finds_and_how_it_ends(self):
        listed = run([], "--list-scenarios").stdout.decode()
        self.assertEqual(next(iter(scenarios())), "normal")
        for name in scenarios():
            if name != "normal":
                self.assertRegex(listed, r"(?m)^  %s +\S.*\n +findings: .*\n( +found .*\n)?"
                                         r" +lasts (\d+ s|until another)" % name)
        self.assertIn(listed, run([], "--help").stdout.decode())
        self.assertRegex(listed, r"half-open .*\n.*\n +found within \d+ s")

    def test_each_name_begins_and_is_shown(self):
        for name, seconds in scenarios().items():
            with self.subTest(name):
                out = run(["simulate " + name, "show scenario", "wait 2", "show scenario"]).stdout
                if name == "normal":
                    self.assertEqual(out, b"normal\nnormal\n")
                    continue
                rest = "%d s to go" if seconds else "until another is simulated"
                begun, later = (rest % left if seconds else rest
                                for left in (seconds, seconds - 2))
                self.assertEqual(out.decode(), "%s, for 0 s, %s\n%s, for 2 s, %s\n" %
                                 (name, begun, name, later))

    def test_each_is_over_a_minute_after_its_end(self):
        for name, seconds in scenarios().items():
            with self.subTest(name):
                end = ["wait %d" % seconds] if seconds else ["wait 90", "simulate normal"]
                out = run(["simulate " + name, *end, "wait 60", "show scenario",
                           "show tcp connections json"], "--run", "120").stdout.decode()
                running, text = out.split("\n", 1)
                self.assertEqual(running, "normal")
                rows = json.loads(text)["connections"]
                left = [row for row in rows if row["state"] in NEVER_IN_NORMAL or
                        (row["state"] == "closeWait" and row["owner"] != "export")]
                self.assertEqual(left, [])
                established = [row for row in rows if row["state"] == "established"]
                self.assertTrue(10 < len(established) < 50, len(established))
                ports = {row["local"]["port"] for row in established
                         if row["opened"] == "passive"}
                self.assertLessEqual(ports, {80, 7, 5001, 7070})

    @needs_hooks
    def test_from_the_command_line_it_begins_in_the_fifth_second(self):
        out = run(["show scenario", "wait 3", "show scenario", "wait 2", "show scenario"],
                  "--scenario", "port-scan", "--run", "3").stdout
        self.assertEqual(out, b"port-scan, begins in 2 s\nport-scan, for 1 s, 19 s to go\n"
                              b"port-scan, for 3 s, 17 s to go\n")
        refused = [answer["rcvd"]["noPort"] for answer in
                   answers(["show tcp statistics json", "wait 25", "show tcp statistics json"],
                           "--scenario", "port-scan", "--run", "5")]
        self.assertLess(refused[0], 5)
        self.assertGreaterEqual(refused[1], PORT_SCAN_PORTS)

    @needs_hooks
    def test_another_one_ends_the_first(self):
        lines = ["simulate syn-flood", "wait 10", "simulate port-scan", "show scenario", "wait 30",
                 "show tcp statistics json"]
        out = run(lines).stdout.decode().split("\n", 1)
        self.assertEqual(out[0], "port-scan, for 0 s, 20 s to go")
        statistics = json.loads(out[1])
        self.assertEqual(statistics["states"]["synReceived"], 0)
        self.assertGreaterEqual(statistics["rcvd"]["noPort"], PORT_SCAN_PORTS)

    @needs_hooks
    def test_the_same_can_begin_again(self):
        again = ["simulate port-scan", "wait 15"]
        statistics = answers([*again, "simulate port-scan", "simulate port-scan", "wait 15",
                              *again, "show tcp statistics json"])[0]
        self.assertGreaterEqual(statistics["rcvd"]["noPort"], 3 * PORT_SCAN_PORTS)
        self.assertLess(statistics["rcvd"]["noPort"], 3 * PORT_SCAN_PORTS + 10)

    def test_two_runs_with_scenarios_are_equal_byte_for_byte(self):
        with tempfile.TemporaryDirectory() as directory:
            got = []
            for number in range(2):
                path = os.path.join(directory, str(number))
                out = run(["wait 20", "simulate lossy", "wait 40", "show tcp connections",
                           "simulate all-states", "wait 20", "simulate normal", "wait 20",
                           "show tcp statistics"], "--seed", "7", "--pcap", path).stdout
                with open(path, "rb") as file:
                    got.append((re.sub(rb"held for .*", b"", out), file.read()))
        self.assertEqual(got[0][0], got[1][0])
        self.assertTrue(got[0][1] == got[1][1], "the captures differ")
        self.assertGreater(len(got[0][1]), 100000)


@needs_hooks
class WorldTest(unittest.TestCase):
    """What the world's scenarios bring about."""

    def grown(self, name, seconds, *options):
        """SYNs to port 80 beyond those of an ordinary day, which goes on the same until then."""
        lines = ["show tcp listeners json", "simulate " + name, "wait %d" % seconds,
                 "show tcp listeners json", "show tcp connections json"]
        return answers(lines, "--run", "60", *options)

    def test_syn_flood_is_exact(self):
        before, after, _ = self.grown("syn-flood", 90)
        syns = accepted(after, 80) - accepted(before, 80)
        self.assertTrue(SYN_FLOOD_SYNS <= syns < SYN_FLOOD_SYNS + 150, syns)
        for seconds, seed in itertools.product((19, 40, 60), range(1, 6)):
            rows = self.grown("syn-flood", seconds, "--seed", str(seed))[2]["connections"]
            rows = [row for row in rows if row["state"] == "synReceived"]
            sources = {row["remote"]["address"] for row in rows}
            self.assertEqual({row["local"]["port"] for row in rows}, {80})
            self.assertEqual(len(sources), len(rows))
            expected = min(6 * seconds, 6 * 20 + 3)
            self.assertTrue(abs(len(rows) - expected) <= 3, (len(rows), expected))
            self.assertFalse({"10.0.%d.%d" % (vlan, host) for vlan in (1, 10, 20)
                              for host in (0, 1, 2, 255)} & sources)

    def test_syn_burst_sends_10000(self):
        before, after, rows = self.grown("syn-burst", 12)
        syns = accepted(after, 80) - accepted(before, 80)
        self.assertTrue(SYN_BURST_SYNS <= syns < SYN_BURST_SYNS + 50, syns)
        self.assertGreater(sum(row["state"] == "synReceived" for row in rows["connections"]), 200)

    def test_half_open_fills_the_pool_from_one_address(self):
        for capacity in (64, 256, 700, 1500, 12000):
            with self.subTest(capacity=capacity):
                rows = self.grown("half-open", 149, "--pcbs", str(capacity))[2]["connections"]
                mine = [row for row in rows if row["local"]["port"] == 7070
                        and row["state"] == "established"]
                self.assertGreater(len(mine), capacity * 9 // 10)
                self.assertEqual(len({row["remote"]["address"] for row in mine}), 1)
                self.assertEqual({row["retransSegs"] for row in mine}, {0})

    def test_busy_is_healthy(self):
        first, last = answers(["show tcp statistics json", "simulate busy", "wait 60",
                               "show tcp statistics json"], "--run", "60")
        self.assertGreater(last["connections"]["accepted"] - first["connections"]["accepted"],
                           60 * 200)
        self.assertEqual(last["rfc4022"]["retransSegs"], 0)
        self.assertEqual(last["rfc4022"]["attemptFails"], 0)
        self.assertLess(last["pool"]["peak"], 180)
        self.assertLess(last["states"]["timeWait"], 100)

    def test_all_states_shows_all_states(self):
        lines = ["simulate all-states"] + ["wait 1", "show tcp statistics json"] * 30
        seen = set()
        for answer in answers(lines, "--run", "10"):
            seen |= {state for state, count in answer["states"].items() if count}
        self.assertEqual(seen, set(STATES))

    def test_lossy_line_is_whole_again(self):
        lines = ["simulate lossy", "wait 120", "simulate normal", "wait 60",
                 "show tcp statistics json", "wait 60", "show tcp statistics json"]
        first, last = answers(lines, "--run", "60")
        self.assertGreater(first["rfc4022"]["retransSegs"], 50)
        for counter in ("retransSegs", "inErrs"):
            self.assertEqual(first["rfc4022"][counter], last["rfc4022"][counter], counter)

    def test_an_ordinary_day_has_what_cries_wolf_elsewhere(self):
        rows = answers(["show tcp connections json"], "--run", "3600")[0]["connections"]
        twenty = [row for row in rows if row["local"]["port"] == 7
                  and row["remote"]["address"] == "10.0.1.2"]
        idle = [row for row in rows if row["idleMs"] > 3300000]
        self.assertTrue(18 <= len(twenty) <= 26, len(twenty))
        self.assertEqual(len(idle), 5)
        halves, browser = 0, 0
        for answer in answers(["wait 5", "show tcp connections json"] * 60):
            rows = answer["connections"]
            halves += any(row["state"] == "closeWait" and row["local"]["port"] == 7070
                          and row["stateMs"] > 30000 and row["idleMs"] < 3000 for row in rows)
            browser = max(browser, sum(row["state"] == "established"
                                       and row["local"]["port"] == 80 for row in rows))
        self.assertGreater(halves, 0)
        self.assertGreaterEqual(browser, 3)


class WordTest(unittest.TestCase):
    def refused(self, line, text):
        done = run([line], check=2)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(done.stderr.decode(), text)

    def test_unknown_scenario_is_named_and_so_are_the_legal_ones(self):
        *names, last = scenarios()
        self.refused("simulate rain", '%% "rain" is no scenario; legal are %s and %s\n' %
                     (", ".join(names), last))
        done = run(["simulate \x1b[31m"], check=2)
        self.assertNotIn(b"\x1b", done.stderr)

    def test_words_are_missing_or_too_many(self):
        for line in ("simulate", "wait"):
            self.assertEqual(run([line], check=2).stderr, b"% Incomplete command.\n")
        for line in ("simulate normal now", "simulate syn-flood wait 5", "wait 5 s",
                     "show scenario all"):
            self.assertIn(b"% Invalid input detected", run([line], check=2).stderr)

    def test_wait_has_bounds(self):
        for given in ("0", "86401", "-1", "1.5", "x", "99999999999999999999"):
            self.refused("wait " + given, '%% "%s" is no number of seconds to wait; legal are '
                         "1 to 86400\n" % given)
        for seconds in (1, 3600):
            one, other = answers(["show version json", "wait %d" % seconds, "show version json"])
            self.assertEqual(other["uptimeMs"] - one["uptimeMs"], seconds * 1000)

    def test_wait_and_simulate_print_nothing(self):
        self.assertEqual(run(["wait 3", "simulate busy", "simulate port-scan wait",
                              "enable"]).stdout, b"")

    def test_simulate_wait_lasts_until_the_scenario_is_over(self):
        for name, seconds in (("port-scan", 20), ("syn-flood", 60)):
            with self.subTest(name):
                one, other = answers(["wait 7", "show version json", "simulate %s wait" % name,
                                      "show version json"])
                self.assertEqual(other["uptimeMs"] - one["uptimeMs"], seconds * 1000)
                out = run(["simulate %s wait" % name, "show scenario"]).stdout
                self.assertEqual(out, b"normal\n")

    def test_simulate_wait_ends_as_wait_does(self):
        looks = ["show tcp statistics json", "show tcp connections"]
        waited, other = (re.sub(rb"held for .*", b"", run(lines + looks).stdout)
                         for lines in (["simulate syn-flood wait"],
                                       ["simulate syn-flood", "wait 60"]))
        self.assertEqual(waited, other)

    def test_scenario_without_an_end_is_not_waited_for_and_does_not_begin(self):
        for name, seconds in scenarios().items():
            if seconds == 0:
                done = run(["simulate %s wait" % name, "show scenario"], check=2)
                self.assertEqual(done.stdout, b"normal\n")
                self.assertEqual(done.stderr.decode(), "%% %s has no end to wait for, as it lasts "
                                 "until another is simulated; wait SECONDS lets time pass\n" % name)

    def test_wait_goes_on_beside_run(self):
        version = answers(["enable", "simulate syn-flood", "wait 30", "show version json"], "--run",
                          "120")[0]
        self.assertEqual(version["uptimeMs"], 150000)


class ConnectTest(unittest.TestCase):
    """What a program on the device finds that calls the world's hosts."""

    def called(self, words):
        """What is said, and the connections that the device has opened, afterwards."""
        out = run(["connect " + words, "wait 1", "show tcp connections json"]).stdout.decode()
        said, answer = out.split("\n", 1)
        return said, [row for row in json.loads(answer)["connections"]
                      if row["opened"] == "active" and row["remote"]["port"] in (7, 81, 9503)]

    @needs_hooks
    def test_server_is_called_and_the_connections_are_closed(self):
        said, rows = self.called("10.0.10.2 7 count 3 seconds 5")
        self.assertEqual(said, "3 called: 0 unanswered, 3 open, 0 refused, 0 ended")
        self.assertEqual([(row["state"], row["owner"]) for row in rows],
                         [("timeWait", "connect")] * 3)

    def test_port_that_nobody_serves_refuses(self):
        self.assertEqual(self.called("10.0.10.2 9503"),
                         ("1 called: 0 unanswered, 0 open, 1 refused, 0 ended", []))

    def test_attempts_that_nobody_answers_are_given_up_at_the_end(self):
        self.assertEqual(self.called("10.0.10.99 81 seconds 3 count 2"),
                         ("2 called: 2 unanswered, 0 open, 0 refused, 0 ended", []))

    def test_its_time_passes(self):
        *_, answer = run(["connect 10.0.10.2 9503 seconds 7", "show version json"],
                         "--run", "5").stdout.decode().split("\n", 1)
        self.assertEqual(json.loads(answer)["uptimeMs"], 12000)

    def test_wrong_words_are_named_and_so_are_the_legal_ones(self):
        for words, wrong in (("tomorrow 7", '"tomorrow" is no IP address; legal are those of one '
                                            "host, as 10.0.10.2 or fd00:10::2"),
                             ("10.0.10.2 0", '"0" is no TCP port; legal are 1 to 65535'),
                             ("10.0.10.2 65536", '"65536" is no TCP port; legal are 1 to 65535'),
                             ("10.0.10.2 7 seconds 0", '"0" is no number of seconds; legal are '
                                                       "1 to 86400")):
            self.assertEqual(run(["connect " + words], check=2).stderr.decode(), "%% %s\n" % wrong)
        for count in ("0", "1025"):
            self.assertRegex(run(["connect 10.0.10.2 7 count " + count], check=2).stderr.decode(),
                             r'^% "\d+" is no number of connections; legal are 1 to \d+\n$')
        self.assertEqual(run(["connect 10.0.10.2"], check=2).stderr, b"% Incomplete command.\n")

    def test_address_without_a_route_is_refused(self):
        self.assertEqual(run(["connect 192.0.2.1 7"], check=1).stderr.decode(),
                         "% cannot call 192.0.2.1: the device has no route there; show vlan "
                         "ifindex detail has the subnets that it is in\n")

    def test_pool_that_is_full_is_told_and_nothing_is_left(self):
        done = run(["connect 10.0.10.2 7 count 20", "show tcp connections json"], "--pcbs", "16",
                   check=1)
        self.assertEqual(done.stderr.decode(), "% cannot call 10.0.10.2: the pool of connections "
                         "is full; show tcp pool has who holds it\n")


class ConsoleTest(unittest.TestCase):
    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = home.name
        self.console = Terminal(SIM, "--state-dir", home.name, "--forward", "none", rows=60)
        self.addCleanup(self.console.close)
        self.console.wait_for(rb"sw1>$")

    def enable(self):
        self.console.type(b"enable\r")
        self.console.wait_for(rb"sw1#$")

    def test_simulate_needs_privilege_and_wait_does_not(self):
        self.console.type(b"simulate busy\r")
        self.assertIn("% Invalid input detected", self.console.wait_for(rb"sw1>$"))
        self.console.type(b"wait 1\r")
        self.assertRegex(self.console.wait_for(rb"sw1>$"),
                         r"^wait 1\r\n\r  0 of 1 s\r {10}\rsw1>$")
        self.enable()
        self.console.type(b"simulate busy\r")
        self.assertEqual(self.console.wait_for(rb"sw1#$"), "simulate busy\r\nbusy, until another is "
                         "simulated; show scenario says how far it is\r\nsw1#")

    def test_connect_needs_privilege_and_an_interrupt_ends_it(self):
        self.console.type(b"connect 10.0.10.99 80\r")
        self.assertIn("% Invalid input detected", self.console.wait_for(rb"sw1>$"))
        self.enable()
        self.console.type(b"connect 10.0.10.99 80 seconds 600\r")
        self.console.wait_for(rb"  0 of 600 s$")
        self.console.type(b"\x03")
        self.assertIn("% connect stopped", self.console.wait_for(rb"sw1#$"))
        self.console.type(b"show tcp connections state syn-sent\r")
        self.assertNotIn("10.0.10.99", self.console.wait_for(rb"sw1#$"))

    def test_names_are_completed_and_explained(self):
        self.enable()
        self.console.type(b"simulate syn-f\t")
        self.console.wait_for(rb"simulate syn-flood $")
        self.console.type(b"w\t")
        self.console.wait_for(rb"wait $")
        self.console.type(b"\x15simulate syn-flood ?")
        self.assertRegex(self.console.wait_for(rb"sw1#simulate syn-flood $"),
                         r"  wait +Until it is over; its time passes as by wait\r\n")
        self.console.type(b"\x15simulate ?")
        shown = self.console.wait_for(rb"sw1#simulate $")
        self.assertIn("<scenario>", shown)
        for name in scenarios():
            self.assertIn(name, shown)

    @needs_hooks
    def test_scenario_runs_on_the_real_clock_and_ends(self):
        self.enable()
        started = time.monotonic()
        self.console.type(b"simulate port-scan\r")
        self.console.wait_for(rb"port-scan\r\nport-scan, 20 s to go; show scenario says how far "
                              rb"it is\r\nsw1#$")
        self.console.type(b"wait 3\r")
        self.assertIn("  1 of 3 s", self.console.wait_for(rb"sw1#$"))
        self.console.type(b"simulate normal\r")
        self.console.wait_for(rb"sw1#$")
        took_s = time.monotonic() - started
        refused = []
        for _ in range(2):
            self.console.type(b"show tcp statistics\r")
            refused.append(int(re.search(r"Total, (\d+) no port",
                                         self.console.wait_for(rb"cleared[^\n]*\n.*sw1#$"))
                               .group(1)))
            time.sleep(1)
        self.assertTrue(25 <= refused[0] <= 10 * took_s + 15, (refused, took_s))  # ten a second
        self.assertLessEqual(refused[1], refused[0] + 2)

    def test_interrupt_ends_a_wait(self):
        self.console.type(b"wait 86400\r")
        self.console.wait_for(rb"  0 of 86400 s$")
        self.console.wait_for(rb"\r  1 of 86400 s$")
        started = time.monotonic()
        self.console.type(b"\x03")
        self.assertRegex(self.console.wait_for(rb"sw1>$"),
                         r"\r {14,15}\r\^C\r\n% wait stopped\r\nsw1>")
        self.assertLess(time.monotonic() - started, 1)

    def test_interrupt_ends_the_waiting_and_not_the_scenario(self):
        self.enable()
        self.console.type(b"simulate syn-flood wait\r")
        self.console.wait_for(rb"  0 of 60 s of syn-flood$")
        self.console.wait_for(rb"\r  2 of 60 s of syn-flood$")
        self.console.type(b"\x03")
        self.assertRegex(self.console.wait_for(rb"sw1#$"),
                         r"\r {24,25}\r\^C\r\n% simulate waits no longer; syn-flood goes on, "
                         r"5[78] s to go\r\nsw1#")
        self.console.type(b"show scenario\r")
        self.assertRegex(self.console.wait_for(rb"sw1#$"), r"syn-flood, for \d s, 5\d s to go")

    def test_without_pages_nothing_is_said(self):
        self.enable()
        for line in (b"terminal length 0", b"wait 2", b"simulate busy", b"simulate normal"):
            self.console.type(line + b"\r")
            self.assertEqual(self.console.wait_for(rb"sw1#$"), line.decode() + "\r\nsw1#")

    def test_another_shell_that_simulates_ends_the_waiting(self):
        self.enable()
        self.console.type(b"simulate syn-flood wait\r")
        self.console.wait_for(rb" of 60 s of syn-flood$")
        subprocess.run([CLIENT, "-s", os.path.join(self.home, "control"), "-c", "enable",
                        "-c", "simulate port-scan"], check=True, timeout=TIMEOUT_S)
        self.assertIn("% syn-flood is over before its time: another shell simulates port-scan\r\n",
                      self.console.wait_for(rb"sw1#$"))


class VirtualConsoleTest(unittest.TestCase):
    """Time passes as fast as the machine can."""

    def test_waiting_says_how_far_it_is_on_the_clock_that_it_moves(self):
        with tempfile.TemporaryDirectory() as home:
            console = Terminal(SIM, "--clock", "virtual", "--state-dir", home, "--forward", "none",
                               rows=60)
            self.addCleanup(console.close)
            console.wait_for(rb"sw1>$")
            console.type(b"wait 86400\r")
            console.wait_for(rb"\r  \d+ of 86400 s\r  \d{3,} of 86400 s$")
            console.type(b"\x03")
            console.wait_for(rb"\^C\r\n% wait stopped\r\nsw1>$")
            console.type(b"exit\r")
            self.assertEqual(console.end(), 0)


if __name__ == "__main__":
    unittest.main()
