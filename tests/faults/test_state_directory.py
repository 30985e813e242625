#!/usr/bin/python3
"""The state directory on a disk that fills up, is made read-only, goes away or is another's: clear
errors, nothing lost, and the switch goes on. In a mount namespace of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import acts
import faults

FLAG = "NETDIAG_OWN_MOUNTS"


def enter_namespace():
    if FLAG in os.environ:
        return
    own = ["unshare", "--mount", "--propagation", "private"]
    if os.geteuid() != 0:
        own.insert(1, "--map-root-user")
    if subprocess.run([*own, "true"], capture_output=True, check=False).returncode != 0:
        print("no mount namespace may be made here")
        sys.exit(77)
    os.environ[FLAG] = "1"
    os.execvp(own[0], [*own, sys.executable, *sys.argv])


class Disk(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "netdiag-test", self.directory],
                       check=True)
        self.switch = acts.Switch(self.directory, dict(os.environ), fresh=False)
        self.assertTrue(self.switch.starts())
        self.state = self.switch.state
        self.good()

    def tearDown(self):
        if self.switch.process.poll() is None:
            self.stop()
        subprocess.run(["umount", "--all-targets", self.directory], check=True)
        os.rmdir(self.directory)

    def stop(self):
        self.switch.process.terminate()
        status, _, errors = acts.finish(self.switch.process)
        self.assertEqual((status, errors), (-15, ""))

    def good(self):
        answers = self.switch.round()
        self.assertFalse(any(answers.values()), answers)

    def run_command(self, *commands):
        words = [word for command in commands for word in ("-c", command)]
        return subprocess.run([faults.CLIENT, "-s", self.switch.control, *words],
                              capture_output=True, text=True, timeout=faults.LIMIT_S, check=False)

    def user(self, *words, text="Right-Horse 9\n"):
        return acts.run(["user", *words, "--state-dir", self.state], dict(os.environ), text)

    def read(self, name):
        with open(os.path.join(self.state, name)) as file:
            return file.read()

    def make_read_only(self):
        """By a mount over it: the switch has its lock open for writing."""
        subprocess.run(["mount", "--bind", self.directory, self.directory], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.directory], check=True)

    def make_writable(self):
        subprocess.run(["umount", self.directory], check=True)

    def nothing_can_be_written(self, reason):
        """What is there stays; each that wants to write says why it cannot."""
        before = self.read("ifindex"), self.read("users")
        done = self.run_command("vlan 50")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("% VLAN 50: its ifIndex cannot be kept", done.stdout + done.stderr)
        status, _, errors = self.user("add", "late")
        self.assertEqual(status, 1)
        self.assertRegex(errors, "^netdiag-sim user: .*users.*: " + reason)
        self.assertEqual((self.read("ifindex"), self.read("users")), before)
        self.assertNotEqual(self.run_command("show vlan ifindex 50").returncode, 0)
        for name in ("telnet", "SSH"):
            self.assertIsNone(acts.answers(lambda act=acts.DOORS[name]: act(self.switch)), name)
        self.assertEqual(self.run_command("show tcp statistics").returncode, 0)

    def all_can_be_written(self):
        self.assertEqual(self.run_command("vlan 50").returncode, 0)
        self.assertIn(" vlan 50\n", self.read("ifindex"))
        self.assertEqual(self.user("add", "late")[0], 0)
        self.assertIn("user late ", self.read("users"))
        self.good()

    def fill(self):
        with open(self.directory + "/ballast", "wb", buffering=0) as file:
            for size in (65536, 4096, 512, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass

    def test_disk_full_old_files_stay_and_switch_goes_on(self):
        self.fill()
        self.nothing_can_be_written("No space left on device")
        self.run_command(*["vlan 50"] * 60) # a line of the log each, until its last block is full
        for line in self.read("log").splitlines(keepends=True):
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT[0-9:.]+Z \w+: .*\n$")
        os.remove(self.directory + "/ballast")
        self.all_can_be_written()
        for line in self.read("log").splitlines(): # no half line before the next
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT[0-9:.]+Z \w+: ")

    def test_disk_read_only_old_files_stay_and_next_start_says_why(self):
        self.make_read_only()
        self.nothing_can_be_written("Read-only file system")
        self.stop()
        status, _, errors = acts.run(["--clock", "virtual", "--state-dir", self.state],
                                     dict(os.environ), "")
        self.assertEqual(status, 3)
        self.assertRegex(errors, "^netdiag-sim: state directory .*: Read-only file system\n$")
        self.make_writable()
        self.switch = acts.Switch.again(self.switch)
        self.assertTrue(self.switch.starts())
        self.all_can_be_written()

    def test_directory_removed_switch_goes_on_and_ends(self):
        control = self.switch.connect_control()
        shutil.rmtree(self.state)
        self.assertIsNone(acts.answers(lambda: acts.by_snmp(self.switch)))
        self.assertIsNotNone(acts.answers(lambda: acts.by_ssh(self.switch)))
        control.close()
        self.assertIsNone(acts.answers(lambda: acts.by_snmp(self.switch)))
        self.stop()

    @unittest.skipIf(os.geteuid() != 0, "only root may give files away")
    def test_files_of_others_are_refused_by_name(self):
        try:
            os.chown(self.state + "/users", 12345, 12345)
        except OSError:
            self.skipTest("the namespace has one user")
        self.assertIsNotNone(acts.answers(lambda: acts.by_ssh(self.switch)))
        self.assertIn("it is another user's of this machine", self.read("log"))
        os.chown(self.state + "/users", 0, 0)
        self.good()
        self.stop()
        os.chown(self.state + "/ssh_host_ed25519_key", 12345, 12345)
        refused = acts.Switch.again(self.switch)
        status, _, errors = acts.finish(refused.process)
        self.assertEqual(status, 3)
        self.assertRegex(errors, "^netdiag-sim: SSH host key .*: it is another user's")


if __name__ == "__main__":
    enter_namespace()
    unittest.main()
