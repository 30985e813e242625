#!/usr/bin/python3
"""The judge of the counters: computes every one of them from a capture of the wire.

    oracle.py CAPTURE                     prints {group: {key: value}} as JSON
    oracle.py --compare STATISTICS CAPTURE
                                          compares with what `show tcp statistics json` printed,
                                          and ends with 1 when a counter differs
        --lwip NUMBERS                    a third column: lwIP's own numbers, {group: {key: value}}

It takes raw fields alone from tshark, none of its own analysis, and follows each connection by
itself. What each counter means stands in include/netdiag/tcp_counters.def; a counter there that has
no rule here is an error.

Nearly all of it can be seen on the wire. What cannot is when a connection ends without a word:
that is worked out from lwIP's timers (class Timers), which run at the beginning of a step of the
simulator's virtual clock. So a segment that was sent at some time with no segment of its
connection received before it at the same time was sent by a timer, the others are answers.
"""

import argparse
import ipaddress
import json
import os
import re
import struct
import subprocess
import sys
from datetime import datetime, timezone

DEFINITIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "include", "netdiag",
                           "tcp_counters.def")
DEVICE_MAC = "02:00:00:01:"
TSHARK = ["tshark", "-n", "-o", "tcp.check_checksum:TRUE", "-o", "tcp.analyze_sequence_numbers:FALSE",
          "-o", "tcp.relative_sequence_numbers:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE",
          "-o", "ip.defragment:FALSE", "-T", "fields", "-E", "occurrence=f"]
FIELDS = ["frame.time_epoch", "eth.src", "eth.type", "vlan.id", "vlan.etype", "ip.src", "ip.dst",
          "ip.proto", "ip.hdr_len", "ip.len", "ipv6.src", "ipv6.dst", "ipv6.nxt", "ipv6.plen",
          "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.hdr_len",
          "tcp.flags", "tcp.window_size_value", "tcp.checksum.status"]

FIN, SYN, RST, ACK, URG = 0x01, 0x02, 0x04, 0x10, 0x20
TCP_HEADER = 20
PROTOCOL_TCP = "6"

ROWS = 12000  # CONFIG_NETDIAG_TCP_SLOTS, unless the device was built otherwise

# lwIP's timers, in ticks of 500 ms, and its limits.
TICK_MS = 500
TIMER_MS = 250
SYN_RCVD_TICKS = 40
FIN_WAIT_2_TICKS = 40
TWO_MSL_TICKS = 240
SYN_RETRANSMITS = 6
RETRANSMITS = 12


# ---------------------------------------------------------------- the definitions

def read_definitions(path=DEFINITIONS):
    """[(name, group, key)] of every counter."""
    with open(path, encoding="ascii") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    rows = re.findall(r'COUNTER\(\s*(\w+),\s*(\w+),\s*(\w+),\s*"(\w+)",\s*"[^"]*"\)', text)
    if len(rows) != text.count("COUNTER("):
        raise SystemExit("oracle.py: %s has a row that cannot be read" % path)
    return [(name, group.lower(), key) for name, group, _, key in rows]


