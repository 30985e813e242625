#!/usr/bin/python3
"""The telnet door: transcripts byte by byte, peers that break the protocol, and real clients."""

import glob
import os
import re
import shutil
import socket
import statistics
import sys
import threading
import time
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from control import TIMEOUT_S, Terminal
from telnet import (COMPRESS2, DM, DO, DONT, HELLO, IAC, IP, NAWS, PROMPT, SB, SE, TIMING_MARK,
                    WILL, WONT, Peer, Server, play, window)

INSTRUMENTED = os.environ.get("NETDIAG_VARIANT", "release") != "release"
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden")
TELNET = shutil.which("telnet")

# A password that stands nowhere else in the server's memory, and users with none but wrong ones.
PASSWORD = "correct-horse-0815"
USERS = [("admin", 15, "secret"), ("horse", 15, PASSWORD), ("operator", 1, "secret"),
         ("refused", 1, "right"), ("typist", 1, "right")]

TOO_MANY = b"\r\n%% telnet: more than %d options negotiated\r\n"
BROKEN = b"\r\n% telnet: a subnegotiation that is broken, or has more than 16 KB\r\n"
TOO_LATE = b"\r\n%% telnet: nobody logged in within %d seconds\r\n"
LOGIN_AT_MOST_S = 20

server = waiting = None


def setUpModule():
    global server, waiting
    server = Server(USERS, "raise")
    waiting = Waiting()


def tearDownModule():
    waiting.close()
    status, said = server.stop()
    assert status == 0, (status, said)
    for line in said.splitlines():
        assert re.match(r"[45] (log(in|out)|enable|line)\b", line), said
    for word in ("secret", PASSWORD, "right", "raise"):
        assert word not in said, said


def logged_in(**kwargs):
    return Peer(server, **kwargs).log_in("admin", "secret")


def lives():
    with logged_in() as peer:
        return "level is 15" in peer.run("show privilege")


class Waiting:
    """Peers whose patience is tried from the start on, since that takes as long as all else."""

    def __init__(self):
        self.began = time.monotonic()
        self.silent, self.dripping = Peer(server), Peer(server)
        self.stalled = self.stall()
        self.ended = {}
        self.threads = [threading.Thread(target=self.drip),
                        threading.Thread(target=self.wait_for_end, args=("silent", self.silent)),
                        threading.Thread(target=self.wait_for_end, args=("dripping", self.dripping))]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def stall():
        """Reads nothing of much that it asked for."""
        peer = logged_in(receive_buffer=4096)
        peer.run("terminal length 0")
        peer.send(b"show tcp connections detail\r" * 60)
        return peer

    def drip(self):
        """Says something all the time, and does not log in."""
        try:
            while "dripping" not in self.ended:
                self.dripping.send(IAC + b"\xf1a\x03\r")
                time.sleep(0.5)
        except OSError:
            pass

    def wait_for_end(self, name, peer):
        peer.socket.settimeout(server.send_timeout_s + TIMEOUT_S)
        rest = peer.rest(may_reset=True)
        self.ended[name] = (time.monotonic() - self.began, rest)

    def join(self):
        for thread in self.threads:
            thread.join()

    def close(self):
        for peer in (self.silent, self.dripping, self.stalled):
            try:
                peer.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.join()
        for peer in (self.silent, self.dripping, self.stalled):
            peer.socket.close()


class TranscriptTest(unittest.TestCase):
    """tests/golden/telnet_*.txt: each Enter, NAWS, IAC, editing at the login, options."""

    def test_transcripts_hold(self):
        paths = sorted(glob.glob(GOLDEN + "/telnet_*.txt"))
        self.assertGreaterEqual(len(paths), 7)
        for path in paths:
            with self.subTest(os.path.basename(path)):
                play(server, path)


