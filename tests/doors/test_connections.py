#!/usr/bin/python3
"""The tables of connections: each filter gives what a plain selection gives, and they agree."""

import ipaddress
import itertools
import json
import os
import re
import subprocess
import unittest

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
TIMEOUT_S = 60
VIRTUAL = ["--clock", "virtual", "--run", "120", "--scenario", "lossy"]


def sim(lines, *options, check=0):
    done = subprocess.run([SIM, *(options or VIRTUAL)], input="".join(
        line + "\n" for line in lines).encode(), capture_output=True, timeout=TIMEOUT_S)
    assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
    return done.stdout.decode()


def answers(lines, *options):
    text, decoder, got = sim(lines, *options).strip(), json.JSONDecoder(), []
    while text:
        answer, end = decoder.raw_decode(text)
        got.append(answer)
        text = text[end:].lstrip()
    return got


def without_hold(text):
    """How long the stack was held is measured, and differs from run to run."""
    return re.sub(r"held for \S+ us|\"longestHoldNs\":\d+", "held", text)


def of_port(end, port):
    return end is not None and end["port"] == port


def within(end, prefix):
    return end is not None and end["address"] != "*" and \
        ipaddress.ip_address(end["address"]) in ipaddress.ip_network(prefix)


FILTERS = {
    "state established": lambda row: row["state"] == "established",
    "state time-wait": lambda row: row["state"] == "timeWait",
    "state synReceived": lambda row: row["state"] == "synReceived",
    "port 80": lambda row: of_port(row["local"], 80) or of_port(row["remote"], 80),
    "port 7": lambda row: of_port(row["local"], 7) or of_port(row["remote"], 7),
    "local-port 80": lambda row: of_port(row["local"], 80),
    "remote-port 7": lambda row: of_port(row["remote"], 7),
    "local 10.0.10.0/24": lambda row: within(row["local"], "10.0.10.0/24"),
    "local 2001:db8::/32": lambda row: within(row["local"], "2001:db8::/32"),
    "local 10.0.1.1": lambda row: within(row["local"], "10.0.1.1"),
    "remote 10.0.0.0/8": lambda row: within(row["remote"], "10.0.0.0/8"),
    "remote 2001:db8:20::/64": lambda row: within(row["remote"], "2001:db8:20::/64"),
    "remote 10.0.10.2": lambda row: within(row["remote"], "10.0.10.2"),
    "vlan 10": lambda row: row["vlan"] == 10,
    "vlan 4094": lambda row: row["vlan"] == 4094,
    "owner httpd": lambda row: row["owner"] == "httpd",
    "owner tcpecho": lambda row: row["owner"] == "tcpecho",
    "owner -": lambda row: row["owner"] is None,
}


class FilterTest(unittest.TestCase):
    def test_alone_and_in_pairs_as_a_selection(self):
        sets = [(one,) for one in FILTERS] + [
            pair for pair in itertools.permutations(FILTERS, 2)
            if pair[0].split()[0] != pair[1].split()[0]]
        everything, *got = answers(["show tcp connections json"] + [
            "show tcp connections %s json" % " ".join(words) for words in sets])
        rows = everything["connections"]
        self.assertGreater(len(rows), 20)
        self.assertEqual((everything["total"], everything["shown"]), (len(rows), len(rows)))
        selected = set()
        for words, answer in zip(sets, got, strict=True):
            line = " ".join(words)
            expected = [row for row in rows if all(FILTERS[word](row) for word in words)]
            self.assertEqual(answer["connections"], expected, line)
            self.assertEqual((answer["total"], answer["shown"]), (len(rows), len(expected)), line)
            if expected:
                selected.add(line)
        for line in ("state established", "port 80", "remote 10.0.0.0/8", "owner httpd",
                     "local 2001:db8::/32", "vlan 10"):
            self.assertIn(line, selected)  # it is not that nothing was there to select


