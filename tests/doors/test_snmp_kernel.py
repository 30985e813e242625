#!/usr/bin/python3
"""SNMP asked by Linux at a port of the switch, where nothing passes but what the test sends: it
says exactly what the commands say."""

import socket
import unittest

import namespace
import snmp
import snmp_compare as compare
from control import TIMEOUT_S, wait_until

namespace.enter("snmpbulkwalk")

COMMUNITY = "public"
ADDRESS, ADDRESS6 = "10.0.10.1", "2001:db8:10::1"
MINE, OTHER, MINE6 = "10.0.10.2", "10.0.10.3", "2001:db8:10::2"
ECHO = 7
POLLED = {"nd0", "CPU", "Vlan10"}  # what the requests themselves pass


class KernelTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.switch = namespace.Switch("nd0,access=10", "nd1,access=20", options=(
            "--snmp-community", COMMUNITY, "--snmp-source", MINE, "--snmp-source", MINE6))
        namespace.plug("nd0", MINE + "/24", OTHER + "/24", MINE6 + "/64")
        namespace.settle(ADDRESS, ADDRESS6)
        cls.agents = {"IPv4": snmp.Agent("udp:" + ADDRESS, COMMUNITY),
                      "IPv6": snmp.Agent("udp6:[%s]" % ADDRESS6, COMMUNITY)}
        cls.connections = [socket.create_connection((address, ECHO), TIMEOUT_S)
                           for address in (ADDRESS, ADDRESS6) * 5]
        for connection in cls.connections:
            connection.sendall(b"hello")
            connection.recv(16)
        cls.connections[0].close()

    @classmethod
    def tearDownClass(cls):
        for connection in cls.connections:
            connection.close()
        cls.switch.close()

    def still(self, agent, walk="bulkwalk"):
        """Of a time when no segment passed: (before, walked, after)."""
        for _ in range(10):
            wait_until(lambda: compare.Look(self.switch).snmp["cacheAgeMs"] is None or
                                 compare.Look(self.switch).snmp["cacheAgeMs"] > 5000)
            before = compare.Look(self.switch)
            walked = compare.walked(agent, walk)
            after = compare.Look(self.switch)
            if before.statistics["rfc4022"] == after.statistics["rfc4022"]:
                return before, walked, after
        self.fail("something always passed")

    def test_everything_is_exactly_what_the_commands_say(self):
        for name, agent in self.agents.items():
            for walk in ("bulkwalk", "walk"):
                with self.subTest(name, walk=walk):
                    before, walked, after = self.still(agent, walk)
                    still = [row for row in before.interfaces.values()
                             if row["name"] not in POLLED]
                    self.assertEqual({row["name"] for row in still}, {"Vlan1", "Vlan20", "nd1"})
                    self.assertEqual([after.interfaces[row["ifIndex"]] for row in still], still)
                    self.assertEqual(compare.all_differences(before, walked, after), [])
                    low, value = compare.established(before, walked)
                    self.assertEqual(value, ("Gauge32", low))
                    states = [row["state"] for row in before.connections]
                    self.assertGreaterEqual(states.count("established"), 9)
                    self.assertEqual(sorted(map(compare.STATES.get, states)), sorted(
                        value.value for oid, value in walked.items()
                        if oid.startswith(snmp.TCP_CONNECTION_STATE + ".")))

    def test_version_1_is_exactly_version_2_without_64_bits(self):
        agent = self.agents["IPv4"]
        before, second, _ = self.still(agent)
        first = compare.walked(agent.but(version="1"), "walk")
        after = compare.Look(self.switch)
        self.assertEqual(before.statistics["rfc4022"], after.statistics["rfc4022"])
        self.assertEqual([oid for oid, value in first.items() if value.kind == "Counter64"], [])
        self.assertEqual(list(first),
                         [oid for oid, value in second.items() if value.kind != "Counter64"])
        moved = {oid for oid in first if first[oid] != second[oid]}
        polled = {str(row["ifIndex"]) for row in before.interfaces.values()
                  if row["name"] in POLLED}
        self.assertEqual({oid.rpartition(".")[2] for oid in moved} - polled, set(), moved)

    def test_source_decides_by_its_address(self):
        agent = self.agents["IPv4"]
        self.assertEqual(agent.value(snmp.SYS_NAME), b"sw1")
        before = compare.Look(self.switch).snmp["refusedSources"]
        stranger = agent.but(timeout_s=1, retries=0, more=("--clientaddr=" + OTHER,))
        with self.assertRaises(snmp.NoAnswer):
            stranger.value(snmp.SYS_NAME)
        self.assertEqual(compare.Look(self.switch).snmp["refusedSources"], before + 1)
        self.assertEqual(agent.but(more=("--clientaddr=" + MINE,)).value(snmp.SYS_NAME), b"sw1")

    def test_request_of_two_frames_is_dropped_and_counted(self):
        agent = self.agents["IPv4"]
        before = compare.Look(self.switch).snmp
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as poller:
            poller.bind((MINE, 0))
            poller.settimeout(1)
            poller.sendto(snmp.request(snmp.GET, *[snmp.SYS_NAME] * 120), (ADDRESS, 161))
            with self.assertRaises(TimeoutError):
                poller.recv(65536)
            poller.sendto(snmp.request(snmp.GET, *[snmp.SYS_NAME] * 50), (ADDRESS, 161))
            self.assertEqual(len(snmp.answer(poller.recv(65536)).bindings), 50)
        after = compare.Look(self.switch).snmp
        self.assertEqual((after["inPkts"], after["dropped"]),
                         (before["inPkts"] + 2, before["dropped"] + 1))
        self.assertEqual(agent.value(snmp.SYS_NAME), b"sw1")

    def test_answer_of_a_full_frame_arrives(self):
        rows = self.agents["IPv4"].bulk(snmp.IF_TABLE, 60)
        self.assertGreater(len(rows), 20)
        rows = self.agents["IPv6"].bulk(snmp.IF_TABLE, 60)
        self.assertGreater(len(rows), 20)


if __name__ == "__main__":
    unittest.main()
