#!/usr/bin/python3
"""The SSH door, by real clients: OpenSSH and paramiko, and by clients that mean no good."""

import concurrent.futures
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from control import Terminal, wait_until

try:
    import paramiko
except ImportError:
    print("python3-paramiko is not installed")
    sys.exit(77)

logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # it prints what tests expect

SERVER = os.environ.get("NETDIAG_SSH_SERVER", "build/release/tests/doors/ssh_server")
VARIANT = os.environ.get("NETDIAG_VARIANT", "release")
TIMEOUT_S = 60
SEND_TIMEOUT_S = 60  # CONFIG_NETDIAG_SEND_TIMEOUT_S
SESSIONS = 400       # CONFIG_NETDIAG_SESSIONS
CHANNELS = 10        # CONFIG_NETDIAG_SSH_CHANNELS
PASSWORD = "Right-Horse 7"
DETAIL_LINES = 20465  # of `show vlan ifindex detail`: all VLANs but 4094


def setUpModule():
    global keys, slow
    keys = tempfile.TemporaryDirectory()
    for name, kind in (("ed25519", "ed25519"), ("rsa", "rsa"), ("ecdsa", "ecdsa"),
                       ("stranger", "ed25519")):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key(name)], check=True)
    slow = Slow()


def tearDownModule():
    slow.close()
    keys.cleanup()


def key(name):
    return os.path.join(keys.name, name)


