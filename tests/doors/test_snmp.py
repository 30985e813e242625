#!/usr/bin/python3
"""SNMP by net-snmp's clients, by way of the remote world: it says the same as the commands."""

import json
import os
import socket
import sys
import tempfile
import time
import unittest

import snmp
import snmp_compare as compare
from control import TIMEOUT_S, Switch

COMMUNITY = "longer-than-lwIP's-8"
CACHE_MS = 5000  # CONFIG_NETDIAG_SNMP_CACHE's default
QUIET_S = 1      # that nobody answers
BUSY_RATE = 150  # connections a second, at the least

# Odd requests that the agent drops.
NO_ANSWER = ("version 3", "version 77", "a trap", "a response",
             "a GETBULK of version 1", "nothing", "one byte", "no BER", "1472 bytes", "2000 bytes")
DEFAULT_PORT = 1161


def free_udp_port(address="127.0.0.1"):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                       socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Polled(Switch):
    """A switch with an agent, which is asked by way of forwards: `agent` at its first address,
    `others` at IPv6 addresses of the switch and of the host."""

    def __init__(self, *options, community=COMMUNITY, state=None, **words):
        ports = [free_udp_port(), free_udp_port(), free_udp_port("::1")]
        super().__init__("--forward", "udp:127.0.0.1:%d-161" % ports[0],
                         "--forward", "udp:127.0.0.1:%d-[2001:db8:20::1]:161" % ports[1],
                         "--forward", "udp:[::1]:%d-10.0.10.1:161" % ports[2],
                         *(["--snmp-community", community] if community else []), *options,
                         state=state, **words)
        self.port = ports[0]
        self.agent = snmp.Agent("udp:127.0.0.1:%d" % ports[0], COMMUNITY)
        self.others = {"to IPv6": self.agent.but(where="udp:127.0.0.1:%d" % ports[1]),
                       "from IPv6": self.agent.but(where="udp6:[::1]:%d" % ports[2])}

    def json(self, command):
        return json.loads(self.run(command + " json", check=0).stdout)

    def counts(self):
        return self.json("show snmp")

    def let_copy_age(self):
        """The next request for a table of connections reads it anew."""
        counts = self.counts()
        if counts["cachedRows"] is not None:
            time.sleep(max(0, CACHE_MS + 100 - counts["cacheAgeMs"]) / 1000)

    def bracketed(self, agent=None, walk="bulkwalk"):
        """(before, walked, after)"""
        self.let_copy_age()
        before = compare.Look(self)
        values = compare.walked(agent or self.agent, walk)
        return before, values, compare.Look(self)

    def exchange(self, *messages, timeout_s=QUIET_S):
        """What comes to each, one after the other; None: nothing."""
        with socket.socket(type=socket.SOCK_DGRAM) as mine:
            mine.connect(("127.0.0.1", self.port))
            mine.settimeout(timeout_s)
            answers = []
            for message in messages:
                mine.send(message)
                try:
                    answers.append(mine.recv(65536))
                except TimeoutError:
                    answers.append(None)
            return answers if len(messages) > 1 else answers[0]


class SwitchTest(unittest.TestCase):
    maxDiff = None

    def switch(self, *options, **words):
        switch = Polled(*options, **words)
        self.addCleanup(switch.close)
        return switch


