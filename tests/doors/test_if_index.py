#!/usr/bin/python3
"""ifIndexes of a simulated switch over restarts: in another order, after a kill, from a file that
is damaged or cannot be written."""

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from control import SIM, TIMEOUT_S, Switch

HEAD = "netdiag ifindex 1\n"
DEFAULT = HEAD + "1 trunk\n2 vlan 1\n3 vlan 10\n4 vlan 20\nend 4\n"


def numbers(switch):
    """By VLAN; the stack's own number is the same."""
    rows = json.loads(switch.run("show vlan ifindex json", check=0).stdout)["vlans"]
    for row in rows:
        assert row["ifIndex"] == row["netifIndex"], row
    return {row["vlan"]: row["ifIndex"] for row in rows}


class IfIndexTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.state = self.directory.name
        self.path = os.path.join(self.state, "ifindex")

    def tearDown(self):
        self.directory.cleanup()

    def text(self):
        with open(self.path) as file:
            return file.read()

    def write(self, text):
        with open(self.path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    def numbers_of(self, *options, number=signal.SIGTERM):
        """Starts a switch, asks it, ends it."""
        switch = Switch(*options, state=self.state)
        try:
            found = numbers(switch)
            self.assertEqual(switch.stop(number), -number)
            if number == signal.SIGTERM:
                self.assertEqual(switch.errors, b"")
        finally:
            switch.close()
        return found

    def refused(self, *options, before=()):
        done = subprocess.run([*before, SIM, "--no-console", "--forward", "none", "--state-dir",
                               self.state, *options], capture_output=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 3, done)
        self.assertEqual(done.stdout, b"")
        error = done.stderr.decode()
        self.assertTrue(error.startswith("netdiag-sim: "), error)
        self.assertEqual(error.count("\n"), 1, error)
        return error

    def test_first_start_keeps_the_numbers_for_its_user_alone(self):
        self.assertEqual(self.numbers_of(), {1: 2, 10: 3, 20: 4})
        self.assertEqual(self.text(), DEFAULT)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        before = os.stat(self.path)
        self.numbers_of()
        after = os.stat(self.path)
        self.assertEqual((before.st_ino, before.st_mtime_ns), (after.st_ino, after.st_mtime_ns))

    def test_restart_in_another_order_keeps_them(self):
        order = ["30=10.0.30.1/24", "40=10.0.40.1/24", "7=10.0.7.1/24"]
        options = [word for vlan in order for word in ("--vlan", vlan)]
        first = self.numbers_of(*options)
        self.assertEqual(first, {1: 2, 10: 3, 20: 4, 30: 5, 40: 6, 7: 7})
        options = [word for vlan in reversed(order) for word in ("--vlan", vlan)]
        self.assertEqual(self.numbers_of(*options, number=signal.SIGKILL), first)
        self.assertEqual(self.numbers_of("--vlan", order[2]), {1: 2, 10: 3, 20: 4, 7: 7})
        found = self.numbers_of("--vlan", "50=10.0.50.1/24", "--vlan", order[1])
        self.assertEqual(found, {1: 2, 10: 3, 20: 4, 50: 8, 40: 6})
        self.assertEqual(self.numbers_of(*options), first)

    def test_numbers_of_a_file_are_taken_as_they_stand(self):
        self.write(HEAD + "200 trunk\n255 vlan 1\n1 vlan 20\n2 vlan 4000\nend 4\n")
        self.assertEqual(self.numbers_of(), {1: 255, 10: 3, 20: 1})

    def test_pipe_keeps_nothing(self):
        done = subprocess.run([SIM], input=b"show vlan ifindex\n", capture_output=True,
                              timeout=TIMEOUT_S, env=dict(os.environ, TMPDIR=self.state))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(os.listdir(self.state), [])

    def test_damaged_file_is_named_and_left_as_it_is(self):
        for text, reason in (
                ("", "line 1: the text is cut: legal is a last line \"end COUNT\""),
                (DEFAULT[:-3], "line 6: the text is cut: "),
                (DEFAULT.replace("10", "9999"), "line 4: \"3 vlan 9999\"; legal are "),
                (DEFAULT.replace("4 vlan", "3 vlan"), "line 5: \"3 vlan 20\": number 3 a second "),
                (DEFAULT.replace("end 4", "end 3"), "line 6: \"end 3\"; legal is \"end 4\", "),
                (DEFAULT * 200, "line 6: more follows \"end 4\""),
                (b"\x00" * 9000, "line 1: the text is cut: ")):
            self.write(text)
            error = self.refused()
            self.assertIn("the interfaces' numbers in %s are damaged: %s" % (self.path, reason),
                          error)
            self.assertIn("; mend the file, or put a copy of it back, or remove it: then every "
                          "interface gets a new number\n", error)
            with open(self.path, "rb") as file:
                self.assertEqual(file.read(), text if isinstance(text, bytes) else text.encode())
        os.unlink(self.path)
        self.assertEqual(self.numbers_of(), {1: 2, 10: 3, 20: 4})

    def test_file_that_cannot_be_read_or_written_is_named(self):
        os.mkdir(self.path)
        error = self.refused()
        self.assertIn("numbers cannot be read from %s: Is a directory; make it" % self.path, error)
        os.rmdir(self.path)
        limit = ["/bin/sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]
        error = self.refused(before=limit)
        self.assertIn("the interfaces' numbers cannot be kept in %s: File too large" % self.path,
                      error)
        self.assertFalse(os.path.exists(self.path))
        self.numbers_of()
        self.assertEqual(self.text(), DEFAULT)
        error = self.refused("--vlan", "30=10.0.30.1/24", before=limit)
        self.assertIn(" cannot be kept in ", error)
        self.assertEqual(self.text(), DEFAULT)

    def test_file_full_of_vlans_that_are_gone_names_the_remedy(self):
        lines = ["1 trunk"] + ["%d vlan %d" % (number, number + 1000) for number in range(2, 255)]
        self.write(HEAD + "\n".join(lines) + "\n255 vlan 1\nend 255\n")
        error = self.refused()
        self.assertIn("VLAN 10: all 255 numbers of interfaces are in use or remembered for VLANs "
                      "that are gone; ", error)
        self.assertIn("no vlan N forget", error)

    def test_switch_killed_while_it_starts_leaves_the_old_or_the_new(self):
        options = ["--vlan", "30=10.0.30.1/24"]
        new = DEFAULT.replace("end 4", "5 vlan 30\nend 5")
        for delay_ms in range(0, 60, 3):
            self.write(DEFAULT)
            process = subprocess.Popen([SIM, "--no-console", "--forward", "none", "--state-dir",
                                        self.state, *options], stderr=subprocess.DEVNULL)
            try:
                process.wait(delay_ms / 1000)
            except subprocess.TimeoutExpired:
                process.kill()
            process.wait()
            self.assertIn(self.text(), (DEFAULT, new))
        self.write(DEFAULT)
        self.assertEqual(self.numbers_of(*options)[30], 5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