class Counters:
    """Counters by the names of the .def; one that has no rule below is an error."""

    RULES = """
        ACTIVE_OPENS PASSIVE_OPENS ATTEMPT_FAILS ESTAB_RESETS CURR_ESTAB IN_SEGS OUT_SEGS
        RETRANS_SEGS IN_ERRS OUT_RSTS
        RCVD_TOTAL RCVD_NO_PORT RCVD_BAD_CHECKSUM RCVD_BAD_OFFSET RCVD_TOO_SHORT
        RCVD_IN_SEQ_PACKETS RCVD_IN_SEQ_BYTES RCVD_DUP_PACKETS RCVD_DUP_BYTES
        RCVD_PART_DUP_PACKETS RCVD_PART_DUP_BYTES RCVD_OUT_OF_ORDER_PACKETS
        RCVD_OUT_OF_ORDER_BYTES RCVD_AFTER_WINDOW_PACKETS RCVD_AFTER_WINDOW_BYTES
        RCVD_AFTER_CLOSE_PACKETS RCVD_WINDOW_PROBES RCVD_WINDOW_UPDATES RCVD_DUP_ACKS
        RCVD_ACKS_UNSENT RCVD_ACK_PACKETS RCVD_ACK_BYTES
        SENT_TOTAL SENT_URGENT SENT_CONTROL SENT_CONTROL_RETRANS SENT_DATA_PACKETS SENT_DATA_BYTES
        SENT_RETRANS_PACKETS SENT_RETRANS_BYTES SENT_ACK_ONLY SENT_DELAYED_ACKS SENT_WINDOW_PROBES
        SENT_WINDOW_UPDATES
        CONN_INITIATED CONN_ACCEPTED CONN_ESTABLISHED CONN_CLOSED CONN_DROPPED
        CONN_EMBRYONIC_DROPPED CONN_RXMT_TIMEOUTS CONN_RXMT_DROPPED CONN_KEEPALIVE_TIMEOUTS
        CONN_KEEPALIVE_PROBES CONN_KEEPALIVE_DROPPED CONN_BACKLOG_REFUSED CONN_WITHOUT_ROW
        """.split()

    def __init__(self, definitions):
        self.definitions = definitions
        self.value = {name: 0 for name in self.RULES}
        unknown = [name for name, _, _ in definitions if name not in self.value]
        if unknown:
            raise SystemExit("oracle.py: no rule for: " + " ".join(unknown))

    def add(self, name, count=1):
        self.value[name] += count

    def groups(self):
        result = {}
        for name, group, key in self.definitions:
            result.setdefault(group, {})[key] = self.value[name]
        return result


# ---------------------------------------------------------------- reading the capture

class Segment:
    """A TCP segment on the wire. `fault`: None, or the counter of what is wrong with it."""

    __slots__ = ("frame", "ms", "inbound", "vlan", "local", "remote", "fault", "seq", "ack",
                 "length", "flags", "window", "answers", "asked_by", "is_news")

    def has(self, flags):
        return self.flags & flags != 0

    @property
    def octets(self):
        """Its length in the sequence space; a RST has none."""
        if self.has(RST):
            return 0
        return self.length + self.has(SYN) + self.has(FIN)

    @property
    def key(self):
        return self.local + self.remote

    def __str__(self):
        return "frame %d" % self.frame


def raw_frames(path):
    """The bytes of every frame, for the headers that tshark gives up on."""
    with open(path, "rb") as file:
        data = file.read()
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}.get(data[:4])
    if order is None:
        raise SystemExit("oracle.py: %s is no libpcap file" % path)
    at = 24
    frames = []
    while at + 16 <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return frames


