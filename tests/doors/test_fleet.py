#!/usr/bin/python3
"""A fleet of switches driven by ansible-playbook: the odd ones are found, by the control socket of
each and over SSH."""

import os
import re
import shutil
import string
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from control import CLIENT, SIM, TIMEOUT_S, Switch, free_port

ANSIBLE = shutil.which("ansible-playbook")
PLAYBOOK = os.path.join(HERE, "fleet", "odd-ones.yml")
PASSWORD = "Fleet-of 5 ships"
MINUTE = ["--clock", "virtual", "--run", "60", "--forward", "none"]


class Fleet(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.top = directory.name

    def start(self, *options, state=None):
        switch = Switch(*options, state=state)
        self.addCleanup(switch.close)
        return switch

    def inventory(self, kind, hosts, **values):
        with open(os.path.join(HERE, "fleet", "inventory-%s.yml.in" % kind)) as file:
            template = string.Template(re.sub(r"(?m)^#.*\n", "", file.read()))
        path = os.path.join(self.top, "inventory.yml")
        with open(path, "w") as file:
            file.write(template.substitute(values, hosts="\n".join(
                "        %s: {%s}" % (name, variables) for name, variables in hosts.items())))
        return path

    def play(self, inventory, *words, **environment):
        """What the playbook prints at its end, a list of lines."""
        done = subprocess.run(
            [ANSIBLE, "-i", inventory, *words, PLAYBOOK], capture_output=True, text=True,
            timeout=4 * TIMEOUT_S, stdin=subprocess.DEVNULL, env={
                **os.environ, **environment, "ANSIBLE_HOME": os.path.join(self.top, "ansible"),
                "ANSIBLE_CONFIG": os.path.join(self.top, "none.cfg"), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_NOCOWS": "1",
                "ANSIBLE_LOCALHOST_WARNING": "0", "HOME": self.top, "LC_ALL": "C.UTF-8"})
        said = done.stdout + done.stderr
        found = re.search(r'TASK \[Print them\].*?"msg": \[(.*?)\]', said, re.DOTALL)
        self.assertIsNotNone(found, said)
        self.said = said
        return re.findall(r'"(.*?)"(?:,|\n)', found.group(1) + "\n"), done.returncode


class ControlSocketTest(Fleet):
    def switches(self, **options):
        return {name: "netdiag_socket: " + self.start("--hostname", name, *words).path
                for name, words in options.items()}

    def test_odd_ones_are_named_and_no_other(self):
        hosts = self.switches(
            sw1=[*MINUTE, "--seed", "1"], sw2=[*MINUTE, "--seed", "2"],
            sw3=[*MINUTE, "--seed", "3", "--scenario", "lossy"], sw4=[*MINUTE, "--seed", "4"],
            sw5=[*MINUTE, "--seed", "5", "--pcbs", "32"])
        hosts["sw6"] = "netdiag_socket: " + os.path.join(self.top, "none")
        lines, _ = self.play(self.inventory("local", hosts, client=CLIENT))
        self.assertEqual({line.split(":")[0] for line in lines}, {"sw3", "sw5", "sw6"}, self.said)
        self.assertIn("sw6: no answer", lines)
        self.assertRegex("\n".join(lines),
                         r"sw3: \d+\.\d % segments sent again, the fleet's median 0\.0 %")
        self.assertRegex("\n".join(lines),
                         r"sw5: \d\d\.\d % of the pool in use, the fleet's median \d+\.\d %")

    def test_fleet_of_equals_has_none(self):
        hosts = self.switches(**{"sw%d" % i: [*MINUTE, "--seed", str(i)] for i in (1, 2, 3)})
        lines, status = self.play(self.inventory("local", hosts, client=CLIENT))
        self.assertEqual((lines, status), (["none of 3 switches is odd"], 0), self.said)


def has_ssh():
    """The SSH door and a forward to it are there, and what Ansible needs at its end."""
    said = subprocess.run([SIM, "--help"], capture_output=True, text=True).stdout
    try:
        import paramiko  # pylint: disable=unused-import,import-outside-toplevel
    except ImportError:
        return False
    listed = subprocess.run(["ansible-doc", "-t", "cliconf", "-l"], capture_output=True, text=True)
    return "--forward" in said and "cisco.ios.ios" in listed.stdout


class SshTest(Fleet):
    """On the real clock, so that there is less to be odd: a pool that is small."""

    def setUp(self):
        super().setUp()
        if not has_ssh():
            self.skipTest("no SSH door, no paramiko, or an Ansible without cisco.ios")

    def switch(self, name, *options):
        state = os.path.join(self.top, name)
        os.mkdir(state, 0o700)
        subprocess.run([SIM, "user", "add", "fleet", "--state-dir", state],
                       input=PASSWORD + "\n", text=True, check=True, capture_output=True)
        port = free_port()
        self.start("--hostname", name, "--forward", "tcp:127.0.0.1:%d-22" % port, *options,
                   state=state)
        return "ansible_host: 127.0.0.1, ansible_port: %d" % port

    def test_odd_ones_are_named_and_no_other(self):
        hosts = {"sw1": self.switch("sw1", "--seed", "1"),
                 "sw2": self.switch("sw2", "--seed", "2", "--pcbs", "16", "--run", "20"),
                 "sw3": self.switch("sw3", "--seed", "3"),
                 "sw4": "ansible_host: 127.0.0.1, ansible_port: %d" % free_port()}
        lines, _ = self.play(self.inventory("ssh", hosts, user="fleet"),
                             NETDIAG_PASSWORD=PASSWORD)
        self.assertEqual({line.split(":")[0] for line in lines}, {"sw2", "sw4"}, self.said)
        self.assertIn("sw4: no answer", lines)
        self.assertNotIn(PASSWORD, self.said)

    def test_wrong_password_is_no_answer(self):
        hosts = {"sw1": self.switch("sw1")}
        lines, _ = self.play(self.inventory("ssh", hosts, user="fleet"),
                             NETDIAG_PASSWORD="Wrong")
        self.assertEqual(lines, ["sw1: no answer"], self.said)


if __name__ == "__main__":
    if ANSIBLE is None:
        print("Ansible is not installed (ansible)")
        sys.exit(77)
    unittest.main()
