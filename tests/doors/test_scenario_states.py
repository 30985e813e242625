#!/usr/bin/python3
"""The scenarios that programs on the device make: each makes what it is named for, and nothing of
it is left when it has ended."""

import functools
import json
import os
import re
import socket
import subprocess
import unittest

from control import SIM, TIMEOUT_S, Switch, free_port, wait_until

VARIANT = os.environ.get("NETDIAG_VARIANT", "release")

LOOK = ["show tcp connections json", "show tcp listeners json", "show tcp pool json"]
BEFORE_S, AFTER_S = 120, 60

SERVER = 80  # the port of the world's that a client here uses on an ordinary day


class Sight:
    """What the commands of LOOK show at one moment."""

    def __init__(self, connections, listeners, pool):
        self.rows = connections["connections"]
        self.listeners = {row["local"]["port"]: row for row in listeners["listeners"]}
        self.pool = pool
        assert len(self.rows) == connections["total"]

    def of(self, owner=None, state=None, age_s=0):
        """Connections of that owner, in a state for so long."""
        return [row for row in self.rows if owner in (None, row["owner"]) and
                state in (None, row["state"]) and (row["stateMs"] or 0) >= age_s * 1000]

    def strangers(self):
        """What is not of an ordinary day, but for TIME-WAIT."""
        return [row for row in self.rows if row["state"] != "timeWait" and
                row["local"]["port"] not in ordinary() and
                not (row["remote"] and row["remote"]["port"] == SERVER and row["owner"] is None)]

    def is_ordinary(self):
        return not self.strangers() and set(self.listeners) == set(ordinary())


def sights(lines, *options):
    """One for each "LOOK" among the lines."""
    text = "".join("\n".join(LOOK if line == "LOOK" else [line]) + "\n" for line in lines)
    done = subprocess.run([SIM, "--clock", "virtual", *options], input=text.encode(),
                          capture_output=True, timeout=TIMEOUT_S)
    assert done.returncode == 0, (done.returncode, done.stdout[-2000:], done.stderr)
    output, decoder, answers = done.stdout.decode(), json.JSONDecoder(), []
    while (start := output.find('{"schema"')) >= 0:
        answer, end = decoder.raw_decode(output[start:])
        output = output[start + end:]
        answers.append(answer)
    return [Sight(*answers[i:i + len(LOOK)]) for i in range(0, len(answers), len(LOOK))]


def has_hooks():
    """CONFIG_NETDIAG_TCP_HOOKS, without which nobody knows for how long a state lasts."""
    return any(row["id"] for row in sights(["wait 20", "LOOK"])[0].rows)


@functools.cache
def ordinary():
    """The listeners of an ordinary day, and their owners."""
    return {port: row["owner"] for port, row in sights(["LOOK"])[0].listeners.items()}


@functools.cache
def seconds(name):
    """How long the scenario lasts."""
    text = subprocess.run([SIM, "--list-scenarios"], capture_output=True, check=True,
                          timeout=TIMEOUT_S).stdout.decode()
    return int(re.search(r"(?m)^  %s +\S.*(?:\n {24}.*?)*?\n {24}lasts (\d+) s" % name,
                         text).group(1))


def lives(name, *moments):
    """Lines that let the scenario live once, with a look at each moment and one at its end."""
    lines, now = ["simulate " + name], 0
    for moment in (*moments, seconds(name) + AFTER_S):
        lines += ["wait %d" % (moment - now), "LOOK"]
        now = moment
    return lines