class SameTest(SwitchTest):
    """An ordinary day: now and then something passes."""

    @classmethod
    def setUpClass(cls):
        cls.polled = Polled("--vlan", "30=10.0.30.1/24", "--vlan", "40", "--snmp-contact", "noc",
                            "--snmp-location", "rack 7")
        time.sleep(8)  # the ordinary day has begun

    @classmethod
    def tearDownClass(cls):
        cls.polled.close()

    def test_bulk_walk_is_what_the_commands_say(self):
        self.assertEqual(compare.all_differences(*self.polled.bracketed()), [])

    def test_walk_one_by_one_is_what_the_commands_say(self):
        self.assertEqual(compare.all_differences(*self.polled.bracketed(walk="walk")), [])

    def test_by_ipv6_it_is_the_same(self):
        for name, agent in self.polled.others.items():
            with self.subTest(name):
                self.assertEqual(compare.all_differences(*self.polled.bracketed(agent)), [])

    def test_version_1_is_the_same_without_64_bits(self):
        agent = self.polled.agent
        first = agent.but(version="1").walk(snmp.INTERFACES[:-2])
        second = agent.walk(snmp.INTERFACES[:-2])
        still = {oid: value for oid, value in second.items()
                 if value.kind in ("INTEGER", "Hex-STRING") and not oid.startswith(snmp.TCP)}
        self.assertEqual({oid: first.get(oid) for oid in still}, still)
        self.assertFalse([value for value in first.values() if value.kind == "Counter64"])
        rows = [oid for oid, value in second.items()
                if value.kind != "Counter64" and not oid.startswith(snmp.TCP)]
        self.assertEqual([oid for oid in rows if oid not in first], [])

    def test_established_is_the_same(self):
        for _ in range(50):
            before = compare.Look(self.polled)
            walked = self.polled.agent.get(snmp.TCP + ".9.0")
            after = compare.Look(self.polled)
            low, value = compare.established(before, walked)
            if low == compare.established(after, walked)[0]:
                self.assertEqual(value, ("Gauge32", low))
                return
        self.fail("it never stood still")

    def test_system_group_is_the_switch_s(self):
        version = self.polled.json("show version")
        agent = self.polled.agent
        group = agent.walk(snmp.SYSTEM)
        self.assertEqual([group["%s.%d.0" % (snmp.SYSTEM, arc)].value for arc in (4, 5, 6)],
                         [b"noc", b"sw1", b"rack 7"])
        described = group[snmp.SYSTEM + ".1.0"].value.decode()
        self.assertIn(version["product"], described)
        self.assertIn(version["stack"], described)
        low = self.polled.json("show version")["uptimeMs"] // 10
        ticks = agent.value(snmp.SYS_UP_TIME)
        high = self.polled.json("show version")["uptimeMs"] // 10
        self.assertTrue(low <= ticks <= high, (low, ticks, high))

    def test_tables_of_snmptable_are_the_rows(self):
        interfaces = {str(row["ifIndex"]): row
                      for row in self.polled.json("show interfaces counters")["interfaces"]}
        for name, mine, theirs in (("IF-MIB::ifTable", "ifIndex", "ifIndex"),
                                   ("IF-MIB::ifXTable", "ifName", "name")):
            rows = self.polled.agent.table(name)
            self.assertEqual([row[mine] for row in rows],
                             [str(row[theirs]) for row in interfaces.values()], rows)
        rows = self.polled.agent.table("Q-BRIDGE-MIB::dot1qVlanStaticTable")
        vlans = self.polled.json("show vlan ifindex")["vlans"]
        self.assertEqual([row["dot1qVlanStaticName"] for row in rows],
                         [row["name"] for row in vlans])
        for _ in range(10):
            self.polled.let_copy_age()
            rows = self.polled.agent.table("TCP-MIB::tcpConnectionTable")
            states = sorted(compare.STATES[row["state"]]
                            for row in self.polled.json("show tcp connections")["connections"])
            if sorted(int(row["tcpConnectionState"]) for row in rows) == states:
                break
        else:
            self.fail((rows, states))
        self.assertEqual(len(self.polled.agent.table("TCP-MIB::tcpListenerTable")),
                         len(self.polled.json("show tcp listeners")["listeners"]))

    def test_ifindex_of_the_command_names_the_vlan_in_snmp(self):
        names = self.polled.agent.walk(snmp.IF_X_TABLE + ".1.1")
        rows = self.polled.json("show vlan ifindex")["vlans"]
        self.assertGreaterEqual(len(rows), 4)
        for row in rows:
            if row["macAddress"]:
                self.assertEqual(names["%s.1.1.%d" % (snmp.IF_X_TABLE, row["ifIndex"])].value,
                                 b"Vlan%d" % row["vlan"])
        verified = self.polled.json("show vlan ifindex verify")
        self.assertTrue(verified["same"], verified)
        self.assertEqual([row["snmpIfIndex"] for row in verified["vlans"] if row["snmpIfIndex"]],
                         [row["ifIndex"] for row in rows if row["macAddress"]])

    def test_every_object_is_read_by_get_and_getnext_too(self):
        agent = self.polled.agent
        values = agent.walk(snmp.INTERFACES)
        for oid, value in list(values.items())[::7]:
            self.assertEqual(agent.get(oid)[oid].kind, value.kind)
        before = None
        for oid in list(values)[:20]:
            if before:
                self.assertEqual(agent.next(before)[0], oid)
            before = oid