class ProtocolTest(unittest.TestCase):
    def test_subnegotiation_cut_anywhere_is_one(self):
        stream = IAC + WILL + b"\x22" + window(65535, 3) + b"show vlan ifindex\r\0"
        with logged_in() as peer:
            peer.send(stream)
            whole = peer.wait_for(rb" --More-- ")
            self.assertTrue(whole.startswith(IAC + DONT + b"\x22show vlan ifindex\r\n"), whole)
            for at in range(1, len(stream)):
                peer.send(b"q" + window(80, 24))
                peer.wait_for(rb"sw1#$")
                peer.run("show privilege")
                peer.send(stream[:at])
                time.sleep(0.01)
                peer.send(stream[at:])
                self.assertEqual(peer.wait_for(rb" --More-- "), whole, at)

    def test_transcript_byte_by_byte_is_the_same(self):
        with logged_in() as peer:
            for byte in window(13, 13) + b"sh priv\r\n":
                peer.send(bytes([byte]))
            peer.expect(b"sh priv\r\nCurrent privilege level is 15\r\n" + PROMPT)

    def test_subnegotiation_of_20_kb_ends_the_session_and_types_nothing(self):
        for kind in (NAWS, b"\x18", b"\x27", b"\xc8"):
            with logged_in() as peer:
                peer.send(IAC + SB + kind + b"show privilege\r" * 1400 + IAC + SE)
                self.assertEqual(peer.rest(), BROKEN)
        with Peer(server) as peer:
            peer.expect(HELLO + b"\r\nUsername: ")
            peer.send(IAC + SB + NAWS + IAC * 40000)
            self.assertEqual(peer.rest(), BROKEN)
        self.assertTrue(lives())

    def test_subnegotiation_of_16_kb_is_taken(self):
        with logged_in() as peer:
            peer.send(IAC + SB + b"\xc8" + b"\r" * 16000 + IAC + SE)
            self.assertIn("level is 15", peer.run("show privilege"))

    def test_subnegotiation_without_end_types_nothing(self):
        with logged_in() as peer:
            peer.send(IAC + SB + NAWS + b"show privilege\r")
            peer.socket.settimeout(0.2)
            with self.assertRaises(TimeoutError):
                peer.receive()

    def test_compression_unasked_ends_the_session(self):
        bomb = zlib.compress(b"show privilege\r" * 1000000)
        for data in (b"", bomb, b"\0" * 4096):
            with logged_in() as peer:
                peer.send(IAC + SB + COMPRESS2 + IAC + SE + data)
                self.assertEqual(
                    peer.rest(), b"\r\n% telnet: compression began, and nobody had agreed to it\r\n")
        self.assertTrue(lives())

    def test_storm_of_negotiations_is_capped(self):
        answers = server.negotiations - HELLO.count(IAC)
        for asked, answer in ((DO + TIMING_MARK, WONT + TIMING_MARK), (WILL + b"\x22", DONT + b"\x22")):
            with logged_in() as peer:
                peer.send((IAC + asked) * 20000)
                self.assertEqual(peer.rest(), (IAC + answer) * answers + TOO_MANY % server.negotiations)
        with Peer(server) as peer:
            peer.expect(HELLO + b"\r\nUsername: ")
            peer.send(b"".join(IAC + DO + bytes([n % 240]) + IAC + WILL + bytes([n % 240])
                               for n in range(1000)))
            self.assertTrue(peer.rest().endswith(TOO_MANY % server.negotiations))
        self.assertTrue(lives())

    def test_negotiations_without_change_are_free(self):
        with logged_in() as peer:
            peer.send((IAC + DO + b"\x01" + IAC + WILL + NAWS + IAC + WONT + b"\x22") * 5000)
            self.assertIn("level is 15", peer.run("show privilege"))

    def test_urgent_byte_keeps_its_place(self):
        with logged_in() as peer:
            peer.send(b"show" + IAC + IP + IAC)
            peer.socket.send(DM, socket.MSG_OOB)
            peer.expect(b"show^C\r\n" + PROMPT)
            self.assertIn("level is 15", peer.run("show privilege"))

    def test_noise_leaves_it_answering(self):
        noise = os.urandom(65536)
        for at in range(0, len(noise), 4096):
            with Peer(server) as peer:
                try:
                    peer.send(b"admin\rsecret\r" + noise[at:at + 4096])
                    peer.socket.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                peer.rest(may_reset=True)
        self.assertTrue(lives())


