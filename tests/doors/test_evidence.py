#!/usr/bin/python3
"""The evidence of findings is right: each fact is worked out again, from the tables of the same
moment and from a capture of what was sent, and is the same."""

import collections
import contextlib
import os
import tempfile
import unittest

import scenarios
from scenarios import ACK, BOOT_MS, RST, SYN, Live

setUpModule = scenarios.needs_hooks

LATELY_MS = 60000
LOOK_MS = 1000  # so long ago at most the watch has looked


class Moment:
    """What the commands show of one moment."""

    def __init__(self, device):
        clock, diagnosis, connections, listeners, closed, pool, statistics = device.ask_all(
            "show clock", "show tcp diagnosis", "show tcp connections", "show tcp listeners",
            "show tcp closed", "show tcp pool", "show tcp statistics")
        self.now_ms = clock["uptimeMs"]
        self.findings = {each["code"]: each for each in diagnosis["findings"]}
        self.rows = connections["connections"]
        self.listeners = {row["local"]["port"]: row for row in listeners["listeners"]}
        self.closed = closed["closed"]
        self.capacity = pool["capacity"]
        self.evicted = statistics["pool"]["evicted"]

    def evidence(self, code):
        return self.findings[code]["evidence"]

    def of(self, *states, age_ms=0, **wanted):
        """Connections in one of the states for so long, the one that is longest so first."""
        rows = [row for row in self.rows
                if row["state"] in states and row["stateMs"] is not None and
                row["stateMs"] >= age_ms and
                all(row[key] == value for key, value in wanted.items())]
        return sorted(rows, key=lambda row: -row["stateMs"])

    def percent(self, count):
        return count * 100 // self.capacity

    def found_a_place(self):
        """The remote ends of half-open connections, and of those ended since for others' sake."""
        rows = self.of("synReceived") + [row for row in self.closed if row["end"] == "evicted"
                                         and not row["wasEstablished"]]
        return {(row["remote"]["address"], row["remote"]["port"]) for row in rows}

    def ended_lately(self, *ends):
        return [row for row in self.closed
                if row["end"] in ends and row["endedAgoMs"] < LATELY_MS]


def moment(name, seconds, *options):
    with contextlib.closing(Live(name, *options)) as device:
        device.until(seconds)
        return Moment(device)


def captured(path):
    """Its segments; `ms` is the device's uptime."""
    segments = scenarios.captured(path)
    for segment in segments:
        segment.ms -= BOOT_MS
    return segments


def moment_and_capture(name, seconds, *options):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "pcap")
        seen = moment(name, seconds, "--pcap", path, *options)
        return seen, captured(path)


def most_of(values):
    """The most frequent, and how often it is there."""
    return collections.Counter(values).most_common(1)[0]


def without(evidence, *keys):
    return {key: value for key, value in evidence.items() if key not in keys}


def is_syn(segment):
    return segment.inbound and segment.has(SYN) and not segment.has(ACK)


def at_the_last_look(seen, times_ms):
    """How many there were when the watch last looked: each number that this can have been."""
    return {sum(ms <= end_ms for ms in times_ms)
            for end_ms in range(seen.now_ms - LOOK_MS, seen.now_ms + 1)}


