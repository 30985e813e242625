#!/usr/bin/python3
"""The TextFSM templates against the tables of a real switch, each beside the JSON of the same
command at the same moment of the virtual clock."""

import functools
import json
import os
import re
import subprocess
import sys
import unittest

try:
    import textfsm
    from textfsm import clitable
except ImportError:
    print("TextFSM is not installed (python3-textfsm)")
    sys.exit(77)

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
TIMEOUT_S = 60
TEMPLATES = "cli/templates"
SCENARIOS = ("normal", "lossy")


def sim(lines, scenario, *options):
    """What each line prints."""
    mark = "show privilege"  # its one line stands between two answers
    script = "".join("%s\n%s\n" % (line, mark) for line in lines)
    done = subprocess.run(
        [SIM, "--clock", "virtual", "--run", "60", "--scenario", scenario, *options],
        input=script.encode(), capture_output=True, timeout=TIMEOUT_S, check=False)
    assert done.stderr == b"", done.stderr
    answers = done.stdout.decode().split("Current privilege level is 15\n")
    assert len(answers) == len(lines) + 1 and answers[-1] == "", len(answers)
    return answers[:-1]


def needs_diagnosis(test):
    """Skips a test of commands that are there with CONFIG_NETDIAG_DIAGNOSIS alone."""
    @functools.wraps(test)
    def run(self):
        done = subprocess.run([SIM], input=b"show tcp thresholds\n", capture_output=True,
                              timeout=TIMEOUT_S, check=False)
        if b"CONFIG_NETDIAG_DIAGNOSIS is not set" in done.stderr:
            self.skipTest("built without CONFIG_NETDIAG_DIAGNOSIS")
        test(self)
    return run


def needs_history(test):
    """Skips a test of what is there with CONFIG_NETDIAG_HISTORY and all metrics and spans alone."""
    @functools.wraps(test)
    def run(self):
        done = subprocess.run([SIM], input=b"show tcp history resets json\n", capture_output=True,
                              timeout=TIMEOUT_S, check=False)
        if done.stdout.count(b'{"span":') < 3:
            self.skipTest("built without CONFIG_NETDIAG_HISTORY or a part of it")
        test(self)
    return run


def parse(command, text, platform="cisco_ios"):
    """By the index, as netmiko and Ansible find the template. A list of dictionaries."""
    table = clitable.CliTable("index", TEMPLATES)
    table.ParseCmd(text, {"Command": command, "Platform": platform})
    return [dict(zip(table.header, row)) for row in table]


def golden(command, name):
    """The parsed rows of a text that the unit tests hold, and the JSON beside it."""
    with open("tests/golden/%s.txt" % name, encoding="utf-8") as file:
        text = file.read()
    with open("tests/golden/%s.json" % name, encoding="utf-8") as file:
        return parse(command, text), json.load(file)


def endpoint(end, form="[%s]:%d"):
    """As the tables write it."""
    if end is None or end["address"] is None:
        return "*:*"
    if ":" in end["address"]:
        return form % (end["address"], end["port"])
    return "%s:%d" % (end["address"], end["port"])


def word(value):
    return "-" if value is None else str(value).replace(" ", "_")


def span(ms):
    seconds = ms // 1000
    return "%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)


STATES = {"closed": "CLOSED", "listen": "LISTEN", "synSent": "SYN-SENT",
          "synReceived": "SYN-RECEIVED", "established": "ESTABLISHED", "finWait1": "FIN-WAIT-1",
          "finWait2": "FIN-WAIT-2", "closeWait": "CLOSE-WAIT", "lastAck": "LAST-ACK",
          "closing": "CLOSING", "timeWait": "TIME-WAIT"}
BRIEF = {**{key: name.replace("-", "") for key, name in STATES.items()},
         "synReceived": "SYNRCVD", "established": "ESTAB"}
NETSTAT = {**{key: name.replace("-", "_") for key, name in STATES.items()},
           "synReceived": "SYN_RECV", "finWait1": "FIN_WAIT1", "finWait2": "FIN_WAIT2"}


def snake(group, key):
    return (group + "_" + re.sub(r"([A-Z])", r"_\1", key)).upper()