def sum_words(data):
    total = sum(struct.unpack("!%dH" % ((len(data) + 1) // 2), data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def checksum_is_right(source, destination, tcp):
    pseudo = (ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed +
              struct.pack("!IBBBB", len(tcp), 0, 0, 0, 6))
    return sum_words(pseudo + tcp) == 0xffff


def tcp_bytes(row, frame):
    """The segment in a frame, from the end of the IP header to the end of IP's payload."""
    at = 18 if row["vlan.id"] else 14
    if row["ip.src"]:
        at += int(row["ip.hdr_len"])
        return frame[at:at + int(row["ip.len"]) - int(row["ip.hdr_len"])]
    return frame[at + 40:at + 40 + int(row["ipv6.plen"])]


def read_spoilt(segment, row, frame):
    """A segment that tshark does not take apart to the end. In this order, as a stack looks."""
    tcp = tcp_bytes(row, frame)
    source, destination = row["ip.src"] or row["ipv6.src"], row["ip.dst"] or row["ipv6.dst"]
    if len(tcp) < TCP_HEADER:
        segment.fault = "RCVD_TOO_SHORT"
    elif not checksum_is_right(source, destination, tcp):
        segment.fault = "RCVD_BAD_CHECKSUM"
    elif not TCP_HEADER <= (tcp[12] >> 4) * 4 <= len(tcp):
        segment.fault = "RCVD_BAD_OFFSET"
    else:
        raise SystemExit("oracle.py: frame %d: tshark cannot read it" % segment.frame)


def read_segment(number, row, raw, is_device):
    """The frame's segment, None if it carries none or is for somebody else."""
    if PROTOCOL_TCP not in (row["ip.proto"], row["ipv6.nxt"]):
        return None
    segment = Segment()
    segment.frame = number
    segment.ms = round(float(row["frame.time_epoch"]) * 1000)
    segment.vlan = row["vlan.id"]
    source, destination = row["ip.src"] or row["ipv6.src"], row["ip.dst"] or row["ipv6.dst"]
    segment.inbound = not is_device(row["eth.src"], source, segment.vlan)
    if segment.inbound and not is_device(None, destination, segment.vlan):
        return None
    segment.fault = None
    segment.answers, segment.asked_by = [], None
    segment.is_news = False  # whether it acknowledged something
    status = row["tcp.checksum.status"]
    header = int(row["tcp.hdr_len"] or 0)
    if status == "" or header < TCP_HEADER or row["tcp.len"] == "":
        read_spoilt(segment, row, raw()[number - 1])
        return segment
    if status == "0":
        segment.fault = "RCVD_BAD_CHECKSUM"
        return segment
    ends = ((source, int(row["tcp.srcport"])), (destination, int(row["tcp.dstport"])))
    segment.local, segment.remote = reversed(ends) if segment.inbound else ends
    segment.seq, segment.ack = int(row["tcp.seq_raw"]), int(row["tcp.ack_raw"])
    segment.flags = int(row["tcp.flags"], 16)
    segment.length = 0 if segment.has(RST) else int(row["tcp.len"])
    segment.window = int(row["tcp.window_size_value"])
    return segment


def address_test(macs, addresses):
    """is_device(MAC or None, IP address, VLAN): whether this is the device's own."""
    def is_device(mac, address, vlan):
        if mac is not None and not addresses:
            return any(mac.startswith(prefix) for prefix in macs)
        if addresses:
            return address in addresses
        if vlan == "":
            vlan = "1"
        return (address in ("10.0.%s.1" % vlan, "2001:db8:%s::1" % vlan)
                or address.startswith("fe80:"))
    return is_device


def read_capture(path, is_device):
    command = TSHARK + ["-r", path]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit("oracle.py: tshark: " + done.stderr.strip())
    frames = []

    def raw():
        if not frames:
            frames.extend(raw_frames(path))
        return frames

    segments = []
    for number, line in enumerate(done.stdout.splitlines(), 1):
        row = dict(zip(FIELDS, line.split("\t")))
        segment = read_segment(number, row, raw, is_device)
        if segment:
            segments.append(segment)
    link_answers(segments)
    return segments


def link_answers(segments):
    """An answer is what was sent at the time, and after, the last one of its connection came in."""
    last = {}
    for segment in segments:
        if segment.fault:
            continue
        if segment.inbound:
            last[segment.key] = segment
        elif segment.key in last and last[segment.key].ms == segment.ms:
            segment.asked_by = last[segment.key]
            segment.asked_by.answers.append(segment)


# ---------------------------------------------------------------- a connection

def near(reference, number):
    """The number of the 32-bit sequence number that is nearest to `reference`."""
    return reference + (number - reference + 2**31) % 2**32 - 2**31


class Connection:
    """What both ends have said so far; names as in tcp_counters.def. Numbers do not wrap."""

    def __init__(self, segment, ticks):
        self.key = segment.key
        self.state = None
        self.was_established = False
        self.syn = self.una = self.highest = self.max_sent = 0
        self.wnd = self.wl1 = self.wl2 = 0
        self.fin_sent = None     # the number of our FIN, once sent
        self.nxt = self.edge = self.last_ack = 0
        self.fin_received = None  # the number of the peer's FIN, once seen
        self.queue = []          # octets beyond NXT that came in: (first, behind the last)
        self.retransmits = 0     # since the last new acknowledgement
        self.timeout_ms = None   # when the retransmit timer fired last
        self.window_probes = 0   # sent since the peer was heard
        self.keepalives = 0      # sent since the peer was heard
        self.is_forgotten = False
        self.is_half_closed = False  # data came in after our FIN, and was taken
        self.heard_tick = ticks  # when the peer was heard, up to our close

    def is_after_close(self, segment):
        """Of data in sequence: whether nobody takes it any more. lwIP answers with RST; but with a
        FIN in sequence too it is in TIME-WAIT by then, and forgets the connection silently."""
        if self.fin_sent is None or self.is_half_closed:
            return False
        if segment.answers:
            return any(answer.has(RST) for answer in segment.answers)
        return segment.has(FIN) or self.fin_received is not None

    def take_seq(self, segment):
        return near(self.nxt, segment.seq)

    def take_ack(self, segment):
        return near(self.una, segment.ack)

    def start_active(self, segment):
        self.state = "SYN-SENT"
        self.syn = self.una = self.highest = self.max_sent = segment.seq
        self.wl2 = self.syn

    def start_passive(self, peers_syn, segment):
        self.state = "SYN-RECEIVED"
        self.syn = self.una = self.highest = self.max_sent = segment.seq
        self.nxt = self.edge = self.last_ack = peers_syn.seq + 1
        self.wnd, self.wl1, self.wl2 = peers_syn.window, peers_syn.seq - 1, self.syn

    def update_window(self, segment):
        """RFC 9293's rule; of two that acknowledge the same, the larger window stands."""
        seq, ack = self.take_seq(segment), self.take_ack(segment)
        if (self.wl1 < seq or (self.wl1 == seq and self.wl2 < ack)
                or (self.wl2 == ack and segment.window > self.wnd)):
            self.wnd, self.wl1, self.wl2 = segment.window, seq, ack

    def advance(self, segment):
        """NXT after a segment with octets. What was answered says so itself."""
        first = self.take_seq(segment)
        behind = first + segment.octets
        if segment.has(FIN):
            self.fin_received = behind - 1
        if behind > self.nxt:
            self.queue.append((first, behind))
        for answer in segment.answers:  # a RST too: of what was queued lwIP may have let go
            self.set_next(near(self.nxt, answer.ack))
            return
        self.queue.sort()
        for first, behind in self.queue:
            if first <= self.nxt:
                self.nxt = max(self.nxt, behind)
        self.set_next(self.nxt)

    def set_next(self, nxt):
        self.nxt = nxt
        self.queue = [part for part in self.queue if part[1] > nxt]

    @property
    def got_fin(self):
        return self.fin_received is not None and self.nxt > self.fin_received

    @property
    def fin_acknowledged(self):
        return self.fin_sent is not None and self.una > self.fin_sent


class Timers:
    """lwIP's: started by the first connection, stopped when there is none, ticks every 500 ms."""

    def __init__(self):
        self.next_ms = None
        self.runs = 0
        self.ticks = 0

    def need(self, ms):
        if self.next_ms is None:
            self.next_ms = ms + TIMER_MS

    def pass_to(self, ms, has_connections, on_tick):
        while self.next_ms is not None and self.next_ms <= ms:
            self.runs += 1
            now, self.next_ms = self.next_ms, self.next_ms + TIMER_MS
            if self.runs % 2 == 1:
                self.ticks += 1
                on_tick(now)
            if not has_connections():
                self.next_ms = None


# ---------------------------------------------------------------- the device

class Device:
    """Goes through the segments in the order in which the device dealt with them."""

    SYNCHRONIZED = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK")

    def __init__(self, definitions, listening=(), rows=ROWS):
        self.rows = rows
        self.counters = Counters(definitions)
        self.add = self.counters.add
        self.connections = {}
        self.removed = {}  # key: (connection, ms), those that a timer or a RST of ours ended last
        self.syns = {}     # key: the SYN that may become a connection
        self.timers = Timers()
        self.listening = set(listening)
        self.doubts = []   # what does not fit the model: the oracle itself is wrong

    def run(self, segments, end_ms=None):
        for segment in segments:
            if not segment.fault and not segment.inbound and segment.flags & (SYN | ACK) == SYN | ACK:
                self.listening.add(segment.local[1])
        for segment in segments:
            self.pass_to(segment.ms)
            if segment.inbound:
                self.receive(segment)
            else:
                self.send(segment)
        if end_ms is not None:
            self.pass_to(end_ms)
        states = [connection.state for connection in self.connections.values()]
        self.add("CURR_ESTAB", states.count("ESTABLISHED") + states.count("CLOSE-WAIT"))

    # ------------------------------------------------ ends

    def pass_to(self, ms):
        self.timers.pass_to(ms, lambda: bool(self.connections), self.tick)

    def tick(self, ms):
        """Connections that lwIP gives up without a word."""
        for connection in list(self.connections.values()):
            silent = self.timers.ticks - connection.heard_tick
            state = connection.state
            if connection.retransmits >= (SYN_RETRANSMITS if state == "SYN-SENT" else RETRANSMITS):
                self.add("CONN_RXMT_DROPPED")
            elif not (connection.window_probes >= RETRANSMITS
                      or (state == "SYN-RECEIVED" and silent > SYN_RCVD_TICKS)
                      or (state == "FIN-WAIT-2" and silent > FIN_WAIT_2_TICKS
                          and not connection.is_half_closed)
                      or (state in ("LAST-ACK", "TIME-WAIT") and silent > TWO_MSL_TICKS)):
                continue
            self.removed[connection.key] = (connection, ms)
            self.end(connection, dropped=True)

    def end(self, connection, dropped):
        del self.connections[connection.key]
        if connection.state == "TIME-WAIT":
            return
        self.add("CONN_CLOSED")
        if connection.state in ("ESTABLISHED", "CLOSE-WAIT"):
            self.add("ESTAB_RESETS")
        if not connection.was_established:
            self.add("CONN_EMBRYONIC_DROPPED")
            self.add("ATTEMPT_FAILS")
        elif dropped:
            self.add("CONN_DROPPED")

    def establish(self, connection):
        connection.state = "ESTABLISHED"
        connection.was_established = True
        self.add("CONN_ESTABLISHED")

    def enter_time_wait(self, connection):
        connection.state = "TIME-WAIT"
        self.add("CONN_CLOSED")

    # ------------------------------------------------ sending

    def send(self, segment):
        self.add("SENT_TOTAL")
        if segment.has(URG):
            self.add("SENT_URGENT")
        connection = self.connections.get(segment.key)
        if segment.has(RST):
            self.send_reset(segment, connection)
            return
        if connection is None:
            connection = self.open(segment)
        if connection is None:
            self.doubts.append("%s: sent, but there is no connection" % segment)
            self.add("OUT_SEGS")
            return
        first = near(connection.max_sent, segment.seq)
        behind = first + segment.octets
        is_probe = self.classify_sent(segment, connection, first)
        if segment.octets and first < connection.highest and not is_probe:
            self.add("RETRANS_SEGS")
            self.note_retransmit(segment, connection)
        if not (segment.octets and behind <= connection.highest and not is_probe):
            self.add("OUT_SEGS")
        connection.max_sent = max(connection.max_sent, behind)
        if segment.octets and not is_probe:
            connection.highest = max(connection.highest, behind)
        if segment.has(FIN):
            self.note_fin(connection, behind - 1)
        if segment.has(ACK):
            ack = near(connection.nxt, segment.ack)
            if connection.state in self.SYNCHRONIZED:
                connection.set_next(ack)
            connection.last_ack = max(connection.last_ack, ack)
            connection.edge = max(connection.edge, ack + segment.window)

    def open(self, segment):
        """The connection that this segment is the first of, None if it is none's first."""
        gone = self.removed.get(segment.key)
        if gone and gone[1] == segment.ms and not segment.has(SYN):
            return gone[0]  # sent and given up by the same run of the timer, or of the input
        if not segment.has(SYN):
            return None
        connection = Connection(segment, self.timers.ticks)
        if not segment.has(ACK):
            connection.start_active(segment)
            self.add("ACTIVE_OPENS")
            self.add("CONN_INITIATED")
        elif segment.key in self.syns:
            connection.start_passive(self.syns.pop(segment.key), segment)
            self.add("PASSIVE_OPENS")
            self.add("CONN_ACCEPTED")
        else:
            return None
        if len(self.connections) >= self.rows:
            self.add("CONN_WITHOUT_ROW")
        self.connections[segment.key] = connection
        self.timers.need(segment.ms)
        return connection

    def send_reset(self, segment, connection):
        self.add("OUT_RSTS")
        self.add("OUT_SEGS")
        self.add("SENT_CONTROL")
        if connection is None or connection.state == "TIME-WAIT":
            return
        if segment.asked_by and connection.state in ("SYN-SENT", "SYN-RECEIVED"):
            return  # the answer to a wrong acknowledgement; the attempt goes on
        if not segment.asked_by and connection.keepalives > 1:
            self.add("CONN_KEEPALIVE_TIMEOUTS")
            self.add("CONN_KEEPALIVE_DROPPED")
        self.removed[connection.key] = (connection, segment.ms)
        self.end(connection, dropped=True)

    def classify_sent(self, segment, connection, first):
        """Counts the segment in its class; whether it is a window probe."""
        if segment.length:
            before = min(max(connection.highest - first, 0), segment.length)
            if before:
                self.add("SENT_RETRANS_PACKETS")
                self.add("SENT_RETRANS_BYTES", before)
                self.add("SENT_DATA_BYTES", segment.length - before)
            elif connection.wnd == 0:
                self.add("SENT_WINDOW_PROBES")
                connection.window_probes += 1
                return True
            else:
                self.add("SENT_DATA_PACKETS")
                self.add("SENT_DATA_BYTES", segment.length)
        elif segment.has(SYN | FIN):
            self.add("SENT_CONTROL")
            if first < connection.highest:
                self.add("SENT_CONTROL_RETRANS")
        elif first == connection.max_sent - 1:
            self.add("CONN_KEEPALIVE_PROBES")
            self.add("CONN_KEEPALIVE_TIMEOUTS")
            connection.keepalives += 1
        else:
            self.classify_sent_ack(segment, connection)
        return False

    def classify_sent_ack(self, segment, connection):
        ack = near(connection.nxt, segment.ack)
        if ack <= connection.last_ack and ack + segment.window > connection.edge:
            self.add("SENT_WINDOW_UPDATES")
            return
        self.add("SENT_ACK_ONLY")
        if not segment.asked_by:
            self.add("SENT_DELAYED_ACKS")

    def note_retransmit(self, segment, connection):
        if segment.asked_by:
            # Sent at once; what follows a timeout as acknowledgements come in is no new one
            if near(connection.una, segment.seq) == connection.una and not segment.asked_by.is_news:
                connection.retransmits += 1
            return
        if segment.length == 1 and connection.wnd == 0:
            connection.window_probes += 1  # an octet sent before the window closed
        elif connection.timeout_ms != segment.ms:
            connection.timeout_ms = segment.ms
            connection.retransmits += 1
            self.add("CONN_RXMT_TIMEOUTS")

    @staticmethod
    def note_fin(connection, number):
        connection.fin_sent = number
        if connection.state in ("ESTABLISHED", "SYN-RECEIVED"):
            connection.state = "FIN-WAIT-1"
        elif connection.state == "CLOSE-WAIT":
            connection.state = "LAST-ACK"

    # ------------------------------------------------ receiving

    def receive(self, segment):
        self.add("RCVD_TOTAL")
        self.add("IN_SEGS")
        if segment.fault:
            self.add(segment.fault)
            self.add("IN_ERRS")
            return
        connection = self.connections.get(segment.key)
        if connection is None:
            self.receive_for_none(segment)
        elif segment.has(RST):
            self.receive_reset(segment, connection)
        else:
            if segment.has(ACK):
                self.classify_ack(segment, connection)
            if segment.length:
                self.classify_data(segment, connection)
            self.process(segment, connection)

    def receive_for_none(self, segment):
        if segment.local[1] not in self.listening:
            self.add("RCVD_NO_PORT")
        elif segment.flags & (SYN | ACK | RST) == SYN:
            self.syns[segment.key] = segment
            if not segment.answers:
                self.add("CONN_BACKLOG_REFUSED")

    def receive_reset(self, segment, connection):
        if connection.state == "TIME-WAIT":
            return
        if connection.state == "SYN-SENT":
            is_acceptable = near(connection.max_sent, segment.ack) == connection.max_sent
        else:
            is_acceptable = connection.take_seq(segment) == connection.nxt
        if is_acceptable:
            self.end(connection, dropped=True)

    def classify_ack(self, segment, connection):
        ack = connection.take_ack(segment)
        if ack > connection.max_sent:
            self.add("RCVD_ACKS_UNSENT")
        elif ack > connection.una:
            controls = (connection.una <= connection.syn < ack) + (
                connection.fin_sent is not None and connection.una <= connection.fin_sent < ack)
            self.add("RCVD_ACK_PACKETS")
            self.add("RCVD_ACK_BYTES", ack - connection.una - controls)
        elif segment.octets == 0:
            if segment.window == connection.wnd:
                self.add("RCVD_DUP_ACKS")
            elif ack == connection.una and segment.window > connection.wnd:
                self.add("RCVD_WINDOW_UPDATES")

    def classify_data(self, segment, connection):
        nxt, edge = connection.nxt, connection.edge
        first = connection.take_seq(segment)
        behind = first + segment.length
        if behind <= nxt:
            self.add("RCVD_DUP_PACKETS")
            self.add("RCVD_DUP_BYTES", segment.length)
            return
        if first < nxt:
            self.add("RCVD_PART_DUP_PACKETS")
            self.add("RCVD_PART_DUP_BYTES", nxt - first)
            first = nxt
        is_probe = first == nxt and edge <= nxt
        if behind > edge:
            self.add("RCVD_AFTER_WINDOW_PACKETS")
            self.add("RCVD_AFTER_WINDOW_BYTES", behind - max(first, edge))
            behind = edge
        if is_probe:
            self.add("RCVD_WINDOW_PROBES")
        if behind <= first:
            return
        if first > nxt:
            self.add("RCVD_OUT_OF_ORDER_PACKETS")
            self.add("RCVD_OUT_OF_ORDER_BYTES", behind - first)
        elif connection.is_after_close(segment):
            self.add("RCVD_AFTER_CLOSE_PACKETS")
            connection.is_forgotten = not segment.answers
        else:
            connection.is_half_closed = connection.fin_sent is not None
            self.add("RCVD_IN_SEQ_PACKETS")
            self.add("RCVD_IN_SEQ_BYTES", behind - first)

    def process(self, segment, connection):
        """What the segment does to the connection."""
        if connection.state == "TIME-WAIT":
            if segment.has(FIN):
                connection.heard_tick = self.timers.ticks
            return
        if segment.has(SYN) and connection.state in self.SYNCHRONIZED:
            return
        if connection.fin_sent is None:
            connection.heard_tick = self.timers.ticks
        connection.window_probes = connection.keepalives = 0
        if connection.state == "SYN-SENT":
            self.process_syn_sent(segment, connection)
            return
        if connection.state == "SYN-RECEIVED":
            if segment.has(SYN) or not segment.has(ACK) or not (
                    connection.una < connection.take_ack(segment) <= connection.max_sent):
                return
            self.establish(connection)
        self.process_synchronized(segment, connection)

    def process_syn_sent(self, segment, connection):
        if not (segment.has(SYN) and segment.has(ACK)
                and connection.take_ack(segment) == connection.syn + 1):
            return
        connection.nxt = connection.edge = connection.last_ack = segment.seq + 1
        connection.last_ack -= 1  # the SYN is still to be acknowledged
        connection.una = connection.syn + 1
        connection.wnd, connection.wl1 = segment.window, segment.seq - 1
        self.establish(connection)

    def process_synchronized(self, segment, connection):
        if segment.has(ACK):
            connection.update_window(segment)
            ack = connection.take_ack(segment)
            if connection.una < ack <= connection.max_sent:
                connection.una = ack
                connection.retransmits = 0
                segment.is_news = True
        if segment.octets and connection.state in ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"):
            connection.advance(segment)
        self.change_state(connection)
        if connection.is_forgotten:
            self.end(connection, dropped=True)

    def change_state(self, connection):
        state = connection.state
        if connection.got_fin and state == "ESTABLISHED":
            connection.state = "CLOSE-WAIT"
        elif connection.got_fin and state == "FIN-WAIT-2":
            self.enter_time_wait(connection)
        elif state == "FIN-WAIT-1":
            if connection.got_fin and connection.fin_acknowledged:
                self.enter_time_wait(connection)
            elif connection.got_fin:
                connection.state = "CLOSING"
            elif connection.fin_acknowledged:
                connection.state = "FIN-WAIT-2"
        elif state == "CLOSING" and connection.fin_acknowledged:
            self.enter_time_wait(connection)
        elif state == "LAST-ACK" and connection.fin_acknowledged:
            self.end(connection, dropped=False)


# ---------------------------------------------------------------- the tool

def end_of(statistics):
    """When the device's statistics were taken, in ms since the epoch; None if it has no clock."""
    if not statistics.get("time"):
        return None
    moment = datetime.strptime(statistics["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
    return round(moment.replace(tzinfo=timezone.utc).timestamp() * 1000)


def compare(definitions, device, oracle, lwip=None, out=sys.stdout):
    """Prints the table; the keys of the counters that differ."""
    different = []
    lwip_column = "{:>14}".format("lwIP") if lwip is not None else ""
    out.write("{:<38}{}{:>14}{:>14}\n".format("counter", lwip_column, "device", "capture"))
    for _, group, key in definitions:
        ours, right = device.get(group, {}).get(key), oracle[group][key]
        if ours is None:
            verdict = "not counted"
        elif ours == right:
            verdict = ""
        else:
            verdict = "DIFFERS by %+d" % (ours - right)
            different.append("%s.%s" % (group, key))
        own = ""
        if lwip is not None:
            number = lwip.get(group, {}).get(key)
            own = "{:>14}".format("-" if number is None else number)
        out.write("{:<38}{}{:>14}{:>14}  {}\n".format(
            group + "." + key, own, "-" if ours is None else ours, right, verdict).rstrip() + "\n")
    return different


def judge(capture, end_ms=None, macs=(DEVICE_MAC,), addresses=(), definitions=None):
    """The device after the whole capture."""
    device = Device(definitions or read_definitions())
    device.run(read_capture(capture, address_test(macs, addresses)), end_ms)
    return device


def main():
    parser = argparse.ArgumentParser(
        description="Computes the TCP counters of a device from a capture at its port.")
    parser.add_argument("capture")
    parser.add_argument("--compare", metavar="FILE", help="the device's show tcp statistics json")
    parser.add_argument("--lwip", metavar="FILE", help="lwIP's own numbers, for a third column")
    parser.add_argument("--address", action="append", default=[],
                        help="an address of the device; default: those of netdiag-sim's VLANs")
    parser.add_argument("--mac", action="append", default=[],
                        help="how the device's MAC addresses begin (%s)" % DEVICE_MAC)
    parser.add_argument("--end-ms", type=int, help="when counting ended, in ms since the epoch")
    parser.add_argument("--definitions", default=DEFINITIONS)
    options = parser.parse_args()
    definitions = read_definitions(options.definitions)
    statistics = lwip = None
    if options.compare:
        with open(options.compare, encoding="utf-8") as file:
            statistics = json.load(file)
    if options.lwip:
        with open(options.lwip, encoding="utf-8") as file:
            lwip = json.load(file)
    end_ms = options.end_ms
    if end_ms is None and statistics:
        end_ms = end_of(statistics)
    device = judge(options.capture, end_ms, options.mac or (DEVICE_MAC,), options.address,
                   definitions)
    for doubt in device.doubts:
        print("oracle.py: in doubt: " + doubt, file=sys.stderr)
    groups = device.counters.groups()
    if not statistics:
        print(json.dumps(groups, indent=1))
        return 0
    different = compare(definitions, statistics, groups, lwip)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
