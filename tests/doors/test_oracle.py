#!/usr/bin/python3
"""The judge of the counters itself: captures made by hand, whose numbers are known."""

import contextlib
import io
import os
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import oracle  # pylint: disable=wrong-import-position

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
PORT, PEER_PORT = 7, 50000
WINDOW = 20000
DEVICE_ISS, PEER_ISS = 1000, 5000


class Wire:
    """A capture that is being made: VLAN 10, the device is 10.0.10.1, the peer 10.0.10.2."""

    def __init__(self, ipv6=False, device_iss=DEVICE_ISS, peer_iss=PEER_ISS):
        self.frames = []
        self.ms = 0
        self.ipv6 = ipv6
        self.iss = {True: device_iss, False: peer_iss}
        self.port, self.peer_port = PORT, PEER_PORT

    def wait(self, ms):
        self.ms += ms

    def segment(self, outbound, flags, seq, ack=0, length=0, window=WINDOW, spoil=None):
        """`seq` and `ack` count from the initial sequence numbers of the two sides."""
        ports = (self.port, self.peer_port) if outbound else (self.peer_port, self.port)
        tcp = struct.pack("!HHIIBBHHH", *ports, (seq + self.iss[outbound]) % 2**32,
                          (ack + self.iss[not outbound]) % 2**32 if flags & ACK else 0, 5 << 4,
                          flags, window, 0, 0) + bytes(length)
        if spoil == "offset":
            tcp = tcp[:12] + b"\x40" + tcp[13:]
        tcp = self.with_checksum(outbound, tcp)
        if spoil == "checksum":
            tcp = tcp[:4] + bytes([tcp[4] ^ 1]) + tcp[5:]
        elif spoil == "checksum at the offset":
            tcp = tcp[:12] + bytes([tcp[12] ^ 0x40]) + tcp[13:]
        elif spoil == "short":
            tcp = tcp[:11]
        self.frames.append((self.ms, self.ethernet(outbound, self.ip(outbound, tcp))))

    def addresses(self, outbound):
        ends = [b"\x20\x01\x0d\xb8\0\x10" + bytes(9) + bytes([host]) if self.ipv6
                else bytes([10, 0, 10, host]) for host in (1, 2)]
        return b"".join(ends if outbound else reversed(ends))

    def with_checksum(self, outbound, tcp):
        pseudo = self.addresses(outbound) + struct.pack("!IBBBB", len(tcp), 0, 0, 0, 6)
        return tcp[:16] + struct.pack("!H", ~oracle.sum_words(pseudo + tcp) & 0xffff) + tcp[18:]

    def ip(self, outbound, tcp):
        if self.ipv6:
            return struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + self.addresses(outbound) + tcp
        header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0)
        header += self.addresses(outbound)
        checksum = ~oracle.sum_words(header) & 0xffff
        return header[:10] + struct.pack("!H", checksum) + header[12:] + tcp

    def ethernet(self, outbound, packet):
        macs = [b"\x02\0\0\x01\0\x0a", b"\x02\0\0\x02\0\x0a"]
        macs = (macs[1] + macs[0]) if outbound else (macs[0] + macs[1])
        kind = 0x86dd if self.ipv6 else 0x0800
        return macs + struct.pack("!HHH", 0x8100, 10, kind) + packet

    def sent(self, flags, seq, ack=0, **rest):
        self.segment(True, flags, seq, ack, **rest)

    def received(self, flags, seq, ack=0, **rest):
        self.segment(False, flags, seq, ack, **rest)

    def accept(self):
        self.received(SYN, 0)
        self.sent(SYN | ACK, 0, 1)
        self.received(ACK, 1, 1)
        self.wait(1000)

    def connect(self):
        self.sent(SYN, 0)
        self.received(SYN | ACK, 0, 1)
        self.sent(ACK, 1, 1)
        self.wait(1000)

    def device(self):
        with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for ms, frame in self.frames:
                file.write(struct.pack("<IIII", ms // 1000, ms % 1000 * 1000, len(frame),
                                       len(frame)) + frame)
            file.flush()
            return oracle.judge(file.name, self.ms)


class OracleTest(unittest.TestCase):
    maxDiff = None

    def expect(self, wire, doubts=0, **values):
        """Each value named is right, and `zero` names those that must be 0."""
        device = wire.device()
        self.assertEqual(len(device.doubts), doubts, device.doubts)
        zero = values.pop("zero", "").split()
        wanted = {**values, **dict.fromkeys(zero, 0)}
        self.assertEqual({name: device.counters.value[name] for name in wanted}, wanted)
        return device

    def expect_state(self, wire, state, **values):
        device = self.expect(wire, **values)
        self.assertEqual([one.state for one in device.connections.values()],
                         [state] if state else [])