class SessionTest(unittest.TestCase):
    def test_interrupt_stops_a_command_at_once(self):
        for key in (b"\x03", IAC + IP, IAC + b"\xf3"):
            with logged_in() as peer:
                took_ms = []
                for turn in range(5):
                    peer.send(b"show tcp statistics rate 60")
                    peer.wait_for(rb"rate 60$")
                    peer.send(b"\r")
                    time.sleep(0.2 + turn * 0.011)  # anywhere between two looks
                    began = time.monotonic()
                    peer.send(key)
                    seen = peer.wait_for(rb"sw1#$")
                    self.assertTrue(seen.endswith(
                        b"^C\r\n% show tcp statistics rate stopped\r\nsw1#"), seen)
                    took_ms.append((time.monotonic() - began) * 1000)
                print("^C: %s ms" % ", ".join("%.0f" % ms for ms in took_ms))
                self.assertLess(statistics.median(took_ms), 400 if INSTRUMENTED else 100)

    def test_interrupt_among_much_output_ends_it(self):
        with logged_in(receive_buffer=4096) as peer:
            peer.run("terminal length 0")
            peer.send(b"show tcp connections detail\r")
            peer.wait_for(rb"00000002")
            time.sleep(0.2)  # it waits for us now, with most of it still to print
            peer.send(b"\x03")
            seen = peer.wait_for(rb"\^C\r\n% show tcp connections stopped\r\nsw1#$")
            self.assertNotIn(b"1000 connections", seen)
            self.assertIn("level is 15", peer.run("show privilege"))

    def test_carriage_return_and_255_of_ours_are_never_bare(self):
        with logged_in() as peer:
            peer.send(window(80, 5) + b"show tcp connections\r" + b" " * 20 + b"q")
            seen = peer.wait_for(rb"stopped\r\nsw1#$")
            self.assertNotRegex(seen, rb"\r[^\n\0]|\xff")
            self.assertGreater(seen.count(b"\r\0"), 10)

    def test_terminal_length_0_and_no_window_do_not_page(self):
        for prepare in (b"", window(80, 24) + b"terminal length 0\rterm width 511\r",
                        window(0, 0), window(80, 0)):
            with logged_in() as peer:
                peer.send(prepare + b"show tcp connections\rshow privilege\r")
                self.assertNotIn(b"--More--", peer.wait_for(rb"level is 15"))

    def test_user_of_privilege_1_enables_by_a_secret(self):
        with Peer(server).log_in("operator", "secret", b"sw1>") as peer:
            peer.send(b"enable\r")
            peer.expect(b"enable\r\nPassword: ")
            peer.send(b"raise\r\n")
            peer.expect(b"\r\n" + PROMPT)
            self.assertIn("level is 15", peer.run("show privilege"))

    def test_line_cleared_by_another_is_closed(self):
        for stalls in (False, True):
            victim = Waiting.stall() if stalls else logged_in()
            with victim, logged_in() as peer:
                time.sleep(1 if stalls else 0)
                lines = re.findall(r"^. (\d+) +telnet +admin", peer.run("show users"), re.M)
                own = re.search(r"^\* (\d+)", peer.run("show users"), re.M).group(1)
                newest = max((int(line) for line in lines if line != own))
                self.assertEqual(peer.run("clear line %d" % newest), "")
                if not stalls:
                    self.assertEqual(victim.rest(), b"")
                deadline = time.monotonic() + TIMEOUT_S
                while re.search(r"^. %d +" % newest, peer.run("show users"), re.M):
                    self.assertLess(time.monotonic(), deadline)

    def test_round_trip_takes_less_than_2_ms(self):
        with logged_in() as peer:
            took_ms = []
            for _ in range(200):
                began = time.monotonic()
                peer.run("show privilege")
                took_ms.append((time.monotonic() - began) * 1000)
        print("a command: median %.2f ms, longest %.2f ms" % (
            statistics.median(took_ms), max(took_ms)))
        self.assertLess(statistics.median(took_ms), 50 if INSTRUMENTED else 2)

    def test_stalled_reader_holds_nobody_up(self):
        with logged_in() as peer:
            began = time.monotonic()
            for _ in range(50):
                peer.run("show tcp statistics")
            self.assertLess((time.monotonic() - began) / 50, 0.5 if INSTRUMENTED else 0.05)

    def test_sessions_full_is_said_and_closed(self):
        peers = [Peer(server) for _ in range(server.sessions)]
        for peer in peers:
            peer.expect(HELLO + b"\r\nUsername: ")
            peer.send(b"admin\rsecret\r")
        refused = 0
        for peer in peers:
            seen = peer.wait_for(rb"sw1#$|later\r\n")
            refused += b"\r\n% no shell: all shells are in use; try again later\r\n" in seen
        print("%d peers, %d refused" % (len(peers), refused))
        self.assertGreaterEqual(refused, 1)  # one stalls since the start
        self.assertLess(refused, 10)
        for peer in peers:
            peer.socket.close()
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            with Peer(server) as peer:
                peer.send(b"admin\rsecret\r")
                if b"sw1#" in peer.wait_for(rb"sw1#$|later\r\n"):
                    return
            self.assertLess(time.monotonic(), deadline)

    @unittest.skipIf(INSTRUMENTED, "shadow memory is too large to look through")
    def test_password_does_not_stay_in_memory(self):
        with Peer(server).log_in("horse", PASSWORD):
            try:
                self.assertEqual(self.places_of(PASSWORD.encode()), [])
            except PermissionError:
                self.skipTest("the memory of a child may not be read here")

    @staticmethod
    def places_of(word):
        places, pid = [], server.process.pid
        with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb") as memory:
            for line in maps:
                match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
                if not match:
                    continue
                begin, end = (int(number, 16) for number in match.groups())
                memory.seek(begin)
                try:
                    data = memory.read(end - begin)
                except OSError:
                    continue
                places += ["%x %s" % (begin + found.start(), line.strip())
                           for found in re.finditer(re.escape(word), data)]
        return places