class LoadTest(SwitchTest):
    def test_busy_is_what_the_commands_say(self):
        switch = self.switch("--scenario", "busy")
        time.sleep(10)
        opened = []
        for _ in range(3):
            before, walked, after = switch.bracketed()
            for look in (before, after):
                opened.append((look.statistics["rfc4022"]["passiveOpens"], look.uptime_ms))
            # Some hundredths of a second, so that it is ten, more or less
            self.assertGreater(opened[-1][0], opened[-2][0])
            self.assertEqual(compare.all_differences(before, walked, after), [])
        (first, begin_ms), (last, end_ms) = opened[0], opened[-1]
        self.assertGreater((last - first) * 1000 / (end_ms - begin_ms), BUSY_RATE)

    def test_all_states_are_those_of_the_rfc(self):
        switch = self.switch("--scenario", "all-states")
        seen = set()
        deadline = time.monotonic() + TIMEOUT_S
        while seen < set(compare.STATES.values()) - {2}:
            self.assertLess(time.monotonic(), deadline, seen)
            before, walked, after = switch.bracketed()
            self.assertEqual(compare.connection_differences(before, walked, after), [])
            states = snmp.columns(walked, snmp.TCP + ".19.1").values()
            seen |= {row[7].value for row in states}


class NumberTest(SwitchTest):
    """ifIndex: one number for a VLAN, for ever."""

    @staticmethod
    def numbers(switch):
        return {row["vlan"]: row["ifIndex"] for row in switch.json("show vlan ifindex")["vlans"]}

    def assert_same(self, switch):
        names = switch.agent.walk(snmp.IF_X_TABLE + ".1.1")
        mine = {int(value.value[4:]): int(oid.rpartition(".")[2])
                for oid, value in names.items() if value.value.startswith(b"Vlan")}
        self.assertEqual(mine, self.numbers(switch))
        self.assertTrue(switch.json("show vlan ifindex verify")["same"])
        return mine

    def test_restart_with_the_vlans_in_another_order_keeps_them(self):
        with tempfile.TemporaryDirectory() as state:
            vlans = ["--vlan", "30=10.0.30.1/24", "--vlan", "40=10.0.40.1/24"]
            switch = self.switch(*vlans, state=state)
            first = self.assert_same(switch)
            switch.close()
            switch = self.switch(*vlans[2:], *vlans[:2], "--vlan", "35=10.0.35.1/24", state=state)
            second = self.assert_same(switch)
            self.assertEqual({vlan: second[vlan] for vlan in first}, first)
            self.assertNotIn(second[35], first.values())

    def test_vlan_removed_and_made_anew_has_its_number_again(self):
        with tempfile.TemporaryDirectory() as state:
            switch = self.switch(state=state)
            switch.run("vlan 55 name cameras", "vlan 56", check=0)
            first = self.assert_same(switch)
            self.assertEqual(switch.agent.value("%s.1.1.55" % snmp.VLAN_STATIC), b"cameras")
            self.assertEqual(compare.all_differences(*switch.bracketed()), [])
            switch.run("no vlan 55", "vlan 57", check=0)
            without = self.assert_same(switch)
            self.assertNotIn(55, without)
            self.assertNotIn(first[55], without.values())
            self.assertEqual(compare.all_differences(*switch.bracketed()), [])
            switch.run("vlan 55", check=0)
            self.assertEqual(self.assert_same(switch)[55], first[55])
            switch.run("no vlan 55", "no vlan 56", check=0)
            switch.close()
            switch = self.switch("--vlan", "56=10.0.56.1/24", "--vlan", "55=10.0.55.1/24",
                                 state=state)
            again = self.assert_same(switch)
            self.assertEqual((again[55], again[56]), (first[55], first[56]))