class FloodTest(unittest.TestCase):
    """What the attacker sends, against the capture. It has sent for less than 20 s, so that none of
    it has been dropped. The SYN-ACKs are in no capture: nobody has the forged addresses, so ARP
    keeps them; the device's own counter has them."""
    maxDiff = None

    def run_until(self, name, seconds, *options):
        """A moment, what the attacker has sent by then, the SYNs of others that were refused, and
        how many SYN-ACKs were sent again."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "pcap")
            with contextlib.closing(Live(name, "--pcap", path, *options)) as device:
                before = device.ask("show tcp statistics")["sent"]["controlRetransmitted"]
                device.until(seconds)
                again = device.ask("show tcp statistics")["sent"]["controlRetransmitted"] - before
                seen = Moment(device)
            syns = [segment for segment in captured(path) if is_syn(segment)]
        forged = [segment for segment in syns if not segment.remote[0].endswith((".2", "::2"))]
        others = [segment for segment in syns if segment not in forged and not segment.answers]
        self.assertEqual({segment.local[1] for segment in forged}, {80})
        self.assertEqual(len({segment.key for segment in forged}), len(forged))
        return seen, forged, others, again

    def check(self, seen, half_open, again):
        """`half_open` are the SYNs that found a place."""
        evidence, listener = seen.evidence("syn-flood"), seen.listeners[80]
        sources = collections.Counter(segment.remote[0] for segment in half_open)
        self.assertEqual(without(evidence, "topSource", "synsRefused"), {
            "port": 80,
            "owner": "httpd",
            "halfOpen": len(half_open),
            "halfOpenTotal": len(half_open),
            "sources": len(sources),
            "sourcesMore": False,
            "topSourceCount": max(sources.values()),
            "poolPercent": seen.percent(len(half_open)),
            "backlog": listener["backlog"],
            "backlogPercent": len(half_open) * 100 // listener["backlog"],
            "oldestMs": seen.now_ms - half_open[0].ms,
            "synAcksRetransmitted": again,
            "otherPorts": 0,
        })
        self.assertEqual(sources[evidence["topSource"]], evidence["topSourceCount"])

    def test_syn_flood_is_what_the_attacker_sent(self):
        for seconds, seed in ((5, 1), (12, 2), (19, 3)):
            with self.subTest(seconds=seconds, seed=seed):
                seen, forged, others, again = self.run_until("syn-flood", seconds, "--seed",
                                                             str(seed))
                self.assertGreaterEqual(len(forged), 6 * seconds - 1)
                self.check(seen, forged, again)
                self.assertEqual((seen.evidence("syn-flood")["synsRefused"], others), (0, []))

    def test_syn_flood_tells_refused_syns_from_half_open_ones(self):
        seen, forged, others, _ = self.run_until("syn-burst", 15)
        ends = {(row["remote"]["address"], row["remote"]["port"])
                for row in seen.of("synReceived")}
        again = sum(row["retries"] for row in seen.of("synReceived"))
        half_open = [segment for segment in forged if segment.remote in ends]
        self.assertEqual(len(forged), 10000)
        self.assertEqual(len(half_open), len(ends))
        self.check(seen, half_open, again)
        placed = seen.found_a_place()
        refused = [segment.ms for segment in forged + others if segment.remote not in placed]
        self.assertIn(seen.evidence("syn-flood")["synsRefused"], at_the_last_look(seen, refused))

    def test_syn_flood_forgets_what_the_stack_has_dropped(self):
        seen, forged, *_ = self.run_until("syn-flood", 45)
        ages = [seen.now_ms - segment.ms for segment in forged]
        evidence, rows = seen.evidence("syn-flood"), seen.of("synReceived")
        self.assertTrue(sum(age <= 20000 for age in ages) <= evidence["halfOpen"] <=
                        sum(age <= 21000 for age in ages), evidence)
        self.assertEqual(evidence["halfOpen"], len(rows))
        self.assertEqual(evidence["sources"], len({row["remote"]["address"] for row in rows}))
        self.assertEqual(evidence["synAcksRetransmitted"], sum(row["retries"] for row in rows))
        self.assertEqual(evidence["oldestMs"], rows[0]["stateMs"])


class ScanTest(unittest.TestCase):
    def test_port_scan_is_what_was_sent(self):
        for seconds in (5, 15):
            seen, segments = moment_and_capture("port-scan", seconds)
            evidence = seen.evidence("port-scan")
            refused = [segment for segment in segments if is_syn(segment) and
                       segment.remote[0] == evidence["source"] and
                       any(answer.has(RST) for answer in segment.answers)]
            pauses = [at for at, (before, after) in enumerate(zip(refused, refused[1:]), 1)
                      if after.ms - before.ms >= LATELY_MS]
            refused = refused[pauses[-1]:] if pauses else refused  # it begins anew after a pause
            ports = {segment.local[1] for segment in refused}
            self.assertLessEqual(len(ports - set(range(100, 200))), 1)  # an ordinary day's own
            self.assertEqual(without(evidence, "source", "ports", "portsMore"), {
                "segments": len(refused),
                "durationMs": refused[-1].ms - refused[0].ms,
                "agoMs": seen.now_ms - refused[-1].ms,
                "sources": 1,
            })
            self.assertLessEqual(evidence["ports"], len(ports))
            self.assertEqual(evidence["portsMore"], evidence["ports"] < len(ports))
            self.assertFalse(seconds == 5 and evidence["portsMore"])


class OpeningTest(unittest.TestCase):
    maxDiff = None

    def test_unreachable_names_its_target_and_how_far_a_packet_gets(self):
        for seconds in (10, 30, 55):
            seen = moment("unreachable", seconds)
            rows = seen.of("synSent")
            failed = [row for row in seen.ended_lately("unanswered")
                      if row["remote"] == rows[0]["remote"]]
            self.assertEqual(seen.evidence("syn-sent-one-target"), {
                "target": rows[0]["remote"]["address"],
                "port": rows[0]["remote"]["port"],
                "attempts": len(rows),
                "failed": len(failed),
                "oldestMs": rows[0]["stateMs"],
                "owner": "updater",
                "reach": "unresolved",
            })
            self.assertEqual({(row["remote"]["address"], row["remote"]["port"], row["owner"])
                              for row in rows}, {("10.0.1.99", 443, "updater")})
            self.assertEqual(len(failed) > 0, seconds > 50)

    def test_scan_counts_its_targets(self):
        for seconds in (15, 50):
            seen = moment("scan", seconds)
            rows = seen.of("synSent")
            failed = [row for row in seen.ended_lately("unanswered") if row["opened"] == "active"]
            vain = [row for row in rows if row["stateMs"] >= 1000 or row["retries"]] + failed
            addresses = {row["remote"]["address"] for row in vain}
            self.assertEqual(seen.evidence("syn-sent-scan"), {
                "attempts": len(rows),
                "failed": len(failed),
                "addresses": len(addresses),
                "addressesMore": False,
                "ports": len({row["remote"]["port"] for row in vain}),
                "portsMore": False,
                "oldestMs": rows[0]["stateMs"],
            })
            self.assertGreater(len(addresses), 10)

    def test_backdoor_names_its_port_and_function(self):
        for seconds in (5, 7):
            seen = moment("backdoor", seconds)
            strangers = [row for row in seen.listeners.values() if row["owner"] is None]
            self.assertEqual([row["local"]["port"] for row in strangers], [31337])
            self.assertTrue(strangers[0]["acceptSymbol"])
            self.assertEqual(seen.evidence("unknown-listener"), {
                "listeners": 1,
                "port": 31337,
                "function": strangers[0]["acceptSymbol"],
                "connections": sum(row["local"]["port"] == 31337 for row in seen.rows),
            })


class EstablishedTest(unittest.TestCase):
    maxDiff = None

    def test_half_open_names_the_client_that_comes_again(self):
        for seconds in (75, 120):
            seen = moment("half-open", seconds)
            rows = seen.of("established", opened="passive", owner="export")
            clients = {row["remote"]["address"] for row in rows}
            newest = min(rows, key=lambda row: row["ageMs"])
            piled = [row for row in rows if row is newest or row["idleMs"] >= 60000]
            evidence = seen.evidence("reconnecting-client")
            self.assertEqual({evidence["remote"]}, clients)
            self.assertEqual(without(evidence, "remote"), {
                "port": 7070,
                "owner": "export",
                "connections": len(piled),
                "established": len(piled),
                "closeWait": 0,
                "oldestMs": max(row["ageMs"] for row in piled),
                "clients": 1,
                "poolPercent": seen.percent(len(piled)),
            })

    def test_accept_queue_full_counts_those_that_wait(self):
        seen, segments = moment_and_capture("accept-stall", 30)
        rows = seen.of("established", unaccepted=True)
        listener = seen.listeners[4321]
        evidence = seen.evidence("accept-queue-full")
        refused = [segment.ms for segment in segments if is_syn(segment) and
                   segment.local[1] == 4321 and not segment.answers]
        self.assertEqual(without(evidence, "synsRefused"), {
            "port": 4321,
            "owner": "provisiond",
            "unaccepted": len(rows),
            "others": 0,
            "backlog": listener["backlog"],
            "oldestMs": rows[0]["stateMs"],
        })
        self.assertEqual(len(refused), listener["refused"])
        self.assertIn(evidence["synsRefused"], at_the_last_look(seen, refused))

    def check_stall(self, seen, code, rows, bytes_key, octets):
        evidence = seen.evidence(code)
        self.assertEqual(evidence["connections"], len(rows))
        named, = [row for row in rows if row["id"] == evidence["connection"]]
        # It has not moved since its peer came, which is when the oldest did
        self.assertEqual(named["id"], max(rows, key=lambda row: row["ageMs"])["id"])
        self.assertEqual(without(evidence, "connections", "connection", "stalledMs"), {
            "owner": named["owner"],
            "port": named["local"]["port"],
            "remote": named["remote"]["address"],
            bytes_key: octets(named),
        })
        self.assertTrue(0 <= named["ageMs"] - evidence["stalledMs"] <= 6000,
                        (named["ageMs"], evidence["stalledMs"]))

    def test_receive_stall_counts_what_is_unread(self):
        seen = moment("receive-stall", 60)
        rows = seen.of("established", owner="logstore", receiveWindow=0)
        self.assertEqual(len(rows), 3)
        self.check_stall(seen, "receive-stall", rows, "unread", lambda row: row["receiveQueue"])

    def test_send_stall_counts_what_is_unsent(self):
        seen = moment("send-stall", 60)
        rows = seen.of("established", owner="telemetry", sendWindow=0)
        self.assertEqual(len(rows), 3)
        self.check_stall(seen, "send-stall", rows, "unsent",
                         lambda row: row["sendQueue"] - row["inFlight"])

    def test_stale_established_names_one_that_does_not_answer(self):
        with contextlib.closing(Live("lossy", "--seed", "8")) as device:
            device.until(55)
            while "stale-established" not in device.findings():
                device.wait(1)
            seen = Moment(device)
        evidence = seen.evidence("stale-established")
        rows = [row for row in seen.of("established") if row["keepalives"] >= 3 or
                (row["retries"] >= 3 and row["sendWindow"] > 0)]
        self.assertEqual(evidence["connections"], len(rows))
        named, = [row for row in rows if row["id"] == evidence["connection"]]
        self.assertEqual(without(evidence, "connections", "connection", "silentMs"), {
            "remote": named["remote"]["address"],
            "port": named["local"]["port"],
            "owner": named["owner"],
            "retransmissions": named["retries"],
            "keepalives": named["keepalives"],
            "unacknowledged": named["inFlight"],
        })
        self.assertGreaterEqual(evidence["silentMs"], named["idleMs"])


class ClosingTest(unittest.TestCase):
    maxDiff = None

    def test_close_wait_names_the_owner_that_leaks(self):
        for seconds in (70, 100):
            seen = moment("close-wait", seconds)
            rows = seen.of("closeWait", age_ms=60000, sentSinceFin=False, sendQueue=0)
            self.assertEqual({row["owner"] for row in rows}, {"leaky"})
            self.assertEqual(seen.evidence("close-wait-leak"), {
                "connections": len(rows),
                "others": 0,
                "owner": "leaky",
                "port": 8080,
                "connection": rows[0]["id"],
                "remote": rows[0]["remote"]["address"],
                "oldestMs": rows[0]["stateMs"],
                "poolPercent": seen.percent(len(rows)),
            })

    def named(self, row, **more):
        """What is the same of all that are stuck."""
        facts = {"connection": row["id"], "remote": row["remote"]["address"],
                 "port": row["local"]["port"], "owner": row["owner"], "oldestMs": row["stateMs"],
                 "retransmissions": row["retries"], **more}
        if row["freeMs"] is not None:
            facts["freeMs"] = row["freeMs"]
        return facts

    def test_fin_wait_counts_both_states_and_knows_when_one_is_free(self):
        for seconds in (15, 20, 40, 60):
            seen = moment("fin-wait", seconds)
            rows = seen.of("finWait1", "finWait2", age_ms=10000)
            states = collections.Counter(row["state"] for row in rows)
            self.assertEqual({row["owner"] for row in rows}, {"pushd"})
            self.assertEqual(seen.evidence("fin-wait-stuck"), self.named(
                rows[0], connections=len(rows), finWait1=states["finWait1"],
                finWait2=states["finWait2"]))
            if seconds < 20:
                self.assertIsNotNone(rows[0]["freeMs"])

    def test_last_ack_and_closing_name_the_oldest(self):
        for name, code, state in (("last-ack", "last-ack-stuck", "lastAck"),
                                  ("simultaneous-close", "closing-stuck", "closing")):
            seen = moment(name, 30)
            rows = seen.of(state, age_ms=10000)
            self.assertEqual(len(rows), 2)
            self.assertEqual(seen.evidence(code), self.named(rows[0], connections=len(rows)))
            self.assertGreater(rows[0]["retries"], 0)

    def test_time_wait_knows_how_many_are_free_when(self):
        for seconds in (15, 60, 100):
            seen = moment("time-wait", seconds)
            rows = seen.of("timeWait")
            evidence = seen.evidence("time-wait-pile")
            port, count = most_of(row["local"]["port"] if row["opened"] == "passive"
                                  else row["remote"]["port"] for row in rows)
            self.assertEqual(evidence, {
                "connections": len(rows),
                "poolPercent": seen.percent(len(rows)),
                "in10s": sum(row["freeMs"] <= 10000 for row in rows),
                "in30s": sum(row["freeMs"] <= 30000 for row in rows),
                "in60s": sum(row["freeMs"] <= 60000 for row in rows),
                "lastMs": max(row["freeMs"] for row in rows),
                "port": port,
                "portConnections": count,
                "refused": 0,
                "blockedPort": 8084,
            })

    def test_bind_blocked_knows_who_is_left_on_the_port(self):
        seen = moment("time-wait", 60)
        rows = [row for row in seen.rows if row["local"]["port"] == 8084]
        self.assertNotIn(8084, seen.listeners)
        self.assertEqual(seen.evidence("bind-blocked"), {
            "port": 8084,
            "owner": "restartd",
            "connections": len(rows),
            "freeMs": max(row["freeMs"] for row in rows),
            "ports": 1,
        })


class PoolTest(unittest.TestCase):
    maxDiff = None

    def check(self, seen, owner):
        rows = [row for row in seen.rows if not row["reclaimable"]]
        port, port_count = most_of(row["local"]["port"] for row in rows
                                   if row["opened"] == "passive")
        self.assertEqual(without(seen.evidence("pool-exhaustion"), "refused", "evicted"), {
            "held": len(rows),
            "capacity": seen.capacity,
            "heldPercent": seen.percent(len(rows)),
            "reclaimable": len(seen.rows) - len(rows),
            "topPort": port,
            "topPortConnections": port_count,
            "topState": most_of(row["state"] for row in rows)[0],
            "topOwner": most_of(row["owner"] for row in rows if row["owner"])[0],
        })
        self.assertEqual(most_of(row["owner"] for row in rows if row["owner"])[0], owner)

    def check_refused(self, seen, segments):
        """All that were refused or ended are of the last minute. Nobody answers a forged source,
        so that those SYNs are told by what has a place."""
        evidence = seen.evidence("pool-exhaustion")
        evicted = sum(seen.evicted[state] for state in seen.evicted if state != "timeWait")
        placed = seen.found_a_place()
        refused = [segment.ms for segment in segments if is_syn(segment) and
                   not segment.answers and segment.remote not in placed]
        self.assertEqual(evidence["evicted"], evicted)
        self.assertIn(evidence["refused"], at_the_last_look(seen, refused))

    def test_pool_full_names_who_holds_it(self):
        seen, segments = moment_and_capture("pool-full", 25)
        self.check(seen, "collectord")
        self.check_refused(seen, segments)
        self.assertGreater(seen.evidence("pool-exhaustion")["evicted"], 10)

    def test_pool_full_of_half_open_connections(self):
        seen, segments = moment_and_capture("syn-burst", 15)
        self.check(seen, "httpd")
        self.check_refused(seen, segments)
        self.assertGreater(seen.evidence("pool-exhaustion")["refused"], 9000)

    def test_pool_full_of_a_client_that_comes_again(self):
        seen, segments = moment_and_capture("half-open", 35)
        self.check(seen, "export")
        self.check_refused(seen, segments)


class LineTest(unittest.TestCase):
    """Against the counters of each second, which are proven against captures elsewhere."""

    def check(self, name, code, key, of_all, *of_bad):
        """`of_bad`: of several counters the one that has grown most is told."""
        seconds = {}
        with contextlib.closing(Live(name)) as device:
            while code not in device.findings() or device.now_s < 11:
                self.assertLess(device.now_s, 60)
                seconds[device.now_s] = device.ask("show tcp statistics")
                device.wait(1)
            seconds[device.now_s] = device.ask("show tcp statistics")
            evidence = device.findings()[code]["evidence"]
        ways = []
        for end_s in (device.now_s, device.now_s - 1):
            grown = [of(seconds[end_s]) - of(seconds[end_s - 10]) for of in (of_all, *of_bad)]
            ways.append((grown[0], max(grown[1:])))
        self.assertIn((evidence["segments"], evidence[key]), ways)
        self.assertGreater(evidence[key], 4)
        self.assertEqual(evidence["overMs"], 10000)
        self.assertEqual(evidence["share"], evidence[key] * 1000 // evidence["segments"])

    def test_retransmission_rise_is_what_was_sent_again(self):
        self.check("lossy", "retransmission-rise", "retransmitted",
                   lambda counters: counters["sent"]["total"],
                   lambda counters: (counters["rfc4022"]["retransSegs"] -
                                     counters["sent"]["controlRetransmitted"]))

    def test_reset_rise_is_what_was_reset(self):
        for name in ("port-scan", "pool-full"):
            with self.subTest(name):
                self.check(name, "reset-rise", "resets",
                           lambda counters: (counters["sent"]["total"] +
                                             counters["rfc4022"]["inSegs"]),
                           lambda counters: counters["rfc4022"]["outRsts"],
                           lambda counters: counters["rfc4022"]["estabResets"])

    def test_reset_rise_of_a_port_scan_is_in_the_capture(self):
        seen, segments = moment_and_capture("port-scan", 8)
        evidence = seen.evidence("reset-rise")
        ways = []
        for end_ms in range(seen.now_ms - LOOK_MS, seen.now_ms + 1, 10):
            last = [segment for segment in segments
                    if end_ms - evidence["overMs"] < segment.ms <= end_ms]
            ways.append((len(last), sum(segment.has(RST) for segment in last)))
        self.assertIn((evidence["segments"], evidence["resets"]), ways)


if __name__ == "__main__":
    unittest.main()