class Server:
    """ssh_server, ready when the constructor returns."""

    def __init__(self, state=None):
        self.own = None if state else tempfile.TemporaryDirectory()
        self.state = state or self.own.name
        self.log = open(os.path.join(self.state, "log"), "w+")
        self.process = subprocess.Popen(
            [SERVER, self.state, "280", "admin", "15", PASSWORD, key("ed25519.pub"),
             "guest", "1", PASSWORD, key("rsa.pub"), "eve", "15", PASSWORD, key("ecdsa.pub")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        self.port = int(line) if line else 0

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def resident_kb(self):
        with open("/proc/%d/status" % self.process.pid) as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def threads(self):
        return len(os.listdir("/proc/%d/task" % self.process.pid))

    def stop(self):
        """Ends it; the milliseconds that its connections took for their end."""
        self.answer, _ = self.process.communicate(timeout=TIMEOUT_S)
        assert self.process.returncode == 0, self.logged()
        return int(self.answer.split()[0])

    def close(self):
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            self.log.close()
            if self.own:
                self.own.cleanup()

    def ssh(self, *words, user="admin", identity="ed25519", password=None):
        """The command line of OpenSSH's client, and its environment."""
        command = ["ssh", "-F", "none", "-p", str(self.port), "-o", "StrictHostKeyChecking=no",
                   "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
                   "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("DISPLAY", "SSH_ASKPASS", "SSH_AUTH_SOCK")}
        if password is None:
            command += ["-i", key(identity), "-o", "BatchMode=yes"]
        else:
            helper = os.path.join(self.state, "askpass")
            with open(helper, "w") as file:
                file.write("#!/bin/sh\necho '%s'\n" % password)
            os.chmod(helper, 0o700)
            environment.update(SSH_ASKPASS=helper, SSH_ASKPASS_REQUIRE="force")
            command += ["-o", "PubkeyAuthentication=no"]
        options = [word for word in words if word.startswith("-")]
        return [*command, *options, user + "@127.0.0.1", *words[len(options):]], environment

    def run(self, *words, stdin=b"", **who):
        command, environment = self.ssh(*words, **who)
        return subprocess.run(command, input=stdin, env=environment, capture_output=True,
                              timeout=TIMEOUT_S)

    def connect(self, user="admin", password=PASSWORD, **options):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect("127.0.0.1", self.port, user, password, look_for_keys=False,
                       allow_agent=False, timeout=TIMEOUT_S, **options)
        return client

    def socket(self):
        connection = socket.create_connection(("127.0.0.1", self.port), TIMEOUT_S)
        return connection


def run_exec(transport, command):
    """Runs a command on a channel of its own: its output, its error text, its exit status."""
    channel = transport.open_session(timeout=TIMEOUT_S)
    channel.settimeout(TIMEOUT_S)
    channel.exec_command(command)
    out = b"".join(iter(lambda: channel.recv(65536), b""))
    err = b"".join(iter(lambda: channel.recv_stderr(65536), b""))
    status = channel.recv_exit_status()
    channel.close()
    return out, err, status


class DeafSocket:
    """A socket whose owner can stop reading it."""

    def __init__(self, connection):
        self.connection = connection
        self.is_deaf = False

    def recv(self, size):
        if self.is_deaf:
            time.sleep(0.1)
            raise socket.timeout()
        return self.connection.recv(size)

    def __getattr__(self, name):
        return getattr(self.connection, name)


class Slow:
    """Clients that let time go by, while the other tests run."""

    def __init__(self):
        self.server = Server()
        self.begun = time.monotonic()
        self.ended = {}
        self.threads = []
        self.is_closed = False
        self.client = self.server.connect()
        self.watch("silent", self.be_silent)
        self.watch("dripping", self.drip)
        self.watch("kex only", self.stop_after_kex)
        self.watch("channel", self.read_nothing_of_a_channel)
        self.watch("socket", self.read_nothing_of_the_socket)

    def watch(self, name, wait):
        def run():
            try:
                wait()
                self.ended[name] = time.monotonic() - self.begun
            except Exception:
                if not self.is_closed:
                    raise
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.threads.append(thread)

    def be_silent(self):
        with self.server.socket() as connection:
            connection.settimeout(2 * SEND_TIMEOUT_S)
            while connection.recv(4096):
                pass

    def drip(self):
        with self.server.socket() as connection:
            connection.settimeout(1)
            for byte in b"SSH-2.0-slow" + b"y" * 1000:
                try:
                    connection.send(bytes([byte]))
                    while connection.recv(4096):
                        pass
                    return
                except socket.timeout:
                    pass
                except OSError:
                    return

    def stop_after_kex(self):
        transport = paramiko.Transport(self.server.socket())
        transport.start_client(timeout=TIMEOUT_S)
        transport.join(2 * SEND_TIMEOUT_S)
        assert not transport.is_alive()

    def read_nothing_of_a_channel(self):
        self.channel = self.client.get_transport().open_session(window_size=32768)
        self.channel.exec_command("show vlan ifindex detail")
        wait_until(lambda: self.channel.closed or self.channel.eof_received, 2 * SEND_TIMEOUT_S)

    def read_nothing_of_the_socket(self):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", self.server.port))
        deaf = DeafSocket(connection)
        client = self.server.connect("guest", sock=deaf)
        channel = client.get_transport().open_session(window_size=1 << 30)
        channel.invoke_shell()
        channel.sendall(b"show vlan ifindex detail\n" * 40)
        channel.recv(100)
        deaf.is_deaf = True
        wait_until(lambda: "logout of user guest" in self.server.logged(), 2 * SEND_TIMEOUT_S)
        client.close()

    def close(self):
        self.is_closed = True
        self.client.close()
        self.server.close()


class DoorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)


class OpenSshTest(DoorTest):
    def check(self, done, status, out=None, err=None):
        self.assertEqual(done.returncode, status, (done.stdout, done.stderr))
        if out is not None:
            self.assertRegex(done.stdout.decode(), out)
        if err is not None:
            self.assertRegex(done.stderr.decode(), err)

    def test_exec_prints_and_answers_its_status(self):
        self.check(self.server.run("show version"), 0, r"\Anetdiag Version \d[^\r]*\n\Z", r"\A\Z")
        self.check(self.server.run("show vlan ifindex 10 json"), 0, r"(?s)\A\{.*\}\n\Z",
                   r"\A\Z")

    def test_exec_of_a_refused_command_answers_one(self):
        self.check(self.server.run("show vlan ifindex 4094"), 1, r"\A\Z", r"\A% [^\r]+\n\Z")

    def test_exec_of_a_bad_command_answers_two_on_stderr(self):
        self.check(self.server.run("show foo"), 2, r"\A\Z",
                   r"\Ashow foo\n     \^\n% Invalid input detected at '\^' marker\.\n\Z")

    def test_exec_of_a_huge_line_is_refused(self):
        self.check(self.server.run("x" * 5000), 2, r"\A\Z", r"line too long: 5000 bytes")

    def test_exec_with_a_terminal_ends_lines_for_it(self):
        done = self.server.run("-tt", "show version")
        self.check(done, 0, r"\Anetdiag Version [^\n]*\r\n")
        self.assertNotIn("--More--", done.stdout.decode())
        self.assertNotRegex(done.stdout, rb"[^\r]\n")

    def test_exec_of_much_is_whole(self):
        done = self.server.run("show vlan ifindex detail")
        self.check(done, 0)
        self.assertEqual(done.stdout.count(b"\n"), DETAIL_LINES)

    def test_exec_of_much_is_whole_while_keys_change(self):
        done = self.server.run("-oRekeyLimit=50K", "show vlan ifindex detail")
        self.check(done, 0)
        self.assertEqual(done.stdout.count(b"\n"), DETAIL_LINES)
        done = self.server.run("-oRekeyLimit=50K", stdin=b"show privilege\n" * 20000)
        self.assertEqual(done.stdout, b"Current privilege level is 15\n" * 20000)

    def test_exec_interrupted_on_a_terminal_ends(self):
        command, environment = self.server.ssh("-tt", "show tcp statistics rate 3600")
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        out, _ = process.communicate(b"\x03", timeout=10)
        self.assertNotEqual(process.returncode, 255, out)

    def test_piped_lines_run_and_the_first_failure_counts(self):
        self.check(self.server.run(stdin=b"show privilege\nshow version\n"), 0,
                   r"\ACurrent privilege level is 15\nnetdiag Version", r"\A\Z")
        self.check(self.server.run(stdin=b"show foo\nshow vlan ifindex 4094\nshow privilege"), 2,
                   r"\ACurrent privilege level is 15\n\Z", r"Invalid input")
        self.check(self.server.run(stdin=b""), 0, r"\A\Z", r"\A\Z")

    def test_piped_lines_beyond_all_buffers_all_run(self):
        done = self.server.run(stdin=b"show privilege\r\n" * 20000)
        self.check(done, 0)
        self.assertEqual(done.stdout, b"Current privilege level is 15\n" * 20000)

    def test_piped_lines_with_a_terminal_all_run(self):
        done = self.server.run("-tt", stdin=b"terminal length 0\nshow vlan ifindex detail\n"
                                            b"show privilege\n")
        self.check(done, 0)
        self.assertEqual(done.stdout.count(b"\r\n"), DETAIL_LINES + 4)
        done = self.server.run("-tt", stdin=b"show tcp statistics rate 1 | count\nshow privilege\n")
        self.check(done, 0, r"count\r\n1\r\n.*\r\nCurrent privilege level is 15\r\n")

    def test_keys_of_any_kind_let_their_user_in(self):
        for user, identity, privilege in (("admin", "ed25519", 15), ("guest", "rsa", 1),
                                          ("eve", "ecdsa", 15)):
            self.check(self.server.run("show privilege", user=user, identity=identity), 0,
                       "level is %d\n" % privilege)

    def test_wrong_key_is_refused(self):
        for identity in ("stranger", "rsa"):
            self.check(self.server.run("show version", identity=identity), 255, r"\A\Z",
                       "Permission denied")

    def test_password_lets_in_and_is_nowhere(self):
        self.check(self.server.run("show privilege", user="guest", password=PASSWORD), 0,
                   "level is 1\n")
        said = r"login of user guest from 127\.0\.0\.1 by ssh\n(.*\n)*.*logout of user guest " \
               r"from 127\.0\.0\.1 by ssh\n"
        wait_until(lambda: re.search(said, self.server.logged()))
        self.assertNotIn(PASSWORD, self.server.logged())

    def test_wrong_password_ends_the_connection_after_three(self):
        for user in ("wrongone", "nobody"):
            server = Server()
            self.addCleanup(server.close)
            command, environment = server.ssh("show version", user=user, password="Wrong-Horse 8")
            command[1:1] = ["-o", "NumberOfPasswordPrompts=9"]
            done = subprocess.run(command, env=environment, capture_output=True, timeout=TIMEOUT_S)
            self.check(done, 255, r"\A\Z", "too many wrong passwords")
            self.assertEqual(server.logged().count("login failed of user " + user), 3)
            self.assertNotIn("Horse", server.logged())

    def test_what_is_not_offered_is_refused_and_harms_nothing(self):
        self.check(self.server.run("-s", "sftp"), 255)
        self.check(self.server.run("-W127.0.0.1:1"), 255)
        self.check(self.server.run("-R0:127.0.0.1:1", "-oExitOnForwardFailure=yes",
                                   "show version"), 255)
        self.check(self.server.run("-oSetEnv=X=1", "-A", "-X", "show privilege"), 0,
                   "level is 15")


class TerminalTest(DoorTest):
    def start(self, **size):
        command, environment = self.server.ssh("-tt")
        terminal = Terminal("/usr/bin/ssh", *command[1:], environment=environment, **size)
        self.addCleanup(terminal.close)
        terminal.wait_for(rb"sw1#$")
        return terminal

    def test_shell_echoes_completes_and_leaves(self):
        terminal = self.start()
        terminal.type(b"sh priv\t\r")
        self.assertEqual(terminal.wait_for(rb"15\r\nsw1#$"),
                         "sh privilege \r\nCurrent privilege level is 15\r\nsw1#")
        terminal.type(b"show foo\r")
        terminal.wait_for(rb"\^\r\n% Invalid input detected at '\^' marker\.\r\nsw1#$")
        terminal.type(b"exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_window_of_the_client_makes_the_pages(self):
        terminal = self.start(rows=10)
        terminal.type(b"show vlan ifindex detail\r")
        self.assertEqual(terminal.wait_for(rb" --More-- $").count("\r\n"), 10)
        terminal.type(b"q")
        terminal.wait_for(rb"sw1#$")
        terminal.resize(15, 80)
        os.kill(terminal.pid, signal.SIGWINCH)
        time.sleep(0.3)
        terminal.type(b"show vlan ifindex detail\r")
        self.assertEqual(terminal.wait_for(rb" --More-- $").count("\r\n"), 15)
        terminal.type(b"\x03")
        terminal.wait_for(rb"sw1#$")
        terminal.type(b"\x04")
        self.assertEqual(terminal.end(), 0)

    def test_interrupt_reaches_a_command(self):
        terminal = self.start()
        terminal.type(b"show tcp statistics rate 3600\r")
        time.sleep(0.3)
        terminal.type(b"\x03")
        terminal.wait_for(rb"\^C\r\n[^#]*sw1#$", 5)
        terminal.type(b"exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_enable_takes_the_users_own_password_and_shows_none(self):
        command, environment = self.server.ssh("-tt", user="eve", identity="ecdsa")
        terminal = Terminal("/usr/bin/ssh", *command[1:], environment=environment)
        self.addCleanup(terminal.close)
        terminal.wait_for(rb"sw1#$")
        terminal.type(b"disable\r")
        terminal.wait_for(rb"sw1>$")
        for secret, prompt in ((b"Wrong-Horse 8", rb"sw1>$"), (PASSWORD.encode(), rb"sw1#$")):
            terminal.type(b"enable\r")
            terminal.wait_for(rb"Password: $")
            terminal.type(secret + b"\r")
            self.assertNotIn("Horse", terminal.wait_for(prompt))
        terminal.type(b"show history\r")
        self.assertNotIn("Horse", terminal.wait_for(rb"sw1#$"))
        self.assertNotIn("Horse", self.server.logged())
        terminal.type(b"exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_clear_line_ends_a_shell_even_while_it_runs(self):
        for typed in (b"show privilege\r", b"show tcp statistics rate 3600\r"):
            victim = self.start()
            victim.type(b"show users\r")
            users = victim.wait_for(rb"sw1#$")
            number = re.search(r"\*\s*(\d+)", users).group(1)
            victim.type(typed)
            time.sleep(0.3)
            self.assertEqual(self.server.run("clear line " + number).returncode, 0)
            self.assertEqual(victim.end(), 0)

    def test_show_users_tells_who_and_from_where(self):
        terminal = self.start()
        terminal.type(b"show users\r")
        self.assertRegex(terminal.wait_for(rb"sw1#$"), r"ssh +admin +\d+ +127\.0\.0\.1|ssh.*admin")
        terminal.type(b"exit\r")
        self.assertEqual(terminal.end(), 0)


class ParamikoTest(DoorTest):
    def start(self, **who):
        client = self.server.connect(**who)
        self.addCleanup(client.close)
        return client

    def lines(self):
        """Shells that are open beside the one that tells."""
        out, _, status = run_exec(self.start().get_transport(), "show users")
        self.assertEqual(status, 0)
        return out.count(b"ssh") - 1

    def test_ten_channels_of_one_connection_at_once(self):
        transport = self.start().get_transport()
        commands = [("show privilege", b"Current privilege level is 15\n", 0),
                    ("show foo", b"", 2)] * (CHANNELS // 2)
        with concurrent.futures.ThreadPoolExecutor(CHANNELS) as pool:
            answers = list(pool.map(lambda row: run_exec(transport, row[0]), commands))
        for (command, out, status), answer in zip(commands, answers):
            self.assertEqual((answer[0], answer[2]), (out, status), command)

    def test_one_channel_too_many_is_refused_and_the_others_go_on(self):
        transport = self.start().get_transport()
        channels = [transport.open_session() for _ in range(CHANNELS)]
        with self.assertRaises(paramiko.ChannelException):
            transport.open_session()
        channels[0].exec_command("show privilege")
        self.assertEqual(channels[0].recv_exit_status(), 0)
        channels[0].close()
        time.sleep(0.1)
        self.assertEqual(run_exec(transport, "show privilege")[2], 0)

    def test_many_channels_one_after_the_other(self):
        transport = self.start().get_transport()
        for _ in range(5 * CHANNELS):
            self.assertEqual(run_exec(transport, "show privilege")[2], 0)

    def test_three_hundred_execs_and_none_is_lost(self):
        transports = [self.start().get_transport() for _ in range(6)]
        answers = []

        def ask(transport):
            for _ in range(300 // 6 // CHANNELS):
                answers.append(run_exec(transport, "show privilege | include 1"))

        threads = [threading.Thread(target=ask, args=(transport,))
                   for transport in transports for _ in range(CHANNELS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT_S)
        self.assertEqual(answers, [(b"Current privilege level is 15\n", b"", 0)] * 300)

    def test_interrupts_while_a_command_ends_do_no_harm(self):
        """Some arrive while the server is about to say how it ended, and has no shell any more."""
        transports = [self.start().get_transport() for _ in range(4)]
        statuses = []

        def ask(transport):
            channel = transport.open_session(timeout=TIMEOUT_S)
            channel.get_pty()
            channel.exec_command("show privilege")
            for _ in range(200):
                if channel.exit_status_ready() or channel.closed:
                    break
                try:
                    channel.send(b"\x03" * 50)
                except OSError:
                    break  # it is closed meanwhile
            statuses.append(channel.recv_exit_status())
            channel.close()

        def ask_often(transport):
            for _ in range(5):
                ask(transport)

        with concurrent.futures.ThreadPoolExecutor(4 * CHANNELS) as pool:
            for future in [pool.submit(ask_often, transport) for transport in transports
                           for _ in range(CHANNELS)]:
                future.result(TIMEOUT_S)
        self.assertEqual(len(statuses), 5 * 4 * CHANNELS)
        self.assertNotIn(-1, statuses)  # it has said of each how it ended

    def test_shell_without_a_terminal_reads_lines(self):
        channel = self.start().get_transport().open_session()
        channel.invoke_shell()
        channel.sendall(b"show privilege\nexit\n")
        self.assertEqual(channel.recv_exit_status(), 0)
        self.assertEqual(channel.recv(4096), b"Current privilege level is 15\n")

    def test_invoke_shell_follows_its_window(self):
        channel = self.start().invoke_shell(width=80, height=24)
        channel.settimeout(TIMEOUT_S)

        def read_to(end):
            seen = b""
            while not seen.endswith(end):
                seen += channel.recv(4096)
            return seen

        read_to(b"sw1#")
        for rows in (24, 7):
            channel.resize_pty(width=100, height=rows)
            channel.sendall(b"show vlan ifindex detail\n")
            self.assertEqual(read_to(b" --More-- ").count(b"\r\n"), rows)
            channel.sendall(b"q")
            read_to(b"sw1#")
        channel.sendall(b"exit\n")
        self.assertEqual(channel.recv_exit_status(), 0)

    def test_channel_closed_by_the_client_ends_its_command(self):
        client = self.start()
        before = self.lines()
        channel = client.get_transport().open_session()
        channel.exec_command("show tcp statistics rate 3600")
        wait_until(lambda: self.lines() == before + 1)
        channel.close()
        wait_until(lambda: self.lines() == before, 5)
        self.assertEqual(run_exec(client.get_transport(), "show privilege")[2], 0)

    def test_connection_that_is_gone_ends_its_commands(self):
        before = self.lines()
        client = self.start()
        channels = [client.get_transport().open_session() for _ in range(3)]
        for channel in channels:
            channel.exec_command("show tcp statistics rate 3600")
        shell = client.invoke_shell()
        shell.sendall(b"show tcp statistics rate 3600\n")
        wait_until(lambda: self.lines() == before + 4)
        client.get_transport().sock.close()
        wait_until(lambda: self.lines() == before, 5)

    def test_one_shell_too_many_is_refused_with_a_word(self):
        clients = [self.start() for _ in range(SESSIONS // CHANNELS)]
        channels = []
        for client in clients:
            for _ in range(CHANNELS):
                channel = client.get_transport().open_session()
                channel.invoke_shell()
                channels.append(channel)
        for channel in channels:
            channel.sendall(b"show privilege\n")
            self.assertEqual(channel.recv(4096), b"Current privilege level is 15\n")
        out, err, status = run_exec(self.start().get_transport(), "show privilege")
        self.assertEqual((out, err, status),
                         (b"", b"% no shell: all shells are in use; try again later\n", 1))
        for client in clients:
            client.close()
        wait_until(lambda: run_exec(self.start().get_transport(), "show privilege")[2] == 0)

    def test_memory_stays_flat_over_connections(self):
        def go():
            for _ in range(20):
                client = self.server.connect()
                for _ in range(5):
                    self.assertEqual(run_exec(client.get_transport(), "show privilege")[2], 0)
                client.close()
        go()
        before = self.server.resident_kb()
        go()
        grown = self.server.resident_kb() - before
        self.assertLess(grown, 2000 if VARIANT == "release" else 60000)

    def test_others_answer_while_one_reads_nothing(self):
        idler = self.start().get_transport().open_session(window_size=32768)
        idler.exec_command("show vlan ifindex detail")
        transport = idler.get_transport()
        time.sleep(0.5)
        for used in (transport, self.start().get_transport()):
            begun = time.monotonic()
            self.assertEqual(run_exec(used, "show privilege")[2], 0)
            self.assertLess(time.monotonic() - begun, 1 if VARIANT == "release" else 10)
        out = b"".join(iter(lambda: idler.recv(65536), b""))  # and all of it was kept
        self.assertEqual(out.count(b"\n"), DETAIL_LINES)

    def test_reader_of_small_pieces_gets_all(self):
        channel = self.start().get_transport().open_session(window_size=4096,
                                                            max_packet_size=4096)
        channel.exec_command("show vlan ifindex detail")
        out = b"".join(iter(lambda: channel.recv(1000), b""))
        self.assertEqual(out.count(b"\n"), DETAIL_LINES)


class HostKeyTest(unittest.TestCase):
    def host_key(self, server):
        transport = paramiko.Transport(server.socket())
        transport.start_client(timeout=TIMEOUT_S)
        host_key = transport.get_remote_server_key()
        transport.close()
        return host_key

    def test_key_is_made_for_its_owner_and_kept(self):
        with tempfile.TemporaryDirectory() as state:
            found = []
            for _ in range(2):
                server = Server(state)
                found.append(self.host_key(server))
                self.assertEqual(os.stat(state + "/host_key").st_mode & 0o777, 0o600)
                server.close()
            self.assertEqual(found[0], found[1])
            self.assertEqual(found[0].get_name(), "ssh-ed25519")
            self.assertEqual(sorted(os.listdir(state)), ["host_key", "log", "users"])

    def refused(self, prepare, why):
        with tempfile.TemporaryDirectory() as state:
            path = state + "/host_key"
            prepare(path)
            server = Server(state)
            self.assertEqual(server.port, 0)
            self.assertEqual(server.process.wait(TIMEOUT_S), 1)
            self.assertRegex(server.logged(), r"SSH host key " + path + ": " + why)
            server.process.communicate()
            server.close()

    def test_key_that_others_can_read_is_refused(self):
        def prepare(path):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
            os.chmod(path, 0o640)
        self.refused(prepare, "its mode is 0640")

    def test_file_that_is_no_key_is_refused(self):
        def prepare(path):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        self.refused(prepare, "it is no private key")
        self.refused(os.mkdir, "")

    def test_key_with_a_passphrase_is_refused_and_nobody_is_asked(self):
        def prepare(path):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", path],
                           check=True)
        self.refused(prepare, "it is no private key without a passphrase")

    def test_file_that_cannot_be_a_key_is_refused(self):
        def write_much(path):
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                file.write(b"A" * 100000)
        self.refused(write_much, "it is too long for a private key")
        self.refused(lambda path: os.symlink(path, path), "Too many levels")
        self.refused(lambda path: os.symlink(path + ".d/none", path), "No such file")

    def test_key_of_an_administrator_is_used(self):
        with tempfile.TemporaryDirectory() as state:
            subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", state + "/host_key"],
                           check=True)
            server = Server(state)
            self.assertEqual(self.host_key(server).get_name(), "ssh-rsa")
            server.close()


class StopTest(unittest.TestCase):
    def test_stop_ends_every_kind_of_client_at_once(self):
        server = Server()
        self.addCleanup(server.close)
        client = server.connect()
        client.invoke_shell()
        running = client.get_transport().open_session()
        running.exec_command("show tcp statistics rate 3600")
        stalled = client.get_transport().open_session(window_size=32768)
        stalled.exec_command("show vlan ifindex detail")
        silent = server.socket()
        shaken = paramiko.Transport(server.socket())
        shaken.start_client(timeout=TIMEOUT_S)
        time.sleep(0.5)
        self.assertLess(server.stop(), 1000 if VARIANT == "release" else 5000)
        for end in (client, silent, shaken):
            end.close()

    def test_stop_does_not_wait_for_the_answer_to_a_password(self):
        server = Server()
        self.addCleanup(server.close)
        transport = paramiko.Transport(server.socket())
        transport.start_client(timeout=TIMEOUT_S)
        for _ in range(2):
            with self.assertRaises(paramiko.AuthenticationException):
                transport.auth_password("admin", "wrong")
        event = threading.Event()
        transport.auth_password("admin", "wrong", event=event)
        time.sleep(0.1)
        self.assertLess(server.stop(), 700 if VARIANT == "release" else 5000)
        transport.close()


class WaitingTest(unittest.TestCase):
    """Comes last: the time that these need has gone by meanwhile."""

    def test_clients_that_keep_us_waiting_are_turned_away(self):
        for thread in slow.threads:
            thread.join(SEND_TIMEOUT_S + 40 - (time.monotonic() - slow.begun))
        self.assertEqual(sorted(slow.ended),
                         ["channel", "dripping", "kex only", "silent", "socket"])
        for name, seconds in slow.ended.items():
            self.assertGreater(seconds, SEND_TIMEOUT_S - 2, name)
            self.assertLess(seconds, SEND_TIMEOUT_S + 20, name)

    def test_connection_of_a_stalled_channel_goes_on(self):
        self.assertEqual(run_exec(slow.client.get_transport(), "show privilege")[2], 0)

    def test_memory_of_stalled_clients_is_bounded(self):
        self.assertLess(slow.server.resident_kb(), 40000 if VARIANT == "release" else 400000)


if __name__ == "__main__":
    unittest.main()