class LoginTest(unittest.TestCase):
    def test_name_and_password_of_any_length_are_refused_and_not_cut(self):
        with Peer(server) as peer:
            peer.expect(HELLO + b"\r\nUsername: ")
            peer.send(b"typist" + b"x" * 5000 + b"\r" + b"right" + b"x" * 5000 + b"\r")
            seen = peer.wait_for(rb"Login invalid\r\n\r\nUsername: ")
            self.assertIn(b"typist" + b"x" * 122 + b"\a" * (5000 - 122) + b"\r\nPassword: ", seen)
            # What did not fit is taken back like the rest.
            peer.send(b"typist" + b"x" * 300 + b"\x7f" * 300 + b"\r")
            peer.wait_for(rb"Password: ")
            peer.send(b"right" + b"x" * 300 + b"\x7f" * 300 + b"\r")
            peer.wait_for(rb"sw1>$")

    def test_characters_of_several_bytes_are_taken_back_whole(self):
        with Peer(server) as peer:
            peer.expect(HELLO + b"\r\nUsername: ")
            peer.send("aü€".encode())
            peer.expect(b"a??")
            peer.send(b"\x7f\x7f")
            peer.expect(b"\b \b\b \b")
            peer.send(b"dmin\r")
            peer.expect(b"dmin\r\nPassword: ")
            peer.send("sec€\x7fret\r".encode())
            peer.expect(b"\r\n" + PROMPT)


@unittest.skipIf(TELNET is None, "telnet is not installed")
class TelnetClientTest(unittest.TestCase):
    """inetutils' telnet on a terminal."""

    def start(self, rows=24):
        terminal = Terminal(TELNET, "127.0.0.1", str(server.port), rows=rows, columns=132)
        self.addCleanup(terminal.close)
        return terminal

    def test_person_works_with_it(self):
        terminal = self.start(rows=10)
        terminal.wait_for(rb"Username: $")
        terminal.type(b"admim\x7fn\r")
        terminal.wait_for(rb"Password: $")
        terminal.type(b"secret\r")
        self.assertNotIn("secret", terminal.wait_for(rb"sw1#$"))
        terminal.type(b"sh tcp stati\r")
        self.assertEqual(terminal.wait_for(rb" --More-- $").count("\r\n"), 10)
        terminal.resize(13, 132)
        os.kill(terminal.pid, 28)  # SIGWINCH
        time.sleep(0.2)
        terminal.type(b" ")
        self.assertEqual(terminal.wait_for(rb" --More-- $").count("\r\n"), 12)
        terminal.type(b"q")
        terminal.wait_for(rb"sw1#$")
        terminal.type(b"sh vl\t?")
        self.assertIn("ifindex", terminal.wait_for(rb"sw1#sh vlan $"))
        terminal.type(b"\x15show tcp statistics rate 60")
        terminal.wait_for(rb"rate 60$")
        terminal.type(b"\r")
        time.sleep(0.3)
        began = time.monotonic()
        terminal.type(b"\x03")
        self.assertIn("rate stopped", terminal.wait_for(rb"sw1#$"))
        self.assertLess(time.monotonic() - began, 0.5 if INSTRUMENTED else 0.25)
        terminal.type(b"exit\r")
        terminal.end()
        self.assertIn(b"Connection closed by foreign host", terminal.screen)
        self.assertTrue(terminal.is_whole())

    def test_three_wrong_passwords_end_it(self):
        terminal = self.start()
        for before in (rb"", rb"% Login invalid\r\n\r\n", rb"% Login invalid\r\n\r\n"):
            terminal.wait_for(before + rb"Username: $")
            terminal.type(b"refused\r")
            terminal.wait_for(rb"Password: $")
            terminal.type(b"wrong\r")
        terminal.end()
        self.assertIn(b"% Login invalid\r\n\r\nConnection closed by foreign host", terminal.screen)