class TemplateTest(unittest.TestCase):
    def both(self, command, options=(), extra=""):
        """For each scenario the parsed rows of a command, and the JSON of it."""
        for scenario in SCENARIOS:
            with self.subTest(command=command, scenario=scenario):
                text, answer = sim([command, command + extra + " json"], scenario, *options)
                yield parse(command, text), json.loads(answer)

    def rows(self, command, key, row_of, compared):
        """Each row's `compared` columns are what `row_of` makes of the JSON's rows."""
        for rows, answer in self.both(command):
            expected = [row_of(row) for row in answer[key]]
            self.assertGreater(len(expected), 0)
            self.assertEqual([tuple(row[name] for name in compared) for row in rows], expected)

    def test_every_template_is_in_the_index_and_whole(self):
        """Each can be read, names no value twice, and takes no line that it does not know."""
        with open(os.path.join(TEMPLATES, "index"), encoding="ascii") as file:
            listed = {line.split(",")[0] for line in file if line.startswith("netdiag_")}
        found = {name for name in os.listdir(TEMPLATES) if name.endswith(".textfsm")}
        self.assertEqual(listed, found)
        for name in found:
            with open(os.path.join(TEMPLATES, name), encoding="ascii") as file:
                template = textfsm.TextFSM(file)
            self.assertEqual(len(template.header), len(set(template.header)), name)
            with self.assertRaises(textfsm.TextFSMError, msg=name):
                template.ParseText("a line of another table\n")

    def test_abbreviations_find_the_same_template(self):
        for short, command in (("sh tcp stat", "show tcp statistics"), ("sh arp", "show arp"),
                               ("sh tc co detail", "show tcp connections detail"),
                               ("sh tcp conn state est", "show tcp connections state established"),
                               ("sh vlan if", "show vlan ifindex"),
                               ("sh int cou", "show interfaces counters"),
                               ("sh int", "show interfaces"),
                               ("sh vl if ver", "show vlan ifindex verify"),
                               ("sh ver", "show version")):
            text, other = sim([short, command], "normal")
            rows = parse(short, text, "netdiag")
            self.assertGreater(len(rows), 0)
            self.assertEqual(rows, parse(command, other), short)

    def test_connections(self):
        names = ("ID", "LOCAL", "REMOTE", "STATE", "OWNER", "VLAN", "AGE", "IDLE", "RECV_Q",
                 "SEND_Q")
        self.rows("show tcp connections", "connections", lambda row: (
            row["id"], endpoint(row["local"]), endpoint(row["remote"]), STATES[row["state"]],
            word(row["owner"]), word(row["vlan"]), span(row["ageMs"]), span(row["idleMs"]),
            str(row["receiveQueue"]), str(row["sendQueue"])), names)

    def test_connections_detail(self):
        names = ("ID", "STATE", "OPENED_BY", "LOCAL", "RX_BYTES", "RX_SEGMENTS", "TX_BYTES",
                 "TX_SEGMENTS", "RTO_MS", "SRTT_MS", "CONGESTION_WINDOW", "PEER_WINDOW",
                 "DEVICE_WINDOW", "SEND_Q", "IN_FLIGHT", "RECV_Q", "STATE_AGE", "RETRIES",
                 "KEEPALIVES", "UNACCEPTED", "SENT_SINCE_FIN")
        self.rows("show tcp connections detail", "connections", lambda row: (
            row["id"], STATES[row["state"]],
            {"passive": "peer", "active": "device"}[row["opened"]], endpoint(row["local"]),
            str(row["rxBytes"]), str(row["rxSegs"]), str(row["txBytes"]), str(row["txSegs"]),
            str(row["rtoMs"]), "" if row["srttMs"] is None else str(row["srttMs"]),
            str(row["congestionWindow"]), str(row["sendWindow"]), str(row["receiveWindow"]),
            str(row["sendQueue"]), str(row["inFlight"]), str(row["receiveQueue"]),
            span(row["stateMs"]), str(row["retries"] or ""), str(row["keepalives"] or ""),
            "Not accepted" if row["unaccepted"] else "",
            "sent data" if row["sentSinceFin"] else ""), names)

    def test_brief(self):
        def row_of(row):
            return (row["id"].upper(), row["local"]["address"], str(row["local"]["port"]),
                    row["remote"]["address"], str(row["remote"]["port"]), BRIEF[row["state"]])

        self.rows("show tcp brief", "connections", row_of,
                  ("TCB", "LOCAL_ADDRESS", "LOCAL_PORT", "FOREIGN_ADDRESS", "FOREIGN_PORT",
                   "STATE"))
        for rows, answer in self.both("show tcp brief all"):
            ends = [(row["LOCAL_PORT"], row["FOREIGN_PORT"]) for row in rows
                    if row["STATE"] == "LISTEN"]
            self.assertEqual(ends, [(str(row["local"]["port"]), "*")
                                    for row in answer["listeners"]])

    def test_listeners(self):
        self.rows("show tcp listeners", "listeners", lambda row: (
            "*:%d" % row["local"]["port"], row["owner"], str(row["pending"]), str(row["backlog"]),
            str(row["accepted"]), str(row["refused"])),
                  ("LOCAL", "OWNER", "PENDING", "BACKLOG", "ACCEPTED", "REFUSED"))
        self.rows("show tcp listeners detail", "listeners", lambda row: (
            "*:%d" % row["local"]["port"], row["owner"], str(row["pending"]), str(row["backlog"]),
            str(row["accepted"]), str(row["refused"]), row["acceptSymbol"]),
                  ("LOCAL", "OWNER", "PENDING", "BACKLOG", "ACCEPTED", "REFUSED",
                   "ACCEPT_SYMBOL"))

    def test_owners(self):
        self.rows("show tcp owners", "owners", lambda row: (
            word(row["owner"]), str(row["total"]),
            ", ".join("%d %s" % (row["states"][key], STATES[key]) for key in STATES
                      if row["states"].get(key))), ("OWNER", "CONNECTIONS", "STATES"))

    def test_closed(self):
        self.rows("show tcp closed", "closed", lambda row: (
            row["id"], endpoint(row["local"]), endpoint(row["remote"]), word(row["owner"]),
            span(row["endedAgoMs"]), str(row["rxBytes"]), str(row["txBytes"])),
                  ("ID", "LOCAL", "REMOTE", "OWNER", "ENDED", "RX_BYTES", "TX_BYTES"))
        whys = {row["WHY"] for rows, _ in self.both("show tcp closed") for row in rows}
        self.assertGreater(len(whys), 2)

    def test_pool(self):
        for rows, answer in self.both("show tcp pool"):
            expected = [("State", STATES[row["state"]], row["held"]) for row in answer["states"]]
            expected += [("Port", "%(end)s:%(port)d" % row, row["held"])
                         for row in answer["ports"]]
            expected += [("Remote", row["address"], row["held"]) for row in answer["remotes"]]
            expected += [("Owner", word(row["owner"]), row["held"]) for row in answer["owners"]]
            others = {"Port": "otherPorts", "Remote": "otherRemotes", "Owner": "otherOwners"}
            got = [(row["KIND"], row["NAME"], int(row["HELD"])) for row in rows]
            self.assertEqual([row for row in got if row[1] != "(others)"], expected)
            self.assertEqual([row for row in got if row[1] == "(others)"],
                             [(kind, "(others)", answer[key]) for kind, key in others.items()
                              if answer[key] > 0])
            for row in rows:
                self.assertEqual(tuple(int(row[name]) for name in (
                    "CAPACITY", "USED", "PEAK", "REFUSED", "RECLAIMABLE")), tuple(
                        answer[key] for key in ("capacity", "used", "peak", "refused",
                                                "reclaimable")))
                self.assertEqual(row["FREE"] == "", row["NAME"] == "(others)")

    def test_statistics(self):
        for rows, answer in self.both("show tcp statistics"):
            self.assertEqual(len(rows), 1)
            row = rows[0]
            compared = 0
            for group in ("rcvd", "sent", "connections", "states", "pool"):
                for key, value in answer[group].items():
                    if not isinstance(value, dict):
                        self.assertEqual(row[snake(group, key)], word(value), (group, key))
                        compared += 1
            self.assertEqual(int(row["POOL_EVICTED"]), sum(answer["pool"]["evicted"].values()))
            self.assertEqual(row["LAST_CLEARED"], "never")
            others = {"STATES_OPEN", "LAST_CLEARED"} | {
                name for name in row if name.startswith("POOL_EVICTED")}
            self.assertEqual(set(row) - others, {
                snake(group, key) for group in ("rcvd", "sent", "connections", "states", "pool")
                for key, value in answer[group].items() if not isinstance(value, dict)})
            self.assertGreater(compared, 50)

    def test_statistics_without_zeros_and_cleared(self):
        full, cut, _, cleared = sim(["show tcp statistics", "show tcp statistics nonzero",
                                     "clear tcp statistics", "show tcp statistics nonzero"],
                                    "normal")
        full, = parse("show tcp statistics", full)
        cut, = parse("show tcp statistics nonzero", cut)
        self.assertEqual({name: value for name, value in cut.items() if value not in ("", "0")},
                         {name: value for name, value in full.items() if value != "0"})
        cleared, = parse("show tcp statistics nonzero", cleared)
        self.assertRegex(cleared["LAST_CLEARED"], r"^00:00:00 ago by pipe$")
        self.assertEqual(cleared["RCVD_TOTAL"], "")

    def test_rate(self):
        text, = sim(["show tcp statistics rate 20"], "normal")
        rows = parse("show tcp statistics rate 20", text)
        self.assertIn("rfc4022.inSegs", [row["COUNTER"] for row in rows])
        for row in rows:
            self.assertAlmostEqual(int(row["COUNT"]) / 20, float(row["PER_SECOND"]), delta=0.051)

    def test_check(self):
        for rows, answer in self.both("show tcp check"):
            self.assertEqual(
                [(row["LEVEL"].lower(), int(row["HELD"]), int(row["CAPACITY"]),
                  int(row["RECLAIMABLE"]), int(row["ESTABLISHED"]), int(row["BACKLOG_REFUSED"]))
                 for row in rows],
                [(answer["level"], answer["held"], answer["capacity"], answer["reclaimable"],
                  answer["established"], answer["backlogRefused"])])

    def test_states(self):
        def known(value):
            return "-" if value is None else value if isinstance(value, str) else str(value)

        for command in ("show tcp states", "show tcp states time-wait"):
            self.rows(command, "states", lambda row: (
                STATES[row["state"]], str(row["now"]), known(row["peak"]), known(row["entered"]),
                "-" if row["longestMs"] is None else span(row["longestMs"])),
                      ("STATE", "NOW", "PEAK", "ENTERED", "LONGEST"))

    @needs_diagnosis
    def test_diagnosis(self):
        """Of every finding that there is, from the golden files; and of a device."""
        with open("tests/golden/tcp_diagnosis_all.txt", encoding="utf-8") as file:
            rows = parse("show tcp diagnosis", file.read())
        with open("tests/golden/tcp_diagnosis_all.json", encoding="utf-8") as file:
            findings = json.load(file)["findings"]
        self.assertGreater(len(rows), 50)
        self.assertEqual(len(rows), len(findings))
        for row, finding in zip(rows, findings):
            self.assertEqual(
                (row["VERDICT"], row["SEVERITY"], row["CODE"], row["STATE"], row["NEXT"]),
                ("CRITICAL", finding["severity"], finding["code"],
                 STATES.get(finding["state"], ""), finding["next"]))
            self.assertEqual(" ".join(row["TEXT"]), finding["text"])
            self.assertEqual(" ".join(row["LIKELY"]), " ".join(finding["causes"]))
            self.assertGreater(len(row["EVIDENCE"]), 0)
        for rows, answer in self.both("show tcp diagnosis"):
            self.assertEqual([(row["SEVERITY"], row["CODE"]) for row in rows],
                             [(row["severity"], row["code"]) for row in answer["findings"]])

    @needs_history
    def test_history(self):
        """Of every form that there is, from the golden files; and of a device."""
        forms = {"unwatched": [], "unknown": [("-", "-", "-", "")], "one": [("3", "3.0", "3", "")],
                 "spike": [("2", "2.9", "47", "19 min")], "gap": [("-", "9.6", "12", "1 min")],
                 "large": [("4.29G", "1.58G", "4.29G", "71 h")],
                 "thousands": [("99999", "100k", "123k", "56 min")]}
        for form, expected in forms.items():
            with open("tests/golden/tcp_history_%s.txt" % form, encoding="utf-8") as file:
                rows = parse("show tcp history", file.read())
            self.assertEqual([(row["NOW"], row["AVERAGE"], row["PEAK"], row["PEAK_AGO"])
                              for row in rows], expected, form)
        units = {1000: "s", 60000: "min", 3600000: "h"}
        for command in ("show tcp history", "show tcp history 60min", "show tcp history pool"):
            for rows, answer in self.both(command):
                expected = [(
                    "%d %s" % (len(row["peaks"]), units[span["bucketMs"]]), str(row["now"]),
                    str(row["average"]), str(row["peak"]), row["peakBucketsAgo"] and
                    "%d %s" % (row["peakBucketsAgo"], units[span["bucketMs"]]) or "")
                            for span in answer["spans"] for row in span["metrics"]]
                self.assertEqual([(row["SPAN"], row["NOW"], row["AVERAGE"], row["PEAK"],
                                   row["PEAK_AGO"]) for row in rows], expected)
                self.assertEqual(len({(row["METRIC"], row["SPAN"]) for row in rows}), len(rows))

    @needs_diagnosis
    def test_thresholds(self):
        text, answer = sim(["tcp threshold pool-warning 70\nshow tcp thresholds",
                            "show tcp thresholds json"], "normal")
        self.assertEqual(
            [(row["CHANGED"], row["THRESHOLD"], row["VALUE"], row["UNIT"], row["DEFAULT"],
              row["LOWEST"], row["HIGHEST"], row["BOUNDS"])
             for row in parse("show tcp thresholds", text)],
            [("*" if row["changed"] else "", row["name"], str(row["value"]), row["unit"],
              str(row["default"]), str(row["lowest"]), str(row["highest"]), row["bounds"])
             for row in json.loads(answer)["thresholds"]])
        self.assertIn("*", text)

    def test_memory_pools(self):
        self.rows("show memory pools", "pools", lambda row: (
            row["name"], "bytes" if row["heap"] else str(row["size"]), str(row["capacity"]),
            str(row["used"]), str(row["peak"]), str(row["refused"])),
                  ("POOL", "SIZE", "CAPACITY", "USED", "PEAK", "REFUSED"))

    def test_interfaces_counters(self):
        columns = (
            (("IN_OCTETS", "inOctets"), ("IN_UCAST_PKTS", "inUcastPkts"),
             ("IN_MCAST_PKTS", "inMulticastPkts"), ("IN_BCAST_PKTS", "inBroadcastPkts")),
            (("OUT_OCTETS", "outOctets"), ("OUT_UCAST_PKTS", "outUcastPkts"),
             ("OUT_MCAST_PKTS", "outMulticastPkts"), ("OUT_BCAST_PKTS", "outBroadcastPkts")),
            (("RUNTS", "runts"), ("GIANTS", "giants"), ("UNKNOWN_VLANS", "unknownVlans"),
             ("STACKED_TAGS", "stackedTags"), ("OUT_DISCARDS", "outDiscards")))
        for rows, answer in self.both("show interfaces counters"):
            known = answer["interfaces"]
            ports = [row for row in known if row["type"] == "ethernetCsmacd"]
            self.assertEqual([port["name"] for port in ports], ["CPU", "World"])
            for table, names in enumerate(columns):
                part = rows[table * len(known):(table + 1) * len(known)]
                self.assertEqual(
                    [{name: value for name, value in row.items() if value} for row in part],
                    [{"INTERFACE": row["name"], **{name: word(row[key]) for name, key in names}}
                     for row in known])
            self.assertEqual(len(rows), 3 * len(known))
            self.assertGreater(ports[0]["inOctets"], 0)

    @staticmethod
    def interface(row):
        status = row["operStatus"] if row["adminStatus"] == "up" else "admin down"
        vlan = word(row["vlan"])
        if (row["portMode"] or "").startswith("trunk"):
            vlan = "trunk" if row["vlan"] is None else "trunk," + vlan
        return (row["name"], str(row["ifIndex"]), status, vlan, word(row["mtu"]),
                word(row["physAddress"]), row["alias"] or "-")

    def test_interfaces(self):
        names = ("INTERFACE", "IFINDEX", "STATUS", "VLAN", "MTU", "MAC_ADDRESS", "DESCRIPTION")
        self.rows("show interfaces", "interfaces", self.interface, names)
        rows, answer = golden("show interfaces", "interfaces")
        expected = [self.interface(row) for row in answer["interfaces"]]
        expected[-1] = (*expected[-1][:-1], "e?[2Jn1 \u4ea4\u6362")  # no control character
        self.assertEqual([tuple(row[name] for name in names) for row in rows], expected)

    def check_snmp(self, rows, answer):
        keys = {"PORT": "port", "IN_PACKETS": "inPkts", "OUT_PACKETS": "outPkts",
                "BAD_VERSIONS": "inBadVersions", "UNKNOWN_COMMUNITIES": "inBadCommunityNames",
                "ENCODING_ERRORS": "inASNParseErrs", "SET_REQUESTS": "inSetRequests",
                "REFUSED_SOURCES": "refusedSources", "DROPPED": "dropped", "QUEUED": "queued",
                "SOURCES": "sources", "CACHED_ROWS": "cachedRows", "LEFT_OUT": "cachedLeftOut"}
        row, = rows
        age = row.pop("CACHE_AGE")
        self.assertEqual(row, {name: str(answer[key] or "") if name in (
            "SOURCES", "CACHED_ROWS", "LEFT_OUT") else str(answer[key])
                               for name, key in keys.items()})
        self.assertEqual(age, "" if answer["cacheAgeMs"] is None else
                         "%.3f" % (answer["cacheAgeMs"] / 1000))

    def test_snmp(self):
        for name in ("snmp", "snmp_idle"):
            with self.subTest(name):
                self.check_snmp(*golden("show snmp", name))

    def check_verify(self, rows, answer):
        self.assertEqual(
            [(row["VLAN_ID"], row["IFINDEX"], row["REMEMBERED"], row["STACK"], row["SNMP"])
             for row in rows],
            [(str(row["vlan"]), *(word(row[key]) for key in (
                "ifIndex", "remembered", "stackIfIndex", "snmpIfIndex")))
             for row in answer["vlans"]])
        for row, vlan in zip(rows, answer["vlans"]):
            kinds = {(True, True): "same", (True, False): "differs:",
                     (False, True): "remembered", (False, False): "no such VLAN:"}
            self.assertTrue(row["VERDICT"].startswith(kinds[vlan["exists"], vlan["same"]]), row)
            for source in vlan["differs"]:
                self.assertIn(source, row["VERDICT"].lower())

    def test_vlans_verified(self):
        for rows, answer in self.both("show vlan ifindex verify", ("--vlan", "4094")):
            self.assertEqual([row["vlan"] for row in answer["vlans"]], [1, 10, 20, 4094])
            self.check_verify(rows, answer)
        for name in ("vlan_verify", "vlan_verify_differs", "vlan_verify_gone",
                     "vlan_verify_snmp_off"):
            with self.subTest(name):
                self.check_verify(*golden("show vlan ifindex verify", name))

    def test_vlans(self):
        options = ("--vlan", "30", "--vlan", "4094=192.168.4.1/24")
        for rows, answer in self.both("show vlan ifindex", options):
            self.assertEqual(
                [(row["VLAN_ID"], row["IFINDEX"], row["NAME"], row["STATUS"]) for row in rows],
                [(str(vlan["vlan"]), word(vlan["ifIndex"]), vlan["name"], vlan["status"])
                 for vlan in answer["vlans"]])
            self.assertEqual(len(rows), 5)
        for command in ("show vlan ifindex detail", "show vlan ifindex 10 detail"):
            for rows, answer in self.both(command, options):
                self.assertEqual([(row["VLAN_ID"], row["IFINDEX"], row["NETIF_INDEX"], row["NAME"],
                                   row["ADMIN_STATE"], row["OPER_STATE"], row["MAC_ADDRESS"],
                                   row["MTU"], row["ADDRESSES"]) for row in rows],
                                 [(str(vlan["vlan"]), word(vlan["ifIndex"]),
                                   word(vlan["netifIndex"]), vlan["name"],
                                   vlan["adminStatus"] or "", vlan["operStatus"] or "",
                                   vlan["macAddress"] or "",
                                   "" if vlan["mtu"] is None else str(vlan["mtu"]),
                                   vlan["addresses"]) for vlan in answer["vlans"]])

    def test_users(self):
        self.rows("show users", "users", lambda row: (
            "*" if row["self"] else "", str(row["line"]), row["door"], word(row["user"]),
            span(1000 * row["idleS"]), word(row["from"])),
                  ("CURRENT", "LINE", "DOOR", "USER", "IDLE", "FROM"))

    def test_neighbors(self):
        def cisco(mac):
            digits = mac.replace(":", "")
            return ".".join((digits[:4], digits[4:8], digits[8:]))

        self.rows("show arp", "arp", lambda row: (
            "Internet", row["address"], word(row["ageS"]), cisco(row["macAddress"]), "ARPA",
            row["interface"]), ("PROTOCOL", "IP_ADDRESS", "AGE", "MAC_ADDRESS", "TYPE",
                                "INTERFACE"))
        states = {"reachable": "REACH", "stale": "STALE", "delay": "DELAY", "probe": "PROBE"}
        self.rows("show ipv6 neighbors", "neighbors", lambda row: (
            row["address"], word(row["ageS"]), cisco(row["macAddress"]), states[row["state"]],
            row["interface"]), ("IP_ADDRESS", "AGE", "MAC_ADDRESS", "STATE", "INTERFACE"))

    def test_netstat(self):
        for scenario in SCENARIOS:
            with self.subTest(scenario):
                text, answer = sim(["netstat -nat", "show tcp brief all json"], scenario)
                got = json.loads(answer)
                rows = parse("netstat -nat", text)
                self.assertEqual(
                    [(row["LOCAL_ADDRESS"], row["LOCAL_PORT"], row["FOREIGN_ADDRESS"],
                      row["FOREIGN_PORT"], row["RECV_Q"], row["SEND_Q"], row["STATE"])
                     for row in rows if row["STATE"] != "LISTEN"],
                    [(row["local"]["address"], str(row["local"]["port"]),
                      row["remote"]["address"], str(row["remote"]["port"]),
                      str(row["receiveQueue"]), str(row["sendQueue"]), NETSTAT[row["state"]])
                     for row in got["connections"]])
                self.assertEqual(
                    [(row["LOCAL_ADDRESS"], row["LOCAL_PORT"], row["FOREIGN_PORT"])
                     for row in rows if row["STATE"] == "LISTEN"],
                    [("::", str(row["local"]["port"]), "*") for row in got["listeners"]])

    def test_lsof(self):
        for scenario in SCENARIOS:
            with self.subTest(scenario):
                text, answer = sim(["lsof -i:80", "show tcp connections port 80 json"], scenario)
                rows = parse("lsof -i:80", text)
                got = json.loads(answer)["connections"]
                self.assertEqual(
                    [(row["COMMAND"], row["DEVICE"], row["LOCAL"], row["REMOTE"])
                     for row in rows if row["STATE"] != "LISTEN"],
                    [(word(row["owner"]), row["id"], endpoint(row["local"]),
                      endpoint(row["remote"])) for row in got])
                self.assertEqual([(row["COMMAND"], row["LOCAL"]) for row in rows
                                  if row["STATE"] == "LISTEN"], [("httpd", "*:80")])

    def test_version_and_clock(self):
        for rows, answer in self.both("show version"):
            self.assertEqual([(row["VERSION"], row["PRODUCT"], row["STACK"], row["HOSTNAME"],
                               row["UPTIME"]) for row in rows],
                             [(answer["version"], answer["product"], answer["stack"],
                               answer["host"], "1 minute")])
        for rows, answer in self.both("show clock"):
            self.assertEqual([row["YEAR"] for row in rows], [answer["time"][:4]])
            self.assertEqual([row["TIME"] + "Z" for row in rows], [answer["time"][11:]])

    def test_ping(self):
        text, silent = sim(["ping 10.0.10.2 count 75", "ping 10.0.10.99 count 2"], "normal")
        row, = parse("ping 10.0.10.2 count 75", text)
        self.assertEqual((row["ADDRESS"], row["COUNT"], row["RECEIVED"], row["SENT"],
                          "".join(row["MARKS"])), ("10.0.10.2", "75", "75", "75", "!" * 75))
        row, = parse("ping 10.0.10.99 count 2", silent)
        self.assertEqual((row["SUCCESS_PERCENT"], row["MARKS"], row["MIN_MS"]), ("0", [".."], ""))


if __name__ == "__main__":
    unittest.main()