class SentTest(OracleTest):
    def test_data_over_a_probe_is_no_retransmission(self):
        wire = Wire()
        wire.accept()
        wire.sent(ACK, 1, 1, length=100)
        wire.received(ACK, 1, 101, window=0)
        wire.wait(500)
        wire.sent(ACK, 101, 1, length=1)
        wire.wait(500)
        wire.sent(ACK, 101, 1, length=1)
        wire.received(ACK, 1, 101, window=0)
        wire.wait(500)
        wire.received(ACK, 1, 101)
        wire.sent(ACK | PSH, 101, 1, length=100)
        self.expect(wire, SENT_WINDOW_PROBES=2, SENT_DATA_PACKETS=2, SENT_DATA_BYTES=200,
                    RCVD_WINDOW_UPDATES=1, RCVD_DUP_ACKS=1, SENT_TOTAL=5, OUT_SEGS=5,
                    zero="RETRANS_SEGS SENT_RETRANS_PACKETS CONN_RXMT_TIMEOUTS")

    def test_probe_after_an_acknowledgement_is_no_retransmission(self):
        wire = Wire()
        wire.accept()
        wire.sent(ACK, 1, 1, length=100)
        wire.received(ACK, 1, 101, window=0)
        for number in range(3):
            wire.wait(500)
            wire.sent(ACK, 101, 1 + number, length=1)
            wire.received(ACK, 1 + number, 101, length=1, window=0)
            wire.sent(ACK, 102, 2 + number)
        self.expect(wire, SENT_WINDOW_PROBES=3, SENT_DATA_PACKETS=1, SENT_ACK_ONLY=3,
                    zero="RETRANS_SEGS SENT_RETRANS_PACKETS SENT_RETRANS_BYTES")

    def test_window_that_was_overtaken_does_not_close_it(self):
        wire = Wire()
        wire.accept()
        wire.sent(ACK, 1, 1, length=100)
        wire.received(ACK, 1, 101)
        wire.received(ACK, 1, 101, window=0)
        wire.sent(ACK, 101, 1, length=100)
        self.expect(wire, SENT_DATA_PACKETS=2, zero="SENT_WINDOW_PROBES RCVD_WINDOW_UPDATES")

    def test_overlap_counts_each_octet_once(self):
        wire = Wire()
        wire.accept()
        wire.sent(ACK, 1, 1, length=100)
        wire.wait(1500)
        wire.sent(ACK, 51, 1, length=100)
        wire.sent(ACK, 1, 1, length=100)
        self.expect(wire, SENT_DATA_PACKETS=1, SENT_DATA_BYTES=150, SENT_RETRANS_PACKETS=2,
                    SENT_RETRANS_BYTES=150, RETRANS_SEGS=2, OUT_SEGS=3, SENT_TOTAL=4,
                    CONN_RXMT_TIMEOUTS=1)

    def test_answered_retransmission_is_no_timeout(self):
        wire = Wire()
        wire.accept()
        wire.sent(ACK, 1, 1, length=100)
        for _ in range(3):
            wire.received(ACK, 1, 1)
        wire.sent(ACK, 1, 1, length=100)
        self.expect(wire, RETRANS_SEGS=1, RCVD_DUP_ACKS=3, zero="CONN_RXMT_TIMEOUTS")

    def test_syn_again_is_control_again(self):
        wire = Wire()
        wire.sent(SYN, 0)
        wire.wait(3250)
        wire.sent(SYN, 0)
        wire.received(SYN | ACK, 0, 1)
        wire.sent(ACK, 1, 1)
        self.expect(wire, ACTIVE_OPENS=1, SENT_CONTROL=2, SENT_CONTROL_RETRANS=1, RETRANS_SEGS=1,
                    OUT_SEGS=2, CONN_RXMT_TIMEOUTS=1, SENT_ACK_ONLY=1, CONN_ESTABLISHED=1,
                    RCVD_ACK_PACKETS=1, zero="RCVD_ACK_BYTES SENT_DELAYED_ACKS")

    def test_keepalives_and_the_drop_after_them(self):
        wire = Wire()
        wire.connect()
        wire.wait(2000)
        wire.sent(ACK, 0, 1)
        wire.received(ACK, 1, 1)
        for _ in range(3):
            wire.wait(1000)
            wire.sent(ACK, 0, 1)
        wire.wait(1000)
        wire.sent(RST | ACK, 1, 1)
        self.expect_state(wire, None, CONN_KEEPALIVE_PROBES=4, CONN_KEEPALIVE_TIMEOUTS=5,
                          CONN_KEEPALIVE_DROPPED=1, CONN_DROPPED=1, ESTAB_RESETS=1, OUT_RSTS=1)

    def test_window_update_and_delayed_acknowledgement(self):
        wire = Wire()
        wire.accept()
        wire.received(ACK, 1, 1, length=WINDOW)
        wire.sent(ACK, 1, 1 + WINDOW, window=0)
        wire.wait(500)
        wire.sent(ACK, 1, 1 + WINDOW)
        wire.received(ACK, 1 + WINDOW, 1, length=10)
        wire.wait(250)
        wire.sent(ACK, 1, 11 + WINDOW, window=WINDOW - 10)
        self.expect(wire, SENT_WINDOW_UPDATES=1, SENT_ACK_ONLY=2, SENT_DELAYED_ACKS=1,
                    RCVD_IN_SEQ_PACKETS=2, RCVD_IN_SEQ_BYTES=WINDOW + 10)

    def test_numbers_that_wrap_are_numbers_all_the_same(self):
        wire = Wire(device_iss=2**32 - 50, peer_iss=2**32 - 30)
        wire.accept()
        wire.sent(ACK, 1, 1, length=100)
        wire.received(ACK, 1, 101, length=100)
        wire.sent(ACK, 101, 101)
        self.expect(wire, SENT_DATA_BYTES=100, RCVD_ACK_BYTES=100, RCVD_IN_SEQ_BYTES=100,
                    zero="RETRANS_SEGS RCVD_DUP_PACKETS RCVD_OUT_OF_ORDER_PACKETS")


