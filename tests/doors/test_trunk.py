#!/usr/bin/python3
"""Frames at ports where Linux is: the tags on a trunk, and frames that the switch drops and counts.

Tagged frames are made by hand, for the host's kernel may have no 802.1Q.
"""

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import namespace

if __name__ == "__main__":
    namespace.enter("ping", "curl", "tcpdump")

from control import wait_until
from namespace import Wire, frame, link, plug, run, settle

IPV4, ARP, VLAN, QINQ, LOCAL = 0x0800, 0x0806, 0x8100, 0x88a8, 0x88b5
SYN, RST = 2, 4  # flags of TCP
BROADCAST = b"\xff" * 6
NATIVE, TAGGED = 1, (10, 20)
PRIORITY = 5
STRANGER = bytes.fromhex("0200000000ad")  # who sends what must not get through
TRAFFIC = ("Octets", "UcastPkts", "MulticastPkts", "BroadcastPkts")
DROPS = ("runts", "giants", "unknownVlans", "stackedTags", "outDiscards")


def address(text):
    return socket.inet_aton(text)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def arp_request(mac, source, target):
    return struct.pack("!HHBBH6s4s6s4s", 1, IPV4, 6, 4, 1, mac, address(source), bytes(6),
                       address(target))


def ipv4(source, target, protocol, data):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0,
                         address(source), address(target))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + data


def echo_request(source, target, identifier):
    icmp = struct.pack("!BBHHH", 8, 0, 0, identifier, 1) + bytes(56)
    icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
    return ipv4(source, target, 1, icmp)


