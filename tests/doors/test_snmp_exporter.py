#!/usr/bin/python3
"""What Prometheus gets: the requests of snmp_exporter's modules, and the exporter itself.

The modules are those of README.md: if_mib as the exporter's own generator.yml has it, and one for
TCP-MIB. Without the exporter the same requests are made by net-snmp, and everything must be there
of which a metric and its labels are made.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import snmp
import snmp_compare as compare
from control import TIMEOUT_S, free_port
from test_snmp import COMMUNITY, Polled

EXPORTER, GENERATOR = "prometheus-snmp-exporter", "prometheus-snmp-generator"
REPETITIONS = 25  # the exporter's own default
AUTHS_SINCE = (0, 23)  # with it, credentials are no longer a part of a module

MODULES = """
modules:
  if_mib:
    walk: [sysUpTime, interfaces, ifXTable]
{auth}    lookups:
      - source_indexes: [ifIndex]
        lookup: ifAlias
      - source_indexes: [ifIndex]
        lookup: ifDescr
      - source_indexes: [ifIndex]
        lookup: ifName
    overrides:
      ifAlias:
        ignore: true
      ifDescr:
        ignore: true
      ifName:
        ignore: true
      ifType:
        type: EnumAsInfo
  tcp_mib:
    walk: [tcp]
{auth}    overrides:
      tcpConnectionProcess:
        ignore: true
"""
AUTHS = """
auths:
  switch:
    version: 2
    community: {community}
"""
AUTH = """    auth:
      community: {community}