class NetmikoTest(unittest.TestCase):
    """python3-netmiko's cisco_ios_telnet."""

    def setUp(self):
        try:
            import netmiko
        except ImportError:
            self.skipTest("netmiko is not installed")
        self.netmiko = netmiko

    def connect(self, name, **options):
        connection = self.netmiko.ConnectHandler(
            device_type="cisco_ios_telnet", host="127.0.0.1", port=server.port, username=name,
            password="secret", **options)
        self.addCleanup(connection.disconnect)
        return connection

    def test_commands_have_their_whole_output(self):
        connection = self.connect("admin")
        self.assertEqual(connection.find_prompt(), "sw1#")
        self.assertTrue(connection.check_enable_mode())
        self.assertEqual(connection.send_command("show privilege"),
                         "Current privilege level is 15")
        self.assertIn("Version", connection.send_command("show version"))
        self.assertEqual(connection.send_command("show vlan ifindex").count("\n"), 3)
        rows = connection.send_command("show tcp connections").splitlines()
        self.assertEqual(len([row for row in rows if "ESTABLISHED" in row]), 1000)
        self.assertIn("% Invalid input detected at '^' marker.",
                      connection.send_command("show nonsense"))
        self.assertIn("Rcvd: ", connection.send_command("show tcp statistics"))

    def test_operator_enables(self):
        connection = self.connect("operator", secret="raise")
        self.assertEqual(connection.find_prompt(), "sw1>")
        connection.enable()
        # Not back: its disconnect() waits for a '#' for minutes.
        self.assertEqual(connection.find_prompt(), "sw1#")


class WaitingTest(unittest.TestCase):
    """What takes CONFIG_NETDIAG_SEND_TIMEOUT_S; it began with the first test."""

    @classmethod
    def setUpClass(cls):
        cls.limit_s = server.send_timeout_s
        if cls.limit_s > 100:
            raise unittest.SkipTest("CONFIG_NETDIAG_SEND_TIMEOUT_S is above 100")
        for thread in waiting.threads:
            thread.join(cls.limit_s + LOGIN_AT_MOST_S)

    def test_who_does_not_log_in_is_turned_away(self):
        for name in ("silent", "dripping"):
            after_s, rest = waiting.ended[name]
            self.assertGreater(after_s, self.limit_s - 1)
            self.assertLess(after_s, self.limit_s + 5)
            self.assertTrue(rest.endswith(TOO_LATE % self.limit_s), rest[-200:])

    def test_who_does_not_read_loses_the_session(self):
        deadline = waiting.began + self.limit_s + LOGIN_AT_MOST_S
        with logged_in() as peer:
            while len(re.findall(r"^. \d+ +telnet", peer.run("show users"), re.M)) > 1:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.2)


class EndTest(unittest.TestCase):
    def test_end_of_the_device_ends_every_wait(self):
        own = Server(USERS, "raise")
        peers = [Peer(own) for _ in range(5)]
        peers[0].expect(HELLO + b"\r\nUsername: ")
        peers[1].send(b"admin\r")
        peers[2].send(b"typist\rwrong\rtypist\rwrong\r")
        peers[3].log_in("admin", "secret")
        peers[4].log_in("admin", "secret")
        peers[4].send(b"terminal length 0\r" + b"show tcp connections detail\r" * 60)
        time.sleep(0.5)
        began = time.monotonic()
        status, said = own.stop()
        self.assertEqual(status, 0, said)
        self.assertLess(time.monotonic() - began, 10 if INSTRUMENTED else 1)
        for peer in peers:
            peer.rest(may_reset=True)
            peer.socket.close()


if __name__ == "__main__":
    unittest.main()
