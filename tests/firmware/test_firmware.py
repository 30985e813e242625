#!/usr/bin/python3
"""netdiag in a libcli shell that a product had already: the firmware of this directory, over its
telnet port."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "doors"))
import snmp  # noqa: E402

PORT = 502  # of the device's service, and
CLIENTS = 3  # what is connected to it over the loopback interface: service.c, device.h
FIRMWARE = os.environ.get("NETDIAG_FIRMWARE", "build/release/tests/firmware/firmware")
TIMEOUT_S = 20


class Shell:
    """One session: sends a line, reads up to the next prompt."""

    def __init__(self):
        self.process = subprocess.Popen([FIRMWARE], stdout=subprocess.PIPE, text=True)
        port = int(self.process.stdout.readline())
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self.until_prompt()

    def until_prompt(self):
        data = b""
        while not re.search(rb"fw(> |# )$", data):
            chunk = self.socket.recv(65536)
            if not chunk:
                raise EOFError(data)
            data += chunk
        return data.decode("latin-1").replace("\r\n", "\n")

    def run(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        return self.until_prompt()

    def help(self, line):
        """What `?` after `line` writes; libcli then writes the line again, which is emptied."""
        data = b""
        self.socket.sendall(line.encode() + b"?")
        while data.count(line.encode()) < 2:
            data += self.socket.recv(65536)
        self.socket.sendall(b"\x15\r\n")
        return data.decode("latin-1") + self.until_prompt()

    def close(self):
        self.socket.sendall(b"quit\r\n")
        status = self.process.wait(TIMEOUT_S)
        self.socket.close()
        self.process.stdout.close()
        return status


class FirmwareTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shell = Shell()

    @classmethod
    def tearDownClass(cls):
        status = cls.shell.close()
        assert status == 0, status

    def json_of(self, line):
        text = self.shell.run(line)
        return json.loads(text[text.index("{"):text.rindex("}") + 1])

    def test_statistics_in_a_plain_shell_answers(self):
        text = self.shell.run("sh tcp statistics")
        self.assertRegex(text, r"Rcvd: \d+ Total")
        self.assertRegex(text, r"1 listen")

    def test_statistics_json_in_a_plain_shell_parses(self):
        answer = self.json_of("show tcp statistics json")
        self.assertEqual(answer["host"], "fw")
        self.assertEqual(answer["states"]["listen"], 1)
        self.assertEqual(answer["pool"]["capacity"], 64)

    def test_connections_of_the_products_own_sockets_are_there(self):
        rows = self.json_of("show tcp connections json")["connections"]
        ends = [(row["local"]["port"], row["remote"]["port"]) for row in rows]
        served = [row for row in rows if row["local"]["port"] == PORT]
        self.assertEqual(len(rows), 2 * CLIENTS)
        self.assertEqual({row["state"] for row in rows}, {"established"})
        self.assertEqual({row["local"]["address"] for row in rows}, {"127.0.0.1"})
        self.assertEqual(len(served), CLIENTS)
        self.assertEqual({row["owner"] for row in served}, {"modbus"})
        self.assertEqual(sorted(ends), sorted((remote, local) for local, remote in ends))
        for row in rows:
            if row["id"]:  # without CONFIG_NETDIAG_TCP_HOOKS there is no history
                self.assertEqual((row["rxBytes"], row["txBytes"]), (4, 4))

    def test_listener_of_the_products_own_sockets_is_there(self):
        answer = self.json_of("show tcp listeners json")
        self.assertEqual([(row["local"]["port"], row["owner"], row["backlog"])
                          for row in answer["listeners"]], [(PORT, "modbus", CLIENTS)])

    def test_statistics_nonzero_and_rate_in_a_plain_shell(self):
        text = self.shell.run("show tcp stat nonzero")
        self.assertIn("1 listen", text)
        if "[not counted]" not in text:  # without CONFIG_NETDIAG_TCP_HOOKS such lines stay
            self.assertNotIn("checksum error", text)
        # This product gave netdiag no function to wait with.
        self.assertIn("rate needs time to pass: this platform does not offer it",
                      self.shell.run("show tcp statistics rate 1"))

    def test_diagnosis_knows_the_past_as_the_products_task_watches(self):
        if "CONFIG_NETDIAG_DIAGNOSIS" in self.shell.run("show tcp diagnosis"):
            self.skipTest("built without CONFIG_NETDIAG_DIAGNOSIS")
        deadline = time.monotonic() + TIMEOUT_S
        looked = {"watchedMs": 0}
        while looked["watchedMs"] < 1000 and time.monotonic() < deadline:
            answer = self.json_of("show tcp diagnosis json")
            looked = answer["looked"]
        self.assertTrue(looked["watched"])
        self.assertGreaterEqual(looked["watchedMs"], 1000)
        self.assertEqual((answer["verdict"], answer["findings"]), ("ok", []))

    def test_interfaces_of_a_product_without_ports_are_its_vlans(self):
        if "CONFIG_NETDIAG_CMD_NET" in self.shell.run("show interfaces counters"):
            self.skipTest("built without CONFIG_NETDIAG_CMD_NET")
        answer = self.json_of("show interfaces counters json")
        self.assertEqual([row["name"] for row in answer["interfaces"]], ["Vlan10"])

    def poll(self, *words, **options):
        """The agent's answer to a request of the device's own poller; None: there is none."""
        told = self.shell.run("poll " + snmp.request(*words, **options).hex())
        answer = re.search(r"answer: (\w+)", told).group(1)
        return None if answer == "none" else snmp.answer(bytes.fromhex(answer))

    def test_snmp_agent_in_a_task_of_the_products_answers(self):
        if re.search("does not offer it|CONFIG_NETDIAG", self.shell.run("show snmp")):
            self.skipTest("built without CONFIG_NETDIAG_SNMP or CONFIG_NETDIAG_CMD_NET")
        names = self.poll(snmp.GET, snmp.SYS_NAME, snmp.SYSTEM + ".6.0").bindings
        self.assertEqual([value for _, _, value in names], [b"fw", b"a rack"])
        rows = self.poll(snmp.GET_BULK, snmp.TCP_CONNECTION_STATE, third=2 * CLIENTS + 1).bindings
        self.assertEqual([value for _, _, value in rows[:-1]], [b"\5"] * 2 * CLIENTS)
        self.assertEqual(self.poll(snmp.GET_NEXT, snmp.IF_X_TABLE).bindings[0][2], b"Vlan10")
        self.assertIsNone(self.poll(snmp.GET, snmp.SYS_NAME, community=b"private"))
        answer = self.json_of("show snmp json")
        self.assertEqual((answer["inPkts"], answer["outPkts"]), (4, 3))
        self.assertIn("1 VLAN, the same", self.shell.run("show vlan ifindex verify"))

    def test_clear_is_no_word_below_privilege_15(self):
        self.assertIn("Invalid command", self.shell.run("clear tcp statistics"))
        self.assertIn("Last cleared never", self.shell.run("show tcp statistics"))

    def test_vlan_in_a_plain_shell_answers(self):
        self.assertRegex(self.shell.run("sh vlan ifindex 10"), r"(?m)^10 +\d+ +Vlan10")
        answer = self.json_of("sh vlan ifindex 10 json")
        self.assertEqual([row["vlan"] for row in answer["vlans"]], [10])

    def test_vlan_unknown_is_refused(self):
        self.assertIn("no such VLAN", self.shell.run("show vlan ifindex 77"))

    def test_surplus_word_is_refused(self):
        text = self.shell.run("show tcp statistics nonsense")
        self.assertIn("nonsense", text.split("\n", 1)[1])
        self.assertNotIn("Total", text)

    def test_argument_twice_is_refused(self):
        self.assertNotIn("Vlan10", self.shell.run("show vlan ifindex 10 20"))

    def test_question_mark_runs_no_command(self):
        self.assertNotIn("Total", self.shell.help("show tcp statistics "))

    def test_commands_of_the_product_still_work(self):
        self.assertIn("41 degrees, of context product", self.shell.run("show temperature"))
        self.assertIn("the product's own version", self.shell.run("show version"))

    def test_filters_of_the_product_still_work(self):
        text = self.shell.run("show tcp statistics | include Total")
        self.assertRegex(text, r"Rcvd: \d+ Total")
        self.assertNotIn("checksum", text)


if __name__ == "__main__":
    unittest.main()