class ReceivedTest(OracleTest):
    def test_duplicates_whole_and_in_part(self):
        wire = Wire()
        wire.accept()
        wire.received(ACK, 1, 1, length=100)
        wire.received(ACK, 1, 1, length=100)
        wire.received(ACK, 51, 1, length=100)
        wire.sent(ACK, 1, 151)
        self.expect(wire, RCVD_DUP_PACKETS=1, RCVD_DUP_BYTES=100, RCVD_PART_DUP_PACKETS=1,
                    RCVD_PART_DUP_BYTES=50, RCVD_IN_SEQ_PACKETS=2, RCVD_IN_SEQ_BYTES=150)

    def test_out_of_order_then_the_hole(self):
        wire = Wire()
        wire.accept()
        wire.received(ACK, 101, 1, length=100)
        wire.sent(ACK, 1, 1)
        wire.received(ACK, 1, 1, length=100)
        wire.received(ACK, 101, 1, length=100)
        wire.sent(ACK, 1, 201)
        self.expect(wire, RCVD_OUT_OF_ORDER_PACKETS=1, RCVD_OUT_OF_ORDER_BYTES=100,
                    RCVD_IN_SEQ_PACKETS=1, RCVD_IN_SEQ_BYTES=100, RCVD_DUP_PACKETS=1)

    def closed_window(self):
        wire = Wire()
        wire.accept()
        wire.received(ACK, 1, 1, length=WINDOW)
        wire.sent(ACK, 1, 1 + WINDOW, window=0)
        wire.wait(500)
        return wire

    def test_probe_refused_leaves_next_octet(self):
        wire = self.closed_window()
        for _ in range(2):
            wire.received(ACK, 1 + WINDOW, 1, length=1)
            wire.sent(ACK, 1, 1 + WINDOW, window=0)
            wire.wait(500)
        self.expect(wire, RCVD_WINDOW_PROBES=2, RCVD_AFTER_WINDOW_PACKETS=2,
                    RCVD_AFTER_WINDOW_BYTES=2, RCVD_IN_SEQ_PACKETS=1, zero="RCVD_DUP_PACKETS")

    def test_probe_taken_moves_next_octet(self):
        wire = self.closed_window()
        wire.received(ACK, 1 + WINDOW, 1, length=1)
        wire.received(ACK, 1 + WINDOW, 1, length=1)
        wire.sent(ACK, 1, 2 + WINDOW, window=0)
        self.expect(wire, RCVD_WINDOW_PROBES=1, RCVD_DUP_PACKETS=1)

    def test_after_the_window_in_part(self):
        wire = Wire()
        wire.accept()
        wire.received(ACK, 1, 1, length=WINDOW - 100)
        wire.sent(ACK, 1, 1 + WINDOW - 100, window=100)
        wire.received(ACK, 1 + WINDOW - 100, 1, length=150)
        wire.sent(ACK, 1, 1 + WINDOW, window=0)
        self.expect(wire, RCVD_AFTER_WINDOW_PACKETS=1, RCVD_AFTER_WINDOW_BYTES=50,
                    RCVD_IN_SEQ_PACKETS=2, RCVD_IN_SEQ_BYTES=WINDOW, zero="RCVD_WINDOW_PROBES")

    def test_after_close_is_answered_by_a_reset(self):
        wire = Wire()
        wire.accept()
        wire.sent(FIN | ACK, 1, 1)
        wire.received(ACK, 1, 2)
        wire.received(ACK, 1, 2, length=10)
        wire.sent(RST | ACK, 2, 11)
        self.expect_state(wire, None, RCVD_AFTER_CLOSE_PACKETS=1, CONN_DROPPED=1, CONN_CLOSED=1,
                          zero="RCVD_IN_SEQ_PACKETS ESTAB_RESETS")

    def test_after_close_with_the_end_is_not_answered(self):
        wire = Wire()
        wire.accept()
        wire.sent(FIN | ACK, 1, 1)
        wire.received(ACK, 1, 2)
        wire.wait(3000)
        wire.received(FIN | ACK, 1, 2, length=10)
        wire.wait(3000)
        wire.received(FIN | ACK, 1, 2, length=10)
        wire.sent(RST | ACK, 2, 12)
        self.expect_state(wire, None, RCVD_AFTER_CLOSE_PACKETS=1, CONN_CLOSED=1, OUT_RSTS=1,
                          zero="RCVD_IN_SEQ_PACKETS RCVD_DUP_PACKETS CONN_DROPPED")

    def test_acknowledgements(self):
        wire = Wire()
        wire.accept()
        wire.sent(ACK, 1, 1, length=100)
        wire.received(ACK, 1, 51)                  # new
        wire.received(ACK, 1, 51)                  # again
        wire.received(ACK, 1, 51, window=WINDOW + 1)
        wire.received(ACK, 1, 51, length=5)        # with data: neither
        wire.received(ACK, 6, 1, window=WINDOW + 1)  # old
        wire.received(ACK, 6, 500)                 # never sent
        self.expect(wire, RCVD_ACKS_UNSENT=1, RCVD_ACK_PACKETS=2, RCVD_ACK_BYTES=50,
                    RCVD_DUP_ACKS=2, RCVD_WINDOW_UPDATES=1)

    def test_bad_segments_are_in_no_other_class(self):
        wire = Wire()
        wire.accept()
        for spoil in ("checksum", "checksum at the offset", "offset", "short"):
            wire.received(ACK | PSH, 1, 1, length=30, spoil=spoil)
        self.expect(wire, RCVD_BAD_CHECKSUM=2, RCVD_BAD_OFFSET=1, RCVD_TOO_SHORT=1, IN_ERRS=4,
                    RCVD_TOTAL=6, IN_SEGS=6, zero="RCVD_IN_SEQ_PACKETS RCVD_NO_PORT")

    def test_ipv6_counts_the_same(self):
        wire = Wire(ipv6=True)
        wire.accept()
        wire.received(ACK, 1, 1, length=10)
        wire.received(ACK, 11, 1, length=30, spoil="checksum at the offset")
        wire.received(ACK, 11, 1, length=30, spoil="short")
        self.expect(wire, PASSIVE_OPENS=1, RCVD_IN_SEQ_BYTES=10, RCVD_BAD_CHECKSUM=1,
                    RCVD_TOO_SHORT=1)

    def test_listener_without_a_connection_is_no_class(self):
        wire = Wire()
        wire.accept()
        wire.received(RST, 1)
        wire.received(ACK, 1, 1)
        wire.sent(RST | ACK, 1, 1)
        wire.received(SYN, 0)
        self.expect(wire, CONN_BACKLOG_REFUSED=1, OUT_RSTS=1, PASSIVE_OPENS=1,
                    zero="RCVD_NO_PORT RCVD_DUP_ACKS")

    def test_no_connection_is_no_port(self):
        wire = Wire()
        wire.port = 9502
        wire.received(SYN, 0)
        wire.sent(RST | ACK, 0, 1)
        wire.received(ACK, 1, 1)
        wire.sent(RST | ACK, 1, 1)
        wire.received(RST, 1)
        self.expect(wire, RCVD_NO_PORT=3, OUT_RSTS=2, SENT_CONTROL=2, OUT_SEGS=2,
                    zero="PASSIVE_OPENS RCVD_DUP_ACKS CONN_CLOSED")