class HostileTest(SwitchTest):
    @classmethod
    def setUpClass(cls):
        cls.polled = Polled()
        time.sleep(2)

    @classmethod
    def tearDownClass(cls):
        cls.polled.close()

    def tearDown(self):
        self.assertEqual(self.polled.agent.value(snmp.SYS_NAME), b"sw1")  # it still answers

    def rise(self, key, function):
        before = self.polled.counts()[key]
        function()
        return self.polled.counts()[key] - before

    def test_wrong_community_is_no_answer(self):
        def ask():
            for community in ("public", "private", COMMUNITY[:-1], COMMUNITY + "x",
                              COMMUNITY[:8], COMMUNITY.upper(), ""):
                message = snmp.request(snmp.GET, snmp.SYS_NAME, community=community.encode())
                self.assertIsNone(self.polled.exchange(message, timeout_s=0.3), community)
            agent = self.polled.agent.but(community="public", timeout_s=QUIET_S, retries=0)
            with self.assertRaises(snmp.NoAnswer):
                agent.value(snmp.SYS_NAME)

        self.assertEqual(self.rise("inBadCommunityNames", ask), 8)

    def test_set_is_refused_and_nothing_changes(self):
        agent = self.polled.agent
        before = agent.walk(snmp.SYSTEM), self.polled.json("show vlan ifindex")["vlans"]
        tries = ((snmp.SYS_NAME, "s", "mine"), (snmp.SYSTEM + ".4.0", "s", "me"),
                 (snmp.IF_TABLE + ".1.7.2", "i", "2"), (snmp.IF_X_TABLE + ".1.18.2", "s", "mine"),
                 (snmp.VLAN_STATIC + ".1.1.10", "s", "mine"),
                 (snmp.VLAN_STATIC + ".1.5.99", "i", "4"), (snmp.TCP + ".5.0", "u", "1"))

        def ask():
            for oid, kind, value in tries:
                with self.assertRaisesRegex(snmp.Refused, "notWritable|noAccess|noCreation"):
                    agent.set(oid, kind, value)
            with self.assertRaisesRegex(snmp.Refused, "noSuchName|readOnly"):
                agent.but(version="1").set(*tries[0])

        with self.assertRaisesRegex(snmp.Refused, "notWritable"):
            agent.set(*tries[0])
        self.assertEqual(self.rise("inSetRequests", ask), len(tries) + 1)
        after = agent.walk(snmp.SYSTEM), self.polled.json("show vlan ifindex")["vlans"]
        for values in (before[0], after[0]):
            values.pop(snmp.SYS_UP_TIME)
        self.assertEqual(before, after)

    def test_getbulk_of_10000_is_one_packet(self):
        rows = self.polled.agent.bulk(snmp.INTERFACES, 10000)
        self.assertTrue(10 <= len(rows) <= 64, len(rows))
        for repetitions in (10000, 2 ** 31 - 1):
            data = self.polled.exchange(snmp.request(
                snmp.GET_BULK, *[snmp.INTERFACES] * 20, community=COMMUNITY.encode(),
                third=repetitions))
            self.assertLessEqual(len(data), 1472)
            got = snmp.answer(data)
            self.assertEqual((got.kind, got.status), (snmp.RESPONSE, 0))
            self.assertGreater(len(got.bindings), 10)

    def test_truncated_at_every_byte_is_no_answer_or_an_error(self):
        message = snmp.request(snmp.GET_BULK, snmp.INTERFACES, snmp.TCP_CONNECTION_STATE,
                               community=COMMUNITY.encode(), third=10)
        answers = self.polled.exchange(*(message[:size] for size in range(len(message))),
                                       timeout_s=0.05)
        for size, data in enumerate(answers):
            if data is not None:
                self.assertNotEqual(snmp.answer(data).status, 0, size)
        self.assertGreaterEqual(self.polled.counts()["inASNParseErrs"], 1)

    def test_every_byte_changed_leaves_it_answering(self):
        message = snmp.request(snmp.GET_NEXT, snmp.INTERFACES, snmp.SYS_NAME,
                               community=COMMUNITY.encode())
        for value in (0x00, 0x7f, 0x80, 0x84, 0xff):
            changed = [message[:at] + bytes([value]) + message[at + 1:]
                       for at in range(len(message))]
            for at, data in enumerate(self.polled.exchange(*changed, timeout_s=0.02)):
                if data is not None:
                    self.assertEqual(snmp.answer(data).kind, snmp.RESPONSE, (at, value))
            self.assertEqual(self.polled.agent.value(snmp.SYS_NAME), b"sw1")

    def test_odd_requests_have_an_answer_or_none(self):
        ask = dict(community=COMMUNITY.encode())
        huge = ".".join(["1.3"] + ["4294967295"] * 126)
        odd = {"a huge OID": snmp.request(snmp.GET, huge, **ask),
               "the one after it": snmp.request(snmp.GET_NEXT, huge, **ask),
               "the highest": snmp.request(snmp.GET_NEXT, "2.39." + "4294967295." * 60 + "1",
                                           **ask),
               "no binding": snmp.request(snmp.GET, **ask),
               "version 3": snmp.request(snmp.GET, snmp.SYS_NAME, version=3, **ask),
               "version 77": snmp.request(snmp.GET, snmp.SYS_NAME, version=77, **ask),
               "a trap": snmp.request(0xa7, snmp.SYS_NAME, **ask),
               "a response": snmp.request(snmp.RESPONSE, snmp.SYS_NAME, **ask),
               "a GETBULK of version 1": snmp.request(snmp.GET_BULK, snmp.SYSTEM, version=0,
                                                      third=5, **ask),
               "negative repetitions": snmp.request(snmp.GET_BULK, snmp.SYSTEM, third=-5, **ask),
               "a value in a GET": snmp.request(snmp.GET, snmp.SYS_NAME, value=snmp.number(5),
                                                **ask),
               "70 bindings": snmp.request(snmp.GET, *[snmp.SYS_NAME] * 70, **ask),
               "nothing": b"", "one byte": b"\x30", "no BER": b"GET / HTTP/1.0\r\n\r\n",
               "1472 bytes": b"\x30\x82\x05\xbc" + b"\x00" * 1468, "2000 bytes": b"\x30" * 2000}
        for name, message in odd.items():
            with self.subTest(name):
                data = self.polled.exchange(message, timeout_s=0.3)
                if name in NO_ANSWER:
                    self.assertIsNone(data)
                else:
                    got = snmp.answer(data)
                    self.assertEqual((got.kind, got.number), (snmp.RESPONSE, 1))
                self.assertEqual(self.polled.agent.value(snmp.SYS_NAME), b"sw1")

    def test_walk_of_everything_ends(self):
        values = self.polled.agent.bulkwalk("1.3", repetitions=50)
        self.assertGreater(len(values), 100)
        self.assertEqual(self.polled.agent.walk("1.3.6.1.6"), {})
        self.assertEqual(self.polled.agent.next("1.3.6.1.6")[1].kind, "endOfMibView")

    def test_counters_of_show_snmp_are_those_of_the_group(self):
        keys = {"%s.%d.0" % (snmp.SNMP, arc): key for arc, key in (
            (1, "inPkts"), (2, "outPkts"), (3, "inBadVersions"), (4, "inBadCommunityNames"),
            (6, "inASNParseErrs"))}
        before = self.polled.counts()
        group = self.polled.agent.get(*keys)  # one request, one answer
        after = self.polled.counts()
        for oid, key in keys.items():
            self.assertTrue(before[key] <= group[oid].value <= after[key], (key, group[oid]))
        self.assertEqual([after[key] - before[key] for key in ("inPkts", "outPkts")], [1, 1])
        self.assertEqual((after["port"], after["sources"]), (161, 0))