"""

IF_METRICS = {"ifIndex", "ifMtu", "ifSpeed", "ifAdminStatus", "ifOperStatus", "ifLastChange",
              "ifInOctets", "ifInUcastPkts", "ifInDiscards", "ifInErrors", "ifOutOctets",
              "ifOutUcastPkts", "ifOutDiscards", "ifOutErrors", "ifInMulticastPkts",
              "ifInBroadcastPkts", "ifOutMulticastPkts", "ifOutBroadcastPkts", "ifHCInOctets",
              "ifHCInUcastPkts", "ifHCInMulticastPkts", "ifHCInBroadcastPkts", "ifHCOutOctets",
              "ifHCOutUcastPkts", "ifHCOutMulticastPkts", "ifHCOutBroadcastPkts", "ifHighSpeed",
              "ifPromiscuousMode", "ifCounterDiscontinuityTime", "ifPhysAddress", "ifType_info",
              "ifLinkUpDownTrapEnable"}
TCP_METRICS = {"tcpRtoAlgorithm": None, "tcpRtoMin": None, "tcpRtoMax": None, "tcpMaxConn": None,
               "tcpCurrEstab": None, "tcpActiveOpens": "activeOpens",
               "tcpPassiveOpens": "passiveOpens", "tcpAttemptFails": "attemptFails",
               "tcpEstabResets": "estabResets", "tcpInSegs": "inSegs", "tcpOutSegs": "outSegs",
               "tcpRetransSegs": "retransSegs", "tcpInErrs": "inErrs", "tcpOutRsts": "outRsts",
               "tcpHCInSegs": "inSegs", "tcpHCOutSegs": "outSegs"}
HC_COUNTERS = {"ifHCInOctets": "inOctets", "ifHCInUcastPkts": "inUcastPkts",
               "ifHCInMulticastPkts": "inMulticastPkts", "ifHCInBroadcastPkts": "inBroadcastPkts",
               "ifHCOutOctets": "outOctets", "ifHCOutUcastPkts": "outUcastPkts",
               "ifHCOutMulticastPkts": "outMulticastPkts",
               "ifHCOutBroadcastPkts": "outBroadcastPkts"}

SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class ScrapeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.switch = Polled()
        time.sleep(6)

    @classmethod
    def tearDownClass(cls):
        cls.switch.close()

    def test_requests_of_if_mib_have_every_label(self):
        agent = self.switch.agent
        self.assertEqual(agent.get(snmp.SYS_UP_TIME)[snmp.SYS_UP_TIME].kind, "Timeticks")
        rows = snmp.columns(agent.bulkwalk(snmp.INTERFACES, REPETITIONS), snmp.IF_TABLE + ".1")
        x_rows = snmp.columns(agent.bulkwalk(snmp.IF_X_TABLE, REPETITIONS),
                              snmp.IF_X_TABLE + ".1")
        self.assertEqual(set(rows), set(x_rows))
        self.assertEqual(set(rows), {str(row["ifIndex"]) for row in
                                     self.switch.json("show interfaces counters")["interfaces"]})
        for index, row in rows.items():
            labels = (row[2], x_rows[index][1], x_rows[index][18])  # ifDescr, ifName, ifAlias
            self.assertEqual({label.kind for label in labels}, {"Hex-STRING"})
            self.assertTrue(labels[0].value and labels[1].value)
        self.assertEqual(len({row[1].value for row in x_rows.values()}), len(x_rows))

    def test_requests_of_tcp_mib_have_every_label(self):
        walked = self.switch.agent.bulkwalk(snmp.TCP, REPETITIONS)
        rows = snmp.columns(walked, snmp.TCP + ".19.1")
        self.assertTrue(rows)
        self.assertEqual(len({snmp.connection_of(index) for index in rows}), len(rows))


@unittest.skipUnless(shutil.which(EXPORTER) and shutil.which(GENERATOR),
                     EXPORTER + " is not installed (.ci/packages.sh names its package)")
class ExporterTest(unittest.TestCase):
    """The real one, with what its own generator makes of README.md's modules."""

    @classmethod
    def setUpClass(cls):
        cls.switch = Polled()
        cls.directory = tempfile.TemporaryDirectory()
        cls.has_auths = cls.version() >= AUTHS_SINCE
        cls.generate()
        cls.port = free_port()
        with open(os.path.join(cls.directory.name, "log"), "w") as log:
            cls.process = subprocess.Popen(
                [EXPORTER, "--config.file=" + os.path.join(cls.directory.name, "snmp.yml"),
                 "--web.listen-address=127.0.0.1:%d" % cls.port],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        time.sleep(6)

    @classmethod
    def tearDownClass(cls):
        cls.process.kill()
        cls.process.wait(TIMEOUT_S)
        cls.switch.close()
        cls.directory.cleanup()

    @staticmethod
    def version():
        done = subprocess.run([EXPORTER, "--version"], capture_output=True, text=True,
                              timeout=TIMEOUT_S)
        return tuple(map(int, re.search(r"version (\d+)\.(\d+)", done.stdout + done.stderr)
                         .groups()))

    @classmethod
    def generate(cls):
        text = (AUTHS if cls.has_auths else "") + MODULES.replace(
            "{auth}", "" if cls.has_auths else AUTH)
        with open(os.path.join(cls.directory.name, "generator.yml"), "w") as file:
            file.write(text.replace("{community}", '"%s"' % COMMUNITY))
        done = subprocess.run([GENERATOR, "generate"], cwd=cls.directory.name, capture_output=True,
                              text=True, timeout=TIMEOUT_S,
                              env=dict(os.environ, MIBDIRS=snmp.MIBS))
        assert done.returncode == 0, done

    def scrape(self, module):
        """{metric: {labels: value}}"""
        words = {"target": "127.0.0.1:%d" % self.switch.port, "module": module}
        if self.has_auths:
            words["auth"] = "switch"
        with urllib.request.urlopen("http://127.0.0.1:%d/snmp?%s" % (
                self.port, urllib.parse.urlencode(words)), timeout=TIMEOUT_S) as page:
            self.assertEqual(page.status, 200)
            lines = page.read().decode().splitlines()
        metrics = {}
        for line in lines:
            if not line.startswith("#"):
                name, labels, value = SAMPLE.fullmatch(line).groups()
                metrics.setdefault(name, {})[tuple(sorted(LABEL.findall(labels or "")))] = \
                    float(value)
        return metrics

    def test_if_mib_has_every_metric_with_its_labels(self):
        before = self.switch.json("show interfaces counters")["interfaces"]
        metrics = self.scrape("if_mib")
        after = self.switch.json("show interfaces counters")["interfaces"]
        self.assertEqual(IF_METRICS - set(metrics), set())
        self.assertIn("sysUpTime", metrics)
        self.assertEqual(metrics["ifNumber"], {(): len(before)})
        for first, last in zip(before, after):
            for name, key in HC_COUNTERS.items():
                labels = [labels for labels in metrics[name]
                          if dict(labels)["ifIndex"] == str(first["ifIndex"])]
                self.assertEqual(len(labels), 1)
                self.assertEqual({name: value for name, value in labels[0]
                                  if name in ("ifName", "ifAlias")},
                                 {"ifName": first["name"], "ifAlias": first["alias"] or ""})
                self.assertTrue(first[key] <= metrics[name][labels[0]] <= last[key], name)

    def test_tcp_mib_has_every_metric_with_its_labels(self):
        self.switch.let_copy_age()
        before = compare.Look(self.switch)
        metrics = self.scrape("tcp_mib")
        after = compare.Look(self.switch)
        for name, key in TCP_METRICS.items():
            (value,) = metrics[name].values()
            if key:
                low, high = (look.statistics["rfc4022"][key] for look in (before, after))
                self.assertTrue(low <= value <= high, (name, low, value, high))
        ids = {row["id"] for row in after.connections}
        stayed = [row for row in before.connections if row["id"] in ids]
        self.assertGreater(len(stayed), 2)
        seen = {(labels["tcpConnectionLocalAddress"], labels["tcpConnectionLocalPort"],
                 labels["tcpConnectionRemAddress"], labels["tcpConnectionRemPort"])
                for labels in map(dict, metrics["tcpConnectionState"])}
        for row in stayed:
            local, remote = compare.key_of(row)
            self.assertIn((self.address(local[0]), str(local[1]), self.address(remote[0]),
                           str(remote[1])), seen)

    @staticmethod
    def address(text):
        """As the exporter writes it: IPv6 in full, and in capitals."""
        if ":" not in text:
            return text
        halves = text.split("::")
        left = [part for part in halves[0].split(":") if part]
        right = [part for part in halves[1].split(":") if part] if len(halves) > 1 else []
        parts = left + ["0"] * (8 - len(left) - len(right)) + right
        return ":".join("%04X" % int(part, 16) for part in parts)


if __name__ == "__main__":
    if snmp.missing():
        print(snmp.missing())
        sys.exit(1 if os.environ.get("CI") else 77)
    unittest.main()