class TableTest(unittest.TestCase):
    def test_text_and_json_tell_of_the_same_connections(self):
        text = sim(["show tcp connections"]).splitlines()
        got = answers(["show tcp connections json"])[0]
        rows = [line.split() for line in text[1:-1]]
        self.assertEqual({len(row) for row in rows}, {10})
        self.assertEqual([row[0] for row in rows],
                         [row["id"] or "-" for row in got["connections"]])
        self.assertEqual([row[5] for row in rows],
                         [str(row["vlan"] or "-") for row in got["connections"]])
        self.assertEqual([(int(row[8]), int(row[9])) for row in rows],
                         [(row["receiveQueue"], row["sendQueue"]) for row in got["connections"]])
        self.assertRegex(text[-1], r"^%d connections, %d shown; the stack was held for "
                         r"\d+\.\d us at most$" % (got["total"], got["shown"]))

    def test_ids_are_one_for_each_and_stay(self):
        first, later = answers(["show tcp connections json", "show tcp statistics rate 5 json",
                                "show tcp connections json"])[::2]
        for answer in (first, later):
            ids = [row["id"] for row in answer["connections"]]
            self.assertEqual(len(set(ids)), len(ids))
            for name in ids:
                self.assertRegex(name, "^[0-9a-f]{8}$")
        ends = {row["id"]: (row["local"], row["remote"]) for row in first["connections"]}
        stayed = [row for row in later["connections"] if row["id"] in ends]
        self.assertGreater(len(stayed), 5)
        for row in stayed:
            self.assertEqual((row["local"], row["remote"]), ends[row["id"]])

    def test_ids_of_two_commands_agree(self):
        lines = ["show tcp connections json", "show tcp brief json"]
        connections, brief = answers(lines)
        self.assertEqual(connections["connections"], brief["connections"])
        ids = [row["id"] for row in connections["connections"]]
        text = sim(["show tcp brief"]).splitlines()
        self.assertEqual([line.split()[0].lower() for line in text[1:]], ids)
        self.assertEqual({len(line.split()) for line in text[1:]}, {4})

    def test_closed_are_the_ones_that_are_gone(self):
        live, got = answers(["show tcp connections json", "show tcp closed json"])
        rows = got["closed"]
        self.assertEqual((got["lookedAt"], got["shown"]), (len(rows), len(rows)))
        self.assertGreater(got["total"], 60)
        self.assertGreater(len({row["end"] for row in rows}), 1)
        self.assertFalse({row["id"] for row in rows} & {row["id"] for row in live["connections"]})
        ended = [row["endedAgoMs"] for row in rows]
        self.assertEqual(ended, sorted(ended))  # the newest first
        for words in ("port 80", "port 7 remote 10.0.0.0/8", "owner httpd local 2001:db8::/32",
                      "vlan 10"):
            fits = [FILTERS[part] for part in FILTERS if part in words]
            self.assertEqual(answers(["show tcp closed %s json" % words])[0]["closed"],
                             [row for row in rows if all(fit(row) for fit in fits)], words)
        text = sim(["show tcp closed"]).splitlines()
        self.assertEqual([line.split()[0] for line in text[1:-1]], [row["id"] for row in rows])

    def test_owners_count_the_connections(self):
        got, owners = answers(["show tcp connections json", "show tcp owners json"])
        self.assertEqual(owners["total"], got["total"])
        self.assertIsNone(owners["others"])
        self.assertGreater(len(owners["owners"]), 1)
        for row in owners["owners"]:
            mine = [each for each in got["connections"] if each["owner"] == row["owner"]]
            self.assertEqual(row["total"], len(mine))
            for state, count in row["states"].items():
                self.assertEqual(count, sum(each["state"] == state for each in mine))
        totals = [row["total"] for row in owners["owners"]]
        self.assertEqual(totals, sorted(totals, reverse=True))
        self.assertEqual(sum(totals), got["total"])

    def test_netstat_and_lsof_have_the_same_rows(self):
        got = answers(["show tcp connections json"])[0]["connections"]
        listeners = answers(["show tcp listeners json"])[0]["listeners"]
        rows = [line.split() for line in sim(["netstat -nat"]).splitlines()[2:]]
        self.assertEqual({len(row) for row in rows}, {6})
        self.assertEqual([row[3] for row in rows if row[5] != "LISTEN"],
                         ["%(address)s:%(port)d" % row["local"] for row in got])
        self.assertEqual([row[3] for row in rows if row[5] == "LISTEN"],
                         [":::%d" % row["local"]["port"] for row in listeners])
        of_80 = [line.split() for line in sim(["lsof -i:80"]).splitlines()[1:]]
        self.assertEqual([row[5] for row in of_80 if row[9] != "(LISTEN)"],
                         [row["id"] for row in got if FILTERS["port 80"](row)])
        self.assertEqual([row[0] for row in of_80 if row[9] == "(LISTEN)"], ["httpd"])

    def test_totals_are_those_of_the_statistics(self):
        got, statistics = answers(["show tcp connections json", "show tcp statistics json"])
        for state, count in statistics["states"].items():
            self.assertEqual(sum(row["state"] == state for row in got["connections"]),
                             0 if state == "listen" else count, state)

    def test_vlan_is_the_one_of_the_local_address(self):
        for row in answers(["show tcp connections json"])[0]["connections"]:
            self.assertRegex(row["local"]["address"],
                             r"^(10\.0\.%(vlan)d\.1|2001:db8:%(vlan)d::1)$" % row)

    def test_pool_counts_the_connections(self):
        got, pool = answers(["show tcp connections json", "show tcp pool json"])
        rows = got["connections"]
        self.assertEqual((pool["held"], pool["used"]), (len(rows), len(rows)))
        self.assertEqual(pool["reclaimable"], sum(row["reclaimable"] for row in rows))
        for held, fits in ([(state, lambda row, state=state: row["state"] == state["state"])
                            for state in pool["states"]] +
                           [(remote, lambda row, remote=remote:
                             row["remote"]["address"] == remote["address"])
                            for remote in pool["remotes"]] +
                           [(owner, lambda row, owner=owner: row["owner"] == owner["owner"])
                            for owner in pool["owners"]]):
            mine = [row for row in rows if fits(row)]
            times = sorted(row["freeMs"] for row in mine if row["freeMs"] is not None)
            self.assertEqual((held["held"], held["timed"]), (len(mine), len(times)))
            self.assertEqual((held["firstFreeMs"], held["lastFreeMs"]),
                             (times[0], times[-1]) if times else (None, None))
            self.assertEqual(held["timed"] + held["untilPeer"] + held["untilProgram"],
                             held["held"])
        for name, others in (("ports", "otherPorts"), ("remotes", "otherRemotes"),
                             ("owners", "otherOwners")):
            self.assertEqual(sum(row["held"] for row in pool[name]) + pool[others], len(rows))
        self.assertEqual([row["port"] for row in pool["ports"] if row["end"] == "local"][:2],
                         [80, 7])

    def test_memory_pools_agree_with_the_pool_of_connections(self):
        memory, pool = answers(["show memory pools json", "show tcp pool json"])
        of = {row["name"]: row for row in memory["pools"]}
        self.assertEqual(memory["total"], len(of))
        for key in ("capacity", "used", "peak", "refused"):
            self.assertEqual(of["TCP_PCB"][key], pool[key])
        self.assertTrue(of["HEAP"]["heap"])
        self.assertGreater(of["TCP_SEG"]["peak"], 0)
        self.assertGreater(of["HEAP"]["peak"], of["HEAP"]["used"])

    def test_listeners_name_who_takes_their_connections(self):
        detail = sim(["show tcp listeners detail"])
        rows = answers(["show tcp listeners json"])[0]["listeners"]
        self.assertEqual({row["owner"]: row["acceptSymbol"] for row in rows},
                         {"httpd": "http_accept", "tcpecho": "tcpecho_raw_accept",
                          "lwiperf": "lwiperf_tcp_accept", "export": "export_accept"})
        for row in rows:
            self.assertIn(row["acceptSymbol"], detail)
            self.assertGreater(row["accepted"], 0 if row["owner"] == "export" else 10)

    def test_clear_ends_that_connection_alone(self):
        before = answers(["show tcp connections state established json"])[0]["connections"]
        victim = before[3]["id"]
        text = sim(["clear tcp connection " + victim, "show tcp connections json",
                    "show tcp closed json", "clear tcp connection " + victim.upper()], check=1)
        after, closed = (json.loads(part) for part in re.findall(r"(?s)\{\"schema.*?\}\n(?=\{|$)",
                                                                 text))
        left = [row["id"] for row in after["connections"] if row["state"] == "established"]
        self.assertEqual(left, [row["id"] for row in before if row["id"] != victim])
        self.assertEqual((closed["closed"][0]["id"], closed["closed"][0]["end"]),
                         (victim, "cleared"))

    def test_no_queue_is_longer_than_its_window(self):
        for row in answers(["show tcp connections json"])[0]["connections"]:
            self.assertLess(row["sendQueue"], 1 << 20)
            self.assertLess(row["receiveQueue"], 1 << 20)
            self.assertLessEqual(row["idleMs"], row["ageMs"])
            self.assertLessEqual(row["stateMs"], row["ageMs"])

    def test_two_runs_of_a_seed_are_equal(self):
        lines = ["show tcp connections", "show tcp connections detail",
                 "show tcp connections json"]
        self.assertEqual(without_hold(sim(lines)), without_hold(sim(lines)))


if __name__ == "__main__":
    unittest.main()