def segment(source, target, port, flags, number):
    tcp = struct.pack("!HHIIBBHHH", 40000, port, number, 0, 5 << 4, flags, 1024, 0, 0)
    pseudo = address(source) + address(target) + struct.pack("!HH", 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    return ipv4(source, target, 6, tcp)


def tag_of(data):
    """Priority, VLAN ID and type of a frame with one tag."""
    tpid, tci, kind = struct.unpack("!HHH", data[12:18])
    assert tpid == VLAN, data
    return tci >> 13, tci & 0xfff, kind


def tagged(data):
    """A frame of a trunk, the native VLAN's with a tag too."""
    if struct.unpack("!H", data[12:14])[0] == VLAN:
        return data
    return data[:12] + struct.pack("!HH", VLAN, NATIVE) + data[12:]


class PortsTest(unittest.TestCase):
    """A trunk and two access ports, at which Linux has no address: it says nothing by itself."""

    @classmethod
    def setUpClass(cls):
        cls.switch = namespace.Switch("nd0,access=10", "nd1,trunk", "nd2,access=20")
        cls.addClassCleanup(cls.switch.close)
        for name in ("nd0", "nd1", "nd2"):
            plug(name, mtu=9000)
        cls.ten, cls.trunk, cls.twenty = cls.wires = [cls.wire(name)
                                                      for name in ("nd0", "nd1", "nd2")]

    @classmethod
    def wire(cls, name):
        wire = Wire(name)
        cls.addClassCleanup(wire.close)
        return wire

    def ask(self, vlan, tags, sender="77"):
        """The device's answer to ARP's question at the trunk."""
        self.trunk.send(frame(BROADCAST, self.trunk.mac, ARP, arp_request(
            self.trunk.mac, "10.0.%d.%s" % (vlan, sender), "10.0.%d.1" % vlan), tags))
        return self.trunk.wait_for(lambda data: data[:6] == self.trunk.mac and
                                   tagged(data)[32:36] == address("10.0.%d.1" % vlan))


class TrunkTest(PortsTest):
    def test_answers_have_the_tag_of_their_vlan(self):
        for vlan in TAGGED:
            with self.subTest(vlan=vlan):
                answer = self.ask(vlan, [PRIORITY << 13 | vlan])
                self.assertEqual(tag_of(answer), (0, vlan, ARP))
                us, device = "10.0.%d.77" % vlan, "10.0.%d.1" % vlan
                self.trunk.send(frame(answer[6:12], self.trunk.mac, IPV4,
                                      echo_request(us, device, vlan), [vlan]))
                reply = self.trunk.wait_for(lambda data: tag_of(tagged(data))[2] == IPV4 and
                                            data[27] == 1 and data[38] == 0)
                self.assertEqual(tag_of(reply), (0, vlan, IPV4))
                self.assertEqual((reply[30:34], reply[34:38], reply[42:44]),
                                 (address(device), address(us), struct.pack("!H", vlan)))

    def test_native_vlan_has_no_tag_and_takes_each(self):
        for tags in ([], [PRIORITY << 13], [NATIVE]):
            with self.subTest(tags=tags):
                answer = self.ask(NATIVE, tags)
                self.assertEqual(answer[12:14], struct.pack("!H", ARP))

    def test_without_a_tag_it_is_no_other_vlan(self):
        def neighbors():
            return {row["address"] for row in self.switch.json("show arp")["arp"]}

        self.trunk.send(frame(BROADCAST, self.trunk.mac, ARP,
                              arp_request(self.trunk.mac, "10.0.10.78", "10.0.10.1")))
        self.ask(1, [], sender="78")
        self.assertIn("10.0.1.78", neighbors())
        self.assertNotIn("10.0.10.78", neighbors())

    def test_access_port_has_no_tag_and_the_trunk_has_its(self):
        for vlan, wire in ((10, self.ten), (20, self.twenty)):
            with self.subTest(vlan=vlan):
                sent = frame(BROADCAST, self.trunk.mac, LOCAL, b"to %d" % vlan + bytes(60),
                             [PRIORITY << 13 | vlan])
                self.trunk.send(sent)
                got = wire.wait_for(lambda data: data[6:12] == self.trunk.mac)
                self.assertEqual(got, sent[:12] + sent[16:])
                sent = frame(self.trunk.mac, wire.mac, LOCAL, b"from %d" % vlan + bytes(60))
                wire.send(sent)
                got = self.trunk.wait_for(lambda data: data[6:12] == wire.mac)
                self.assertEqual(got, sent[:12] + struct.pack("!HH", VLAN, vlan) + sent[12:])

    def test_every_vlan_and_priority_goes_from_trunk_to_trunk(self):
        switch = namespace.Switch("nd8,trunk", "nd9,trunk", options=("--vlan", "4094"))
        self.addCleanup(switch.close)
        wires = []
        for name in ("nd8", "nd9"):
            plug(name)
            wires.append(Wire(name))
            self.addCleanup(wires[-1].close)
        for tci in (priority << 13 | vlan for vlan in (NATIVE, *TAGGED, 4094)
                    for priority in range(8)):
            sent = frame(BROADCAST, wires[0].mac, LOCAL, bytes(60), [tci])
            wires[0].send(sent)
            got = wires[1].wait_for(lambda data: data[6:12] == wires[0].mac)
            self.assertEqual(got, sent[:12] + sent[16:] if tci & 0xfff == NATIVE else sent)

    def test_tcpdump_sees_the_tags_of_every_vlan(self):
        """The device asks for a silent address in each VLAN, and answers one that asks it."""
        with tempfile.NamedTemporaryFile("w+") as file:
            dump = namespace.start(self, "tcpdump", "-e", "-nn", "-l", "-i", "nd1", "-Q", "in",
                                   "arp or (vlan and arp)", stdout=file, stderr=subprocess.PIPE)
            while b"listening on" not in dump.stderr.readline():
                self.assertIsNone(dump.poll())

            def seen():
                with open(file.name) as lines:
                    return lines.read()

            for vlan in (NATIVE, *TAGGED):
                self.ask(vlan, [vlan])
                self.switch.run("ping 10.0.%d.99 count 1" % vlan, check=1)
                net = r"10\.0\.%d" % vlan
                tag = r"ethertype ARP" if vlan == NATIVE else r"802\.1Q.*vlan %d, p 0, " % vlan
                for what in (r"Request who-has %s\.99 tell %s\.1," % (net, net),
                             r"Reply %s\.1 is-at" % net):
                    wait_until(lambda: re.search(r"%s.*%s" % (tag, what), seen()))
            for line in seen().splitlines():
                self.assertRegex(line, r"ethertype 802\.1Q \(0x8100\), .*vlan (10|20), p 0|"
                                       r"ethertype ARP .*10\.0\.1\.")


class DropsTest(PortsTest):
    """What is dropped is counted, each once, and is nowhere else."""

    def setUp(self):
        self.ask(10, [10])
        self.device = self.ask(20, [20])[6:12]
        self.settled()

    # ---- what was seen of frames ----

    def settled(self):
        """A frame of a known sender in each VLAN has come out: those before it are done."""
        seen = []
        for vlan, port in ((10, self.ten), (20, self.twenty)):
            mark = frame(BROADCAST, self.trunk.mac, LOCAL, os.urandom(46), [vlan])
            self.trunk.send(mark)
            port.wait_for(lambda data: seen.append(data) or data[14:] == mark[18:])
        mark = frame(BROADCAST, self.ten.mac, LOCAL, os.urandom(46))
        self.ten.send(mark)
        self.trunk.wait_for(lambda data: seen.append(data) or data[18:] == mark[14:])
        return seen, 2, 1  # the marks that came in at the trunk, and at the access port 10

    def stack(self):
        said = self.switch.json("show tcp statistics")
        rows = self.switch.json("show arp")["arp"]
        return ([said[part] for part in ("rfc4022", "rcvd", "sent", "connections", "states")],
                sorted((row["address"], row["macAddress"] or "") for row in rows))

    def counts(self):
        rows = self.switch.json("show interfaces counters")["interfaces"]
        return {row["name"]: row for row in rows}

    def check_dropped(self, wire, name, drop, frames):
        before, stack, kernel = self.counts(), self.stack(), link(name)["stats64"]["tx"]
        wire.send(*frames)
        wait_until(lambda: self.counts()[name][drop] >= before[name][drop] + len(frames))
        seen, at_trunk, at_ten = self.settled()
        after = self.counts()
        self.assertFalse([data for data in seen if STRANGER in data[:12]])
        marks = {"nd1": at_trunk, "nd0": at_ten}
        for port in ("nd0", "nd1", "nd2"):
            for key in DROPS:
                more = len(frames) if (port, key) == (name, drop) else 0
                self.assertEqual(after[port][key] - before[port][key], more, (port, key))
            self.assertEqual([after[port]["in" + key] - before[port]["in" + key]
                              for key in TRAFFIC[1:]], [0, 0, marks.get(port, 0)], port)
        self.assertEqual([after["CPU"]["out" + key] - before["CPU"]["out" + key]
                          for key in TRAFFIC[1:]], [0, 0, at_trunk + at_ten])
        self.assertEqual(self.stack(), stack)
        self.check_kernel_sent(name, kernel, before, after, frames)

    def check_kernel_sent(self, name, kernel, before, after, frames):
        """The dropped ones apart, what the kernel sent is what came in."""
        sent = link(name)["stats64"]["tx"]
        self.assertEqual(sent["bytes"] - kernel["bytes"] - sum(map(len, frames)),
                         after[name]["inOctets"] - before[name]["inOctets"])
        self.assertEqual(sent["packets"] - kernel["packets"] - len(frames),
                         sum(after[name]["in" + key] - before[name]["in" + key]
                             for key in TRAFFIC[1:]))

    # ---- the frames ----

    def calls(self, tags, vlan):
        """A question and a connection: the stack would count both, and answer both."""
        us, device = "10.0.%d.66" % vlan, "10.0.%d.1" % vlan
        return [frame(BROADCAST, STRANGER, ARP, arp_request(STRANGER, us, device), tags),
                frame(self.device, STRANGER, IPV4, segment(us, device, 80, SYN, 1), tags)]

    def test_calls_would_be_heard(self):
        """The same with the right tag: or the tests below would prove nothing."""
        _, before = self.stack()
        accepted = self.switch.json("show tcp statistics")["rfc4022"]["passiveOpens"]
        self.trunk.send(*self.calls([20], 20))
        wait_until(lambda: self.switch.json("show tcp statistics")["rfc4022"]["passiveOpens"] ==
                   accepted + 1)
        self.assertIn(("10.0.20.66", STRANGER.hex(":")), self.stack()[1])
        self.assertNotIn(("10.0.20.66", STRANGER.hex(":")), before)
        self.trunk.send(frame(self.device, STRANGER, IPV4, segment(
            "10.0.20.66", "10.0.20.1", 80, RST, 2), [20]))
        wait_until(lambda: self.switch.json("show tcp connections")["total"] == 0)

    def test_unknown_vlan_is_dropped(self):
        self.check_dropped(self.trunk, "nd1", "unknownVlans",
                           [data for vlan in (2, 9, 11, 30, 4094, 4095)
                            for data in self.calls([vlan], 10)])

    def test_other_vlan_on_an_access_port_is_dropped(self):
        self.check_dropped(self.ten, "nd0", "unknownVlans",
                           [data for vlan in (1, 20, 30) for data in self.calls([vlan], vlan)])

    def test_tag_in_a_tag_is_dropped(self):
        stacks = ([10, 10], [10, 20], [20, 10], [1, 20], [30, 10], [0, 20], [(QINQ, 10)],
                  [(QINQ, 10), 10], [10, (QINQ, 10)], [10, 10, 10])
        for wire, name in ((self.trunk, "nd1"), (self.ten, "nd0")):
            with self.subTest(port=name):
                self.check_dropped(wire, name, "stackedTags",
                                   [data for tags in stacks for data in self.calls(tags, 10)])

    def test_runt_is_dropped(self):
        """Cut within its tag: shorter ones the kernel does not let out."""
        whole = self.calls([10], 10)[0]
        for wire, name in ((self.trunk, "nd1"), (self.ten, "nd0")):
            with self.subTest(port=name):
                self.check_dropped(wire, name, "runts",
                                   [whole[:length] for length in range(14, 18)] * 3)

    def test_giant_is_dropped(self):
        def longer(tags, length):
            data = self.calls(tags, 10)[1]
            return data + bytes(length - len(data))

        for wire, name, tags in ((self.trunk, "nd1", [10]), (self.ten, "nd0", []),
                                 (self.ten, "nd0", [10])):
            with self.subTest(port=name, tags=tags):
                most = 1514 + 4 * len(tags)
                self.check_dropped(wire, name, "giants", [longer(tags, length) for length in
                                                          (most + 1, most + 4, 4000, 9000)])

    def test_longest_frame_goes_through(self):
        sent = frame(BROADCAST, self.ten.mac, LOCAL, os.urandom(1500))
        self.ten.send(sent)
        got = self.trunk.wait_for(lambda data: data[6:12] == self.ten.mac and len(data) > 1000)
        self.assertEqual((got[:12], got[16:]), (sent[:12], sent[12:]))
        sent = frame(BROADCAST, self.trunk.mac, LOCAL, os.urandom(1500), [20])
        self.trunk.send(sent)
        got = self.twenty.wait_for(lambda data: data[6:12] == self.trunk.mac and len(data) > 1000)
        self.assertEqual(got, sent[:12] + sent[16:])

    def test_frame_to_an_interface_that_is_down_is_discarded(self):
        self.addCleanup(self.plug_again)
        namespace.unplug("nd2")
        before = self.counts()["nd2"]
        self.trunk.send(*[frame(BROADCAST, self.trunk.mac, LOCAL, bytes(46), [20])] * 5)
        wait_until(lambda: self.counts()["nd2"]["outDiscards"] >= before["outDiscards"] + 5)
        self.assertEqual(self.counts()["nd2"], {**before, "outDiscards":
                                                before["outDiscards"] + 5})

    def plug_again(self):
        plug("nd2")
        with self.assertRaises(OSError):
            self.twenty.receive()  # that the network was down

    def test_traffic_is_counted_by_destination(self):
        before = self.counts()
        kinds = ((self.trunk.mac, 2), (bytes.fromhex("01005e000105"), 3), (BROADCAST, 4))
        sent = [frame(mac, self.ten.mac, LOCAL, bytes(46))
                for mac, count in kinds for _ in range(count)]
        self.ten.send(*sent)
        wait_until(lambda: self.counts()["nd0"]["inBroadcastPkts"] >=
                   before["nd0"]["inBroadcastPkts"] + 4)
        after = self.counts()
        for port, side, octets in (("nd0", "in", 9 * 60), ("nd1", "out", 9 * 64)):
            self.assertEqual([after[port][side + key] - before[port][side + key]
                              for key in TRAFFIC], [octets, 2, 3, 4])


class CountersTest(unittest.TestCase):
    """What the kernel counts at its end of the cable."""

    def test_kernel_counts_the_same(self):
        switch = namespace.Switch("nd0,access=10")
        self.addCleanup(switch.close)
        plug("nd0", "10.0.10.50/24", "2001:db8:10::50/64")
        settle("10.0.10.1", "2001:db8:10::1")
        run("ping", "-n", "-c", "20", "-i", "0.01", "-s", "1472", "10.0.10.1")
        run("curl", "-sS", "--noproxy", "*", "http://10.0.10.1/", text=False)
        switch.text("ping 2001:db8:10::50 count 5")

        def differences():
            row, kernel = switch.port("nd0"), link("nd0")["stats64"]
            return {side: (row[side + "Octets"] - kernel[other]["bytes"],
                           sum(row[side + key] for key in TRAFFIC[1:]) - kernel[other]["packets"])
                    for side, other in (("in", "tx"), ("out", "rx"))}

        wait_until(lambda: differences() == {"in": (0, 0), "out": (0, 0)})
        row = switch.port("nd0")
        self.assertEqual([row[key] for key in DROPS[:4]], [0] * 4)
        self.assertEqual(row["outDiscards"], link("nd0")["stats64"]["rx"]["dropped"])
        self.assertGreater(min(row["inUcastPkts"], row["outUcastPkts"]), 25)


if __name__ == "__main__":
    unittest.main()