class EndTest(OracleTest):
    """Every state ended by a RST, and the other ways out."""

    def test_refused(self):
        wire = Wire()
        wire.sent(SYN, 0)
        wire.received(RST | ACK, 0, 1)
        self.expect_state(wire, None, ACTIVE_OPENS=1, ATTEMPT_FAILS=1, CONN_EMBRYONIC_DROPPED=1,
                          CONN_CLOSED=1, zero="CONN_DROPPED ESTAB_RESETS CONN_ESTABLISHED")

    def test_reset_in_syn_received(self):
        wire = Wire()
        wire.received(SYN, 0)
        wire.sent(SYN | ACK, 0, 1)
        wire.received(RST, 1)
        self.expect_state(wire, None, PASSIVE_OPENS=1, ATTEMPT_FAILS=1, CONN_EMBRYONIC_DROPPED=1)

    def test_reset_in_established(self):
        wire = Wire()
        wire.accept()
        wire.received(RST, 1)
        self.expect_state(wire, None, ESTAB_RESETS=1, CONN_DROPPED=1, CONN_CLOSED=1,
                          zero="CURR_ESTAB ATTEMPT_FAILS")

    def test_reset_beside_the_next_octet_is_ignored(self):
        wire = Wire()
        wire.accept()
        wire.received(RST, 2)
        wire.sent(ACK, 1, 1)
        self.expect_state(wire, "ESTABLISHED", CURR_ESTAB=1, zero="ESTAB_RESETS CONN_CLOSED")

    def close_wait(self):
        wire = Wire()
        wire.accept()
        wire.received(FIN | ACK, 1, 1)
        wire.sent(ACK, 1, 2)
        return wire

    def test_reset_in_close_wait(self):
        wire = self.close_wait()
        self.expect_state(wire, "CLOSE-WAIT", CURR_ESTAB=1)
        wire.received(RST, 2)
        self.expect_state(wire, None, ESTAB_RESETS=1, CONN_DROPPED=1)

    def test_reset_in_last_ack(self):
        wire = self.close_wait()
        wire.sent(FIN | ACK, 1, 2)
        self.expect_state(wire, "LAST-ACK", zero="CURR_ESTAB CONN_CLOSED")
        wire.received(RST, 2)
        self.expect_state(wire, None, CONN_DROPPED=1, CONN_CLOSED=1, zero="ESTAB_RESETS")

    def test_last_ack_acknowledged(self):
        wire = self.close_wait()
        wire.sent(FIN | ACK, 1, 2)
        wire.received(ACK, 2, 2)
        self.expect_state(wire, None, CONN_CLOSED=1, RCVD_ACK_PACKETS=2,
                          zero="CONN_DROPPED ESTAB_RESETS RCVD_ACK_BYTES")

    def fin_wait_1(self):
        wire = Wire()
        wire.accept()
        wire.sent(FIN | ACK, 1, 1)
        return wire

    def test_reset_in_fin_wait_1_and_2_and_closing(self):
        for state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING"):
            wire = self.fin_wait_1()
            reset_at = 1
            if state == "FIN-WAIT-2":
                wire.received(ACK, 1, 2)
            elif state == "CLOSING":
                wire.received(FIN | ACK, 1, 1)
                wire.sent(ACK, 2, 2)
                reset_at = 2
            self.expect_state(wire, state, zero="CONN_CLOSED CURR_ESTAB")
            wire.received(RST, reset_at)
            self.expect_state(wire, None, CONN_CLOSED=1, CONN_DROPPED=1, zero="ESTAB_RESETS")

    def test_reset_in_time_wait_is_ignored(self):
        wire = self.fin_wait_1()
        wire.received(FIN | ACK, 1, 2)
        wire.sent(ACK, 2, 2)
        wire.received(RST, 2)
        self.expect_state(wire, "TIME-WAIT", CONN_CLOSED=1, zero="CONN_DROPPED")
        wire.wait(121000)
        self.expect_state(wire, None, CONN_CLOSED=1)

    def test_simultaneous_close(self):
        wire = self.fin_wait_1()
        wire.received(FIN | ACK, 1, 1)
        wire.sent(ACK, 2, 2)
        wire.received(ACK, 2, 2)
        self.expect_state(wire, "TIME-WAIT", CONN_CLOSED=1, zero="CONN_DROPPED")

    def test_abort(self):
        wire = Wire()
        wire.accept()
        wire.sent(RST | ACK, 1, 1)
        self.expect_state(wire, None, ESTAB_RESETS=1, CONN_DROPPED=1, OUT_RSTS=1,
                          zero="CONN_KEEPALIVE_DROPPED")

    def test_wrong_acknowledgement_of_an_attempt_leaves_it(self):
        wire = Wire()
        wire.sent(SYN, 0)
        wire.wait(500)
        wire.received(ACK, 7, 99)
        wire.sent(RST | ACK, 99, 7)
        wire.sent(SYN, 0)
        self.expect_state(wire, "SYN-SENT", RCVD_ACKS_UNSENT=1, SENT_CONTROL_RETRANS=1,
                          zero="CONN_RXMT_TIMEOUTS ATTEMPT_FAILS")

    def test_unanswered_attempts_end_by_themselves(self):
        wire = Wire()
        wire.sent(SYN, 0)
        wire.wait(2750)  # the sixth tick is at 2750 ms
        for _ in range(6):
            wire.sent(SYN, 0)
            wire.wait(3000)
        self.expect_state(wire, None, CONN_RXMT_TIMEOUTS=6, CONN_RXMT_DROPPED=1, ATTEMPT_FAILS=1,
                          CONN_EMBRYONIC_DROPPED=1)

    def test_half_open_ends_after_20_s(self):
        wire = Wire()
        wire.received(SYN, 0)
        wire.sent(SYN | ACK, 0, 1)
        wire.wait(20200)
        self.expect_state(wire, "SYN-RECEIVED")
        wire.wait(100)
        self.expect_state(wire, None, ATTEMPT_FAILS=1, zero="CONN_RXMT_DROPPED CONN_DROPPED")

    def test_fin_wait_2_ends_after_20_s(self):
        wire = self.fin_wait_1()
        wire.received(ACK, 1, 2)
        wire.wait(30000)
        self.expect_state(wire, None, CONN_DROPPED=1, CONN_CLOSED=1, zero="ESTAB_RESETS")

    def test_fin_wait_2_of_an_end_that_still_takes_data_stays(self):
        wire = self.fin_wait_1()
        wire.received(ACK, 1, 2, length=10)
        wire.sent(ACK, 2, 11)
        wire.wait(60000)
        self.expect_state(wire, "FIN-WAIT-2", RCVD_IN_SEQ_BYTES=10, zero="CONN_DROPPED")


