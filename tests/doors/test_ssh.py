#!/usr/bin/python3
"""netdiag behind a real sshd: as its ForceCommand, and as a user's login shell.

The sshd is started here, with a configuration and keys of its own, on a port of the loopback
interface. A login shell needs a user of its own, and so root.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from control import CLIENT, TIMEOUT_S, Switch, Terminal, free_port

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin:/usr/bin")
SSH = shutil.which("ssh")
USER = "netdiag-test"


def me():
    return subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()


class Sshd:
    def __init__(self, top, *lines):
        self.top = top
        self.port = free_port()
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                            os.path.join(top, name)], check=True)
        config = os.path.join(top, "sshd_config")
        with open(config, "w") as file:
            file.write("\n".join([
                "Port %d" % self.port, "ListenAddress 127.0.0.1", "HostKey %s/host" % top,
                "PidFile none", "AuthorizedKeysFile %s/user.pub" % top, "StrictModes no",
                "UsePAM no", "PasswordAuthentication no", "PrintMotd no", "PrintLastLog no",
                *lines]) + "\n")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.log = open(os.path.join(top, "log"), "w+")
        self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stderr=self.log)
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, self.said()
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def said(self):
        with open(self.log.name) as log:
            return log.read()

    def command(self, user, *words):
        return [SSH, "-F", "none", "-p", str(self.port), "-i", self.top + "/user", "-q",
                "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
                "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                "-o", "LogLevel=ERROR", *words[:-1], "%s@127.0.0.1" % user,
                *([words[-1]] if words and words[-1] else [])]

    def close(self):
        self.process.terminate()
        self.process.wait(TIMEOUT_S)
        self.log.close()


class SshTest(unittest.TestCase):
    def start(self, *lines):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        os.chmod(directory.name, 0o755)
        self.client = os.path.join(directory.name, "netdiag")
        shutil.copy(CLIENT, self.client)
        os.chmod(self.client, 0o755)
        self.sshd = Sshd(directory.name, *[line.format(client=self.client) for line in lines])
        self.addCleanup(self.sshd.close)

    def run_ssh(self, command, *options, check=None, **kwargs):
        done = subprocess.run(self.sshd.command(self.user, *options, command),
                              capture_output=True, timeout=TIMEOUT_S, **kwargs)
        if check is not None:
            self.assertEqual(done.returncode, check,
                             (done.stdout, done.stderr, self.sshd.said()))
        return done

    def check_exec(self):
        done = self.run_ssh("sh vlan ifindex 10", check=0, stdin=subprocess.DEVNULL)
        self.assertRegex(done.stdout.decode(), r"\AVLAN .*\n10 +\d+ +Vlan10 +active\n\Z")
        done = self.run_ssh("show nonsense", check=2, stdin=subprocess.DEVNULL)
        self.assertEqual(done.stdout, b"")
        self.assertIn(b"% Invalid input detected", done.stderr)
        self.run_ssh("show vlan ifindex 99", check=1, stdin=subprocess.DEVNULL)
        done = self.run_ssh("show users json", check=0, stdin=subprocess.DEVNULL)
        self.assertIn(b'"from":"127.0.0.1"', done.stdout)

    def check_piped(self):
        done = self.run_ssh(None, "-T", check=0, input=b"show privilege\r\nsh vlan ifi 20\n")
        self.assertTrue(done.stdout.startswith(b"Current privilege level is 15\n"), done.stdout)
        self.assertIn(b"Vlan20", done.stdout)

    def check_shell(self):
        terminal = Terminal(*self.sshd.command(self.user, "-tt", None), rows=10)
        self.addCleanup(terminal.close)
        terminal.wait_for(rb"sw1>$")
        terminal.type(b"sh tcp statistics\r")
        self.assertEqual(terminal.wait_for(rb" --More-- $").count("\r\n"), 10)
        terminal.type(b"q")
        terminal.wait_for(rb"sw1>$")
        terminal.type(b"sh vl\t?")
        self.assertIn("ifindex", terminal.wait_for(rb"sw1>sh vlan $"))
        terminal.type(b"\x15exit\r")
        self.assertEqual(terminal.end(), 0)
        self.assertTrue(terminal.is_whole())


class ForceCommandTest(SshTest):
    def setUp(self):
        switch = Switch()
        self.addCleanup(switch.close)
        self.user = me()
        self.start("ForceCommand {client} -s %s" % switch.path)

    def test_exec_has_the_status_and_both_streams(self):
        self.check_exec()

    def test_piped_lines_are_run(self):
        self.check_piped()

    def test_terminal_is_a_shell(self):
        self.check_shell()


@unittest.skipUnless(os.geteuid() == 0 and os.environ.get("CI"),
                     "a user is added to the machine for it: as root, and with CI set")
class LoginShellTest(SshTest):
    def setUp(self):
        top = tempfile.TemporaryDirectory()
        self.addCleanup(top.cleanup)
        os.chmod(top.name, 0o755)
        self.user = USER
        self.start("PermitUserEnvironment no")
        subprocess.run(["userdel", "-f", USER], capture_output=True)
        self.addCleanup(subprocess.run, ["userdel", "-f", USER], capture_output=True)
        subprocess.run(["useradd", "--no-create-home", "--home-dir", top.name, "--shell",
                        self.client, "--password", "*", USER], check=True)
        # The switch runs as that user, and its state is where the user's client looks.
        state = top.name + "/.local/state/netdiag/sw1"
        os.makedirs(state)
        subprocess.run(["chown", "-R", USER, top.name], check=True)
        subprocess.run(["chgrp", "-R", USER, top.name], check=True)
        switch = Switch("--control-group", USER, state=state)
        self.addCleanup(switch.close)

    def test_exec_has_the_status_and_both_streams(self):
        self.check_exec()

    def test_piped_lines_are_run(self):
        self.check_piped()

    def test_terminal_is_a_shell(self):
        self.check_shell()


if __name__ == "__main__":
    if SSHD is None or SSH is None:
        print("sshd or ssh is not installed (openssh-server, openssh-client)")
        sys.exit(77)
    unittest.main()