@unittest.skipUnless(has_hooks(), "built without CONFIG_NETDIAG_TCP_HOOKS")
class ScenarioTest(unittest.TestCase):
    def life(self, name, *moments):
        """What is to be seen at the moments, the first time and, in turn, the second; at the end
        of both nothing may be left."""
        got = sights(["wait %d" % BEFORE_S] + lives(name, *moments) * 2)
        self.assertEqual(len(got), 2 * (len(moments) + 1))
        for end in got[len(moments)::len(moments) + 1]:
            self.assertTrue(end.is_ordinary(), (end.strangers(), end.listeners))
        halves = got[:len(moments)], got[len(moments) + 1:-1]
        return [sight for half in halves for sight in half]

    def test_unreachable_calls_one_address_where_nobody_is(self):
        for sight in self.life("unreachable", 10, 30, 55):
            rows = sight.of("updater")
            self.assertEqual({row["state"] for row in rows}, {"synSent"})
            self.assertIn(len(rows), (5, 6))
            self.assertEqual({(row["remote"]["address"], row["remote"]["port"]) for row in rows},
                             {("10.0.1.99", 443)})

    def test_scan_calls_many_addresses_of_a_subnet(self):
        for sight in self.life("scan", 20, 55):
            rows = [row for row in sight.of(state="synSent") if row["owner"] is None]
            self.assertGreaterEqual(len(rows), 20)
            addresses = {row["remote"]["address"] for row in rows}
            self.assertEqual(len(addresses), len(rows))
            self.assertFalse(addresses & {"10.0.1.1", "10.0.1.2", "10.0.1.0", "10.0.1.255"})
            self.assertEqual({row["remote"]["port"] for row in rows}, {22, 23, 80, 445})

    def test_backdoor_listens_without_an_owner_and_is_used(self):
        got = self.life("backdoor", 5, 55)
        for sight in got:
            self.assertIsNone(sight.listeners[31337]["owner"])
            self.assertEqual([port for port, row in sight.listeners.items() if not row["owner"]],
                             [31337])
        self.assertGreaterEqual(got[1].listeners[31337]["accepted"], 4)

    def test_accept_stall_fills_the_backlog_and_more_are_refused(self):
        for sight in self.life("accept-stall", 20, 45):
            listener = sight.listeners[4321]
            self.assertEqual((listener["owner"], listener["backlog"], listener["pending"]),
                             ("provisiond", 8, 8))
            self.assertEqual(len(sight.of("provisiond", "established", age_s=10)), 8)
            self.assertGreaterEqual(listener["refused"], 10)
            self.assertFalse(sight.of(state="synReceived"))

    def test_receive_stall_leaves_a_window_unread(self):
        early, late = self.life("receive-stall", 40, 80)[:2]
        for sight in (early, late):
            rows = sight.of("logstore", "established", age_s=30)
            self.assertEqual(len(rows), 3)
            self.assertEqual({(row["receiveQueue"], row["receiveWindow"]) for row in rows},
                             {(16 * 1460, 0)})
        self.assertEqual([row["rxBytes"] for row in early.of("logstore")],
                         [row["rxBytes"] for row in late.of("logstore")])

    def ended(self, name, owner):
        """Connections of that owner that were established, and are over when the scenario is."""
        lines = ["wait %d" % BEFORE_S, "simulate " + name, "wait %d" % (seconds(name) + 30),
                 "show tcp closed json"]
        done = subprocess.run([SIM, "--clock", "virtual"], capture_output=True, check=True,
                              input="\n".join([*lines, ""]).encode(), timeout=TIMEOUT_S)
        rows = json.loads(done.stdout[done.stdout.index(b'{"schema"'):])["closed"]
        return [row for row in rows if row["owner"] == owner and row["wasEstablished"]]

    def test_receive_stall_ends_with_all_data_read(self):
        rows = self.ended("receive-stall", "logstore")
        self.assertEqual([(row["end"], row["firstFin"], row["rxBytes"]) for row in rows],
                         3 * [("closed", "peer", 40000)])

    def test_accept_stall_ends_with_all_accepted(self):
        rows = self.ended("accept-stall", "provisiond")
        self.assertEqual([(row["end"], row["firstFin"]) for row in rows], 8 * [("closed", "peer")])

    def test_those_who_vanished_come_back_and_reset(self):
        for name, owner, count in (("last-ack", "quoted", 2), ("simultaneous-close", "peerd", 2)):
            self.assertEqual([row["end"] for row in self.ended(name, owner)], count * ["reset"])

    def test_send_stall_waits_for_clients_that_read_nothing(self):
        for sight in self.life("send-stall", 40, 80):
            rows = sight.of("telemetry", "established", age_s=30)
            self.assertEqual(len(rows), 3)
            for row in rows:
                self.assertEqual((row["sendWindow"], row["rxBytes"]), (0, 0))
                self.assertGreater(row["sendQueue"], 10000)

    def test_close_wait_leaks_connections_of_leaky(self):
        early, late = self.life("close-wait", 70, 145)[:2]
        for sight in (early, late):
            rows = sight.of("leaky", "closeWait", age_s=50)
            self.assertEqual(len(rows), 16)
            self.assertEqual({(row["local"]["port"], row["sendQueue"], row["rxBytes"])
                              for row in rows}, {(8080, 0, 200)})
            self.assertEqual(sight.of("leaky"), rows)
        self.assertTrue(early.of("leaky", age_s=60))
        self.assertEqual(len(late.of("leaky", age_s=60)), 16)
        self.assertLess(late.pool["held"], late.pool["capacity"] * 0.6)

    def test_fin_wait_always_has_some_older_than_10_s(self):
        for sight in self.life("fin-wait", 30, 40, 55, 70, 85):
            self.assertGreaterEqual(len(sight.of("pushd", "finWait2", age_s=10)), 3)
            self.assertEqual(len(sight.of("pushd", "finWait1")), 2)
            self.assertFalse(sight.of("pushd", "timeWait"))
            self.assertFalse(sight.of("pushd", "finWait2", age_s=21))

    def test_simultaneous_close_stays_in_closing(self):
        for sight in self.life("simultaneous-close", 25, 55):
            self.assertEqual(len(sight.of("peerd", "closing", age_s=10)), 2)
            self.assertEqual(len(sight.of("peerd")), 2)

    def test_last_ack_never_comes(self):
        for sight in self.life("last-ack", 25, 55):
            self.assertEqual(len(sight.of("quoted", "lastAck", age_s=10)), 2)
            self.assertEqual(len(sight.of("quoted")), 2)

    def test_time_wait_keeps_the_server_from_binding_until_it_ends(self):
        early, late, bound, *_ = self.life("time-wait", 15, 118, 135)
        for sight in (early, late):
            rows = sight.of("restartd", "timeWait")
            self.assertEqual(len(rows), 12)
            self.assertNotIn(8084, sight.listeners)
        self.assertLess(max(row["freeMs"] for row in rows), 10000)
        self.assertEqual(bound.of("restartd"), [])
        self.assertIn(8084, bound.listeners)

    def test_time_wait_ended_early_binds_no_more(self):
        blocked, ended = sights(["wait 120", "simulate time-wait", "wait 30", "LOOK",
                                 "simulate normal", "wait 125", "LOOK"])
        self.assertEqual(len(blocked.of("restartd", "timeWait")), 12)
        self.assertEqual(ended.of("restartd"), [])
        self.assertTrue(ended.is_ordinary(), (ended.strangers(), ended.listeners))

    def test_time_wait_twice_at_once_binds_when_it_can(self):
        again, = sights(["wait 120", "simulate time-wait", "wait 30", "simulate time-wait",
                         "wait 110", "LOOK"])
        self.assertEqual(again.of("restartd", "timeWait"), [])
        self.assertIn(8084, again.listeners)

    def test_pool_full_holds_the_pool_and_refuses_others(self):
        for sight in self.life("pool-full", 20, 45):
            pool = sight.pool
            mine = len(sight.of("collectord", "established"))
            self.assertGreaterEqual(mine, pool["capacity"] * 0.95)
            self.assertGreaterEqual(pool["held"] - pool["reclaimable"], pool["capacity"] * 0.95)
            self.assertGreater(sum(row["refused"] for row in sight.listeners.values()), 0)

    def test_pool_full_of_a_larger_pool_is_full_too(self):
        full, end = sights(["wait 60", "simulate pool-full", "wait 20", "LOOK",
                            "wait %d" % (seconds("pool-full") + AFTER_S - 20), "LOOK"],
                           "--pcbs", "2000")
        self.assertEqual(full.pool["capacity"], 2000)
        self.assertGreaterEqual(len(full.of("collectord", "established")), 1900)
        self.assertEqual(end.strangers(), [])

    def test_all_states_has_each_of_the_eleven_at_once(self):
        states = {"closed", "listen", "synSent", "synReceived", "established", "finWait1",
                  "finWait2", "closeWait", "closing", "lastAck", "timeWait"}
        for sight in self.life("all-states", 15, 30, 60, 90, 115):
            seen = {row["state"] for row in sight.rows} | ({"listen"} if sight.listeners else set())
            self.assertEqual(seen, states)
            self.assertLess(len(sight.of(state="synReceived")), 10)

    def test_scenarios_one_after_the_other_leave_nothing(self):
        names = ["all-states", "pool-full", "close-wait", "all-states", "accept-stall",
                 "fin-wait", "last-ack", "receive-stall", "simultaneous-close", "send-stall",
                 "unreachable", "scan", "backdoor", "time-wait"]
        lines = ["wait 20"]
        for name in names:
            lines += ["simulate " + name, "wait 17"]
        end, = sights([*lines, "simulate normal", "wait %d" % AFTER_S, "LOOK"])
        self.assertTrue(end.is_ordinary(), (end.strangers(), end.listeners))

    def test_a_scenario_after_a_full_pool_opens_its_service(self):
        sight, = sights(["wait 20", "simulate pool-full", "wait 30", "simulate last-ack",
                         "wait 30", "LOOK"])
        self.assertEqual(len(sight.of("quoted", "lastAck")), 2)


class RealClockTest(unittest.TestCase):
    @unittest.skipIf(VARIANT == "tsan", "the world's stack has no time for it")
    def test_management_session_survives_a_full_pool(self):
        port = free_port()
        switch = Switch("--forward", "tcp:127.0.0.1:%d-23" % port)
        self.addCleanup(switch.close)

        def session():
            connection = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
            self.addCleanup(connection.close)
            wait_until(lambda: b"Username:" in connection.recv(256))
            return connection

        before = session()
        switch.run("simulate pool-full", check=0)

        def is_full():
            pool = json.loads(switch.run("show tcp pool json", check=0).stdout)
            return pool["held"] - pool["reclaimable"] >= pool["capacity"]

        wait_until(is_full)
        for connection in (before, session()):
            connection.sendall(b"nobody\r\n")
            wait_until(lambda connection=connection: b"Password:" in connection.recv(256))


if __name__ == "__main__":
    unittest.main()
