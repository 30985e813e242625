#!/usr/bin/python3
"""netdiag-sim user ...: who may come in, from the host's own shell."""

import os
import stat
import subprocess
import tempfile
import unittest

import pexpect

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
TIMEOUT_S = 20
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO5qcEzOp6vz2mBkH3gK7hVpFHXlVqQ0fUe1r0FvQbQ3"


class UserTest(unittest.TestCase):
    def setUp(self):
        self.own = tempfile.TemporaryDirectory()
        self.state = os.path.join(self.own.name, "new", "sw1")
        self.path = os.path.join(self.state, "users")
        self.addCleanup(self.own.cleanup)

    def user(self, *words, text="", check=0):
        done = subprocess.run([SIM, "user", *words, "--state-dir", self.state], input=text,
                              capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, check, (done.stdout, done.stderr))
        return done.stdout + done.stderr

    def lines(self):
        with open(self.path, encoding="ascii") as file:
            return [line.split() for line in file if not line.startswith("#")]

    def test_add_reads_the_password_from_the_input(self):
        self.user("add", "ann", "--privilege", "15", text="correct horse\n")
        self.user("add", "bob", text="battery\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        (_, ann, privilege, digest), bob = self.lines()
        self.assertEqual((ann, privilege, bob[1:3]), ("ann", "15", ["bob", "1"]))
        self.assertTrue(digest.startswith(("$y$", "$6$")))
        made = subprocess.run(["perl", "-e", "print crypt($ARGV[0], $ARGV[1])", "correct horse",
                               digest], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertEqual(made, digest)  # the same libcrypt, by another program

    def test_add_asks_twice_on_a_terminal_and_shows_nothing(self):
        child = pexpect.spawn(SIM, ["user", "add", "ann", "--state-dir", self.state],
                              timeout=TIMEOUT_S, encoding="utf-8")
        shown = ""
        for prompt in ("Password: ", "Again: "):
            child.expect_exact(prompt)
            child.waitnoecho()
            child.sendline("sesame")
            shown += child.before
        child.expect(pexpect.EOF)
        child.close()
        self.assertEqual(child.exitstatus, 0)
        self.assertNotIn("sesame", shown + child.before)
        child = pexpect.spawn(SIM, ["user", "password", "ann", "--state-dir", self.state],
                              timeout=TIMEOUT_S, encoding="utf-8")
        for prompt, answer in (("Password: ", "one"), ("Again: ", "other")):
            child.expect_exact(prompt)
            child.waitnoecho()
            child.sendline(answer)
        child.expect_exact("the two passwords differ")
        child.expect(pexpect.EOF)

    def test_key_in_place_of_a_password(self):
        path = os.path.join(self.own.name, "id.pub")
        with open(path, "w", encoding="ascii") as file:
            file.write(KEY + " ann@desk\n")
        self.user("add", "ann", "--key", path)
        self.assertEqual(self.lines(), [["user", "ann", "1", "*"], ["key", "ann", *KEY.split()]])
        self.assertRegex(self.user("list"), r"(?m)^ann +1 +no +1$")
        with open(path, "w", encoding="ascii") as file:
            file.write("no key\n")
        self.assertIn("is no public key", self.user("add", "bob", "--key", path, check=1))
        self.assertIn("No such file", self.user("add", "bob", "--key", path + "x", check=1))

    def test_delete_password_enable_and_list(self):
        self.user("add", "ann", text="a\n")
        before = self.lines()[0]
        self.user("password", "ann", text="b\n")
        self.assertNotEqual(self.lines()[0][3], before[3])
        self.user("enable", text="secret\n")
        self.assertRegex(self.user("list"), r"(?s)^Name .*\nann +1 +yes +0\n"
                         r"1 users, enable secret: yes\n$")
        self.user("delete", "ann")
        self.assertEqual([line[0] for line in self.lines()], ["enable"])

    def test_wrong_words_are_told(self):
        self.assertIn("legal are: add NAME", self.user(check=2))
        self.assertIn("legal are: add NAME", self.user("add", check=2))
        self.assertIn("legal are: add NAME", self.user("list", "x", check=2))
        self.assertIn('"7" is no privilege; legal are 1 and 15',
                      self.user("add", "a", "--privilege", "7", check=2))
        self.assertIn('"--nonsense" is no option', self.user("add", "a", "--nonsense", check=2))
        self.assertIn('"sing" is none of add NAME', self.user("sing", check=2))
        done = subprocess.run([SIM, "user", "list", "--state-dir"], capture_output=True, text=True,
                              timeout=TIMEOUT_S)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('"--state-dir" needs a value', done.stderr)
        self.assertIn("there is no user", self.user("delete", "ann", check=1))
        self.assertIn("there is no user", self.user("password", "ann", text="x\n", check=1))
        self.assertIn("letters, digits", self.user("add", "a b", text="x\n", check=1))
        self.assertIn("legal are 1 to 127 bytes", self.user("add", "ann", check=1))
        self.assertIn("too long", self.user("add", "ann", text="x" * 500 + "\n", check=1))
        self.user("add", "ann", text="x\n")
        self.assertIn("already", self.user("add", "ann", text="x\n", check=1))
        self.assertIn("Usage: netdiag-sim user", self.user("--help"))

    def test_file_that_others_can_read_is_refused(self):
        self.user("add", "ann", text="x\n")
        os.chmod(self.path, 0o644)
        self.assertIn("mode 644", self.user("list", check=1))

    def test_many_at_once_lose_none(self):
        with open(os.path.join(self.own.name, "password"), "w+", encoding="ascii") as file:
            file.write("x\n")
            file.flush()
            running = []
            for i in range(10):
                with open(file.name, encoding="ascii") as own:
                    running.append(subprocess.Popen(
                        [SIM, "user", "add", "u%d" % i, "--state-dir", self.state], stdin=own))
        self.assertEqual([process.wait(TIMEOUT_S) for process in running], [0] * 10)
        self.assertEqual({line[1] for line in self.lines()}, {"u%d" % i for i in range(10)})


if __name__ == "__main__":
    unittest.main()