class ToolTest(unittest.TestCase):
    def test_counter_without_a_rule_is_an_error(self):
        with self.assertRaises(SystemExit) as caught:
            oracle.Counters([("RCVD_MIRACLES", "rcvd", "miracles")])
        self.assertIn("RCVD_MIRACLES", str(caught.exception))

    def test_definitions_are_all_read(self):
        names = [name for name, _, _ in oracle.read_definitions()]
        self.assertEqual(sorted(names), sorted(oracle.Counters.RULES))

    def test_compare_tells_equal_different_and_not_counted(self):
        definitions = [("OUT_RSTS", "rfc4022", "outRsts"), ("IN_ERRS", "rfc4022", "inErrs"),
                       ("IN_SEGS", "rfc4022", "inSegs")]
        out = io.StringIO()
        different = oracle.compare(
            definitions, {"rfc4022": {"outRsts": 3, "inErrs": None, "inSegs": 8}},
            {"rfc4022": {"outRsts": 3, "inErrs": 2, "inSegs": 7}},
            {"rfc4022": {"outRsts": 4}}, out)
        self.assertEqual(different, ["rfc4022.inSegs"])
        lines = [line.split() for line in out.getvalue().splitlines()]
        self.assertEqual(lines[0], ["counter", "lwIP", "device", "capture"])
        self.assertEqual(lines[1], ["rfc4022.outRsts", "4", "3", "3"])
        self.assertEqual(lines[2], ["rfc4022.inErrs", "-", "-", "2", "not", "counted"])
        self.assertEqual(lines[3], ["rfc4022.inSegs", "-", "8", "7", "DIFFERS", "by", "+1"])

    def test_capture_that_is_none_is_an_error(self):
        with tempfile.NamedTemporaryFile() as file, contextlib.redirect_stderr(io.StringIO()):
            file.write(b"nonsense")
            file.flush()
            with self.assertRaises(SystemExit):
                oracle.judge(file.name)


if __name__ == "__main__":
    unittest.main()