class DoorTest(SwitchTest):
    def test_without_a_community_nobody_answers(self):
        switch = self.switch(community=None)
        with self.assertRaises(snmp.NoAnswer):
            switch.agent.but(community="public", timeout_s=QUIET_S, retries=0).value(snmp.SYS_NAME)
        self.assertNotEqual(switch.run("show snmp").returncode, 0)

    def test_source_that_may_not_ask_gets_no_answer(self):
        switch = self.switch("--snmp-source", "10.0.10.0/24", "--snmp-source", "2001:db8:10::/64")
        # The host comes from beside the address that it asks: 10.0.1.2, 2001:db8:20::2, 10.0.10.2
        refused = switch.agent.but(timeout_s=QUIET_S, retries=0)
        for agent in (refused, refused.but(where=switch.others["to IPv6"].where)):
            with self.assertRaises(snmp.NoAnswer):
                agent.value(snmp.SYS_NAME)
        self.assertEqual(switch.others["from IPv6"].value(snmp.SYS_NAME), b"sw1")
        counts = switch.counts()
        self.assertEqual((counts["refusedSources"], counts["sources"]), (2, 2))

    def test_default_forward_is_there_with_a_community(self):
        with socket.socket(type=socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", DEFAULT_PORT))
            except OSError:
                self.skipTest("somebody has UDP port %d" % DEFAULT_PORT)
        switch = Switch("--snmp-community", COMMUNITY, default_forwards=True)
        self.addCleanup(switch.close)
        agent = snmp.Agent("udp:127.0.0.1:%d" % DEFAULT_PORT, COMMUNITY)
        self.assertEqual(agent.value(snmp.SYS_NAME), b"sw1")

    def test_default_forward_in_use_is_a_warning_that_names_the_option(self):
        with socket.socket(type=socket.SOCK_DGRAM) as mine:
            try:
                mine.bind(("127.0.0.1", DEFAULT_PORT))
            except OSError:
                pass  # then somebody else has it
            switch = Switch("--snmp-community", COMMUNITY, default_forwards=True)
            switch.stop()
            switch.close()
        self.assertIn("127.0.0.1:%d, which would be port 161 of the switch" % DEFAULT_PORT,
                      switch.errors.decode())
        self.assertIn("--forward udp:127.0.0.1:PORT-161", switch.errors.decode())

    def test_without_a_community_there_is_no_default_forward(self):
        switch = Switch(default_forwards=True)
        self.addCleanup(switch.close)
        with open("/proc/%d/task/%d/children" % ((switch.process.pid,) * 2)) as file:
            world = int(file.read().split()[0])
        held = {os.readlink("/proc/%d/fd/%s" % (world, fd))
                for fd in os.listdir("/proc/%d/fd" % world)}
        with open("/proc/net/udp") as file:
            rows = [line.split() for line in list(file)[1:]]
        self.assertEqual([row for row in rows if "socket:[%s]" % row[9] in held], [])


if __name__ == "__main__":
    if snmp.missing():
        print(snmp.missing())
        sys.exit(1 if os.environ.get("CI") else 77)
    unittest.main()
