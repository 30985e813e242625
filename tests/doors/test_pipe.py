#!/usr/bin/python3
"""netdiag-sim on a pipe: what it prints, and the status it ends with."""

import functools
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import unittest

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
TIMEOUT_S = 60
VIRTUAL = ["--clock", "virtual", "--run", "60"]


def sim(lines, *options, check=None):
    done = subprocess.run([SIM, *options], input=lines.encode(), capture_output=True,
                          timeout=TIMEOUT_S)
    if check is not None:
        assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
    return done


def answer(line, *options):
    return json.loads(sim(line + "\n", *options, check=0).stdout)


def needs_hooks(test):
    """Skips a test of counters that are counted with CONFIG_NETDIAG_TCP_HOOKS alone."""
    @functools.wraps(test)
    def run(self):
        if answer("sh tcp statistics json")["sent"]["dataPackets"] is None:
            self.skipTest("built without CONFIG_NETDIAG_TCP_HOOKS")
        test(self)
    return run


def json_answers(out):
    """The answers of several commands, one after the other."""
    text, decoder, answers = out.decode().strip(), json.JSONDecoder(), []
    while text:
        got, end = decoder.raw_decode(text)
        answers.append(got)
        text = text[end:].lstrip()
    return answers


class OutputTest(unittest.TestCase):
    def test_statistics_json_is_what_automation_reads(self):
        got = answer("sh tcp statistics json")
        self.assertEqual(got["schema"], 1)
        self.assertEqual(got["command"], "show tcp statistics")
        self.assertEqual(got["host"], "sw1")
        self.assertGreaterEqual(got["states"]["listen"], 3)
        self.assertGreater(got["pool"]["capacity"], 0)
        self.assertEqual(set(got["rfc4022"]), {
            "activeOpens", "passiveOpens", "attemptFails", "estabResets", "currEstab", "inSegs",
            "outSegs", "retransSegs", "inErrs", "outRsts"})

    @needs_hooks
    def test_statistics_every_counter_is_counted(self):
        got = answer("sh tcp statistics json", *VIRTUAL)
        for group in ("rfc4022", "rcvd", "sent", "connections"):
            self.assertEqual([key for key, value in got[group].items() if value is None], [])
        self.assertEqual(got["rfc4022"]["inSegs"], got["rcvd"]["total"])
        sent = got["sent"]
        self.assertEqual(sent["total"], sum(sent[key] for key in (
            "controlPackets", "dataPackets", "retransmittedPackets", "ackOnlyPackets",
            "windowProbes", "windowUpdates")) + got["connections"]["keepaliveProbes"])
        text = sim("sh tcp statistics\n", *VIRTUAL, check=0).stdout.decode()
        self.assertNotIn("not counted", text)

    def test_vlan_json_has_distinct_indexes(self):
        rows = answer("sh vlan ifindex json")["vlans"]
        self.assertEqual([row["vlan"] for row in rows], [1, 10, 20])
        self.assertEqual(len({row["ifIndex"] for row in rows}), 3)
        for row in rows:
            self.assertGreater(row["ifIndex"], 0)
            self.assertIn("10.0.%d.1/24" % row["vlan"], row["addresses"])

    def test_vlan_forms_agree(self):
        by_number = answer("sh vlan ifindex 10 json")["vlans"]
        self.assertEqual(answer("show vlan id 10 ifindex json")["vlans"], by_number)
        self.assertEqual(answer("show vlan name Vlan10 ifindex json")["vlans"], by_number)

    def test_vlan_option_adds_interface_and_plain_vlan(self):
        rows = answer("sh vlan ifindex json", "--vlan", "30=10.0.30.1/24", "--vlan", "40")["vlans"]
        self.assertEqual([row["vlan"] for row in rows], [1, 10, 20, 30, 40])
        self.assertEqual(rows[3]["addresses"][0], "10.0.30.1/24")
        self.assertIsNone(rows[4]["ifIndex"])
        text = sim("sh vlan ifindex 40\n", "--vlan", "40", check=0).stdout.decode()
        self.assertRegex(text, r"(?m)^40 +- ")

    def test_nothing_but_the_commands_is_printed(self):
        done = sim("sh vlan ifindex 10\n", check=0)
        lines = done.stdout.decode().splitlines()
        self.assertEqual(len(lines), 2, lines)
        self.assertEqual(done.stderr, b"")
        self.assertNotIn(b"\r", done.stdout)

    def test_line_ends_are_each_one_enter(self):
        one = sim("sh vlan ifindex 10\n", check=0).stdout
        for end in ("\r", "\r\n"):
            got = sim("sh vlan ifindex 10" + end + "sh vlan ifindex 10" + end, check=0).stdout
            self.assertEqual(got, one + one, repr(end))
        self.assertEqual(sim("sh vlan ifindex 10", check=0).stdout, one)

    def test_two_runs_of_a_seed_are_equal(self):
        lines = "sh tcp statistics\nsh tcp statistics json\nsh vlan ifindex detail\nsh version\n"
        first = sim(lines, *VIRTUAL, "--seed", "7", check=0).stdout
        self.assertEqual(sim(lines, *VIRTUAL, "--seed", "7", check=0).stdout, first)
        self.assertNotEqual(sim(lines, *VIRTUAL, "--seed", "8", check=0).stdout, first)

    def test_run_option_counts_in_the_clock(self):
        got = answer("sh tcp statistics json", "--clock", "virtual", "--run", "3600")
        self.assertEqual(got["uptimeMs"], 3600000)
        started = time.monotonic()
        got = answer("sh tcp statistics json", "--run", "2")
        self.assertGreaterEqual(got["uptimeMs"], 2000)
        self.assertGreaterEqual(time.monotonic() - started, 2)

    def counted(self, got):
        """Every counter of an answer, as (group, key): number."""
        return {(group, key): value for group in ("rfc4022", "rcvd", "sent", "connections")
                for key, value in got[group].items() if key != "currEstab"}

    @needs_hooks
    def test_rate_is_the_difference_of_two_snapshots(self):
        lines = "sh tcp statistics json\nsh tcp statistics rate 60 json\nsh tcp statistics json\n"
        out = sim(lines, *VIRTUAL, check=0).stdout
        before, rate, after = json_answers(out)
        self.assertEqual((rate["seconds"], rate["elapsedMs"]), (60, 60000))
        self.assertEqual(after["uptimeMs"], 120000)
        first, last = self.counted(before), self.counted(after)
        for (group, key), value in last.items():
            grown = value - first[group, key]
            self.assertEqual(rate["rates"][group][key],
                             {"count": grown, "perSecond": int(grown / 6 + 0.5) / 10}, key)
        self.assertEqual({(group, key) for group in rate["rates"] for key in rate["rates"][group]},
                         set(last))
        self.assertGreater(rate["rates"]["rfc4022"]["inSegs"]["count"], 100)
        self.assertEqual(sim(lines, *VIRTUAL, check=0).stdout, out)

    def test_rate_on_the_real_clock_takes_its_time(self):
        started = time.monotonic()
        got = answer("sh tcp statistics rate 1 json")
        self.assertGreaterEqual(time.monotonic() - started, 1)
        self.assertGreaterEqual(got["elapsedMs"], 1000)
        self.assertLess(got["elapsedMs"], 5000)

    @needs_hooks
    def test_clear_leaves_the_stack_alone(self):
        rate = "sh tcp statistics rate 60 json\n"
        show = "sh tcp statistics json\n"
        before, _, after = json_answers(sim(show + rate + show, *VIRTUAL, check=0).stdout)
        lines = "clear tcp statistics\n" + rate + show + "sh version json\n"
        moved, cleared, version = json_answers(sim(lines, *VIRTUAL, check=0).stdout)
        first, last = self.counted(before), self.counted(after)
        self.assertEqual(self.counted(cleared),
                         {name: value - first[name] for name, value in last.items()})
        self.assertLess(cleared["rcvd"]["total"], after["rcvd"]["total"])
        self.assertEqual(cleared["states"], after["states"])
        self.assertEqual(cleared["rfc4022"]["currEstab"], after["rfc4022"]["currEstab"])
        self.assertEqual(cleared["lastCleared"], {"uptimeMs": 60000, "by": "pipe"})
        self.assertIsNone(after["lastCleared"])
        for got in (moved, cleared, version):
            self.assertEqual(got["countersSinceMs"], 60000)
        text = sim("clear tcp statistics\nsh tcp statistics rate 62\nsh tcp statistics\n", *VIRTUAL,
                   check=0).stdout.decode()
        self.assertIn("\nLast cleared 00:01:02 ago by pipe\n", text)

    @needs_hooks
    def test_nonzero_is_the_rest_without_zeros(self):
        whole = answer("sh tcp statistics json", *VIRTUAL)
        short = answer("sh tcp statistics nonzero json", *VIRTUAL)
        self.assertEqual(self.counted(short),
                         {name: value for name, value in self.counted(whole).items() if value})
        self.assertEqual(short["states"], {k: v for k, v in whole["states"].items() if v})
        lines = sim("sh tcp statistics\n", *VIRTUAL, check=0).stdout.decode().splitlines()
        kept = [line for line in lines if re.search(r"(?<!wait )[1-9]|Last cleared", line)]
        self.assertEqual(sim("sh tcp stati nonzero\n", *VIRTUAL,
                             check=0).stdout.decode().splitlines(), kept)
        self.assertLess(len(kept), len(lines))

    def test_pcbs_option_is_the_pool(self):
        self.assertEqual(answer("sh tcp stati json")["pool"]["capacity"], 256)
        self.assertEqual(answer("sh tcp stati json", "--pcbs", "12000")["pool"]["capacity"], 12000)

    def test_reader_that_leaves_ends_it_quietly(self):
        done = subprocess.run("yes 'sh tcp statistics' | head -3000 | %s | head -1" % SIM,
                              shell=True, capture_output=True, timeout=TIMEOUT_S)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(len(done.stdout.splitlines()), 1)


class StatusTest(unittest.TestCase):
    def test_no_such_command_is_2(self):
        done = sim("show nonsense\n", check=2)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(done.stderr.decode().splitlines(), [
            "show nonsense", "     ^", "% Invalid input detected at '^' marker."])

    def test_wrong_words_are_2(self):
        for line in ("show vlan ifindex 0", "show vlan ifindex 4095", "show vlan ifindex abc",
                     "show vlan", "show tcp statistics json json", "show v", "show vlan id 10",
                     "sh tcp statistics | nonsense x", "sh tcp statistics |"):
            self.assertEqual(sim(line + "\n").returncode, 2, line)

    def test_refused_is_1(self):
        done = sim("show vlan ifindex 99\n", check=1)
        self.assertIn(b"no such VLAN", done.stderr)
        done = sim("show vlan ifindex 99 json\n", check=1)
        self.assertEqual(json.loads(done.stdout)["error"]["code"], "notFound")

    def test_first_failure_counts_and_all_run(self):
        done = sim("show vlan ifindex 99\nshow nonsense\nsh vlan ifindex 10\n", check=1)
        self.assertIn(b"Vlan10", done.stdout)
        self.assertEqual(sim("show nonsense\nshow vlan ifindex 99\n").returncode, 2)
        self.assertEqual(sim("").returncode, 0)

    def test_line_too_long_is_refused_whole(self):
        done = sim("sh vlan ifindex 10" + " " * 200000 + "\nsh vlan ifindex 20\n", check=2)
        self.assertNotIn(b"Vlan10", done.stdout)
        self.assertIn(b"Vlan20", done.stdout)
        self.assertIn(b"1000", done.stderr)

    def test_every_byte_leaves_it_answering(self):
        everything = bytes(range(256)) * 4
        done = subprocess.run([SIM], input=everything + b"\nsh vlan ifindex 20\n",
                              capture_output=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"Vlan20", done.stdout)


class OptionTest(unittest.TestCase):
    def refused(self, *options):
        done = sim("sh version\n", *options, check=3)
        self.assertEqual(done.stdout, b"")
        self.assertTrue(done.stderr.startswith(b"netdiag-sim: "), done.stderr)
        return done.stderr.decode()

    def test_bad_values_name_the_option_and_what_is_legal(self):
        for option, value, legal in (("--pcbs", "15", "16 to 12000"), ("--pcbs", "12001", "12000"),
                                     ("--pcbs", "1x", "12000"), ("--clock", "sun", "real and virtual"),
                                     ("--run", "-1", "0 to"), ("--vlan", "0", "1 to 4094"),
                                     ("--vlan", "4095", "1 to 4094"), ("--vlan", "30=1", "10.0.30.1/24"),
                                     ("--vlan", "30=10.0.30.1/31", "1 to 30"),
                                     *(("--vlan", "30=" + address, "no host's address")
                                       for address in ("10.0.30.255/24", "10.0.30.0/24",
                                                       "0.0.0.0/8", "127.0.0.1/8",
                                                       "224.0.0.1/24", "fe80::1/64", "ff02::1/64",
                                                       "::1/64")),
                                     ("--vlan", "10=10.0.9.1/24", "already"),
                                     ("--vlan", "30=10.0.30.1/24,10.0.31.1/24", "one is legal"),
                                     ("--state-dir", "", "no directory"),
                                     ("--hostname", "a b", "letters"),
                                     ("--seed", "18446744073709551616", "18446744073709551615")):
            text = self.refused(option, value)
            self.assertIn(option, text)
            self.assertIn(legal, text)
        self.assertIn("--nonsense", self.refused("--nonsense"))
        self.assertIn("needs a value", self.refused("--pcbs"))
        self.assertIn("standard input", self.refused("show", "version"))

    def test_interface_256th_is_refused(self):
        options = []
        for vlan in range(1000, 1251):  # with the trunk and VLANs 1, 10 and 20: 255
            options += ["--vlan", "%d=10.%d.%d.1/24" % (vlan, 1 + vlan // 256, vlan % 256)]
        self.assertEqual(sim("sh version\n", *options).returncode, 0)
        self.assertIn("255 interfaces", self.refused(*options, "--vlan", "2000=10.9.9.1/24"))


class StateDirTest(unittest.TestCase):
    def test_directory_in_use_names_the_process(self):
        with tempfile.TemporaryDirectory() as directory:
            first = subprocess.Popen([SIM, "--state-dir", directory], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE)
            first.stdin.write(b"sh version\n")
            first.stdin.flush()
            first.stdout.readline()
            done = sim("sh version\n", "--state-dir", directory, check=3)
            self.assertIn("process %d" % first.pid, done.stderr.decode())
            first.communicate(b"", timeout=TIMEOUT_S)
            self.assertEqual(first.returncode, 0)
            sim("sh version\n", "--state-dir", directory, check=0)

    def test_clear_is_in_its_log(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "log")
            for _ in range(2):
                sim("clear tcp statistics\n", *VIRTUAL, "--state-dir", directory, check=0)
            with open(path) as file:
                self.assertEqual(file.read(), "2000-01-01T00:01:00.000Z notice: tcp statistics "
                                              "cleared by pipe\n" * 2)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)

    def test_log_is_bounded(self):
        with tempfile.TemporaryDirectory() as directory:
            sim("clear tcp statistics\n" * 3000, *VIRTUAL, "--state-dir", directory, check=0)
            self.assertEqual(sorted(os.listdir(directory)), ["ifindex", "lock", "log", "log.old"])
            for name in ("log", "log.old"):
                self.assertLessEqual(os.path.getsize(os.path.join(directory, name)), 65536)

    def test_log_that_is_a_link_is_left_alone(self):
        with tempfile.TemporaryDirectory() as directory:
            target = os.path.join(directory, "target")
            os.symlink(target, os.path.join(directory, "log"))
            sim("clear tcp statistics\n", "--state-dir", directory, check=0)
            self.assertFalse(os.path.exists(target))

    def test_directory_that_cannot_be_made_is_an_error(self):
        done = sim("sh version\n", "--state-dir", "/proc/none", check=3)
        self.assertIn(b"/proc/none", done.stderr)

    def test_temporary_directory_is_removed(self):
        with tempfile.TemporaryDirectory() as directory:
            env = dict(os.environ, TMPDIR=directory)
            subprocess.run([SIM], input=b"sh version\n", env=env, check=True, timeout=TIMEOUT_S,
                           stdout=subprocess.DEVNULL)
            self.assertEqual(os.listdir(directory), [])

    def test_several_run_side_by_side(self):
        running = [subprocess.Popen([SIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                   for _ in range(4)]
        for process in running:
            out, _ = process.communicate(b"sh vlan ifindex 10\n", timeout=TIMEOUT_S)
            self.assertIn(b"Vlan10", out)
            self.assertEqual(process.returncode, 0)


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(word) for word in file.read().split()]


class ProcessesTest(unittest.TestCase):
    def start(self):
        process = subprocess.Popen([SIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdin.write(b"sh version\n")
        process.stdin.flush()
        process.stdout.readline()
        return process, children(process.pid)[0]

    def test_world_killed_device_says_so_and_ends(self):
        process, world = self.start()
        os.kill(world, signal.SIGKILL)
        status = process.wait(TIMEOUT_S)
        self.assertEqual(status, 3)
        self.assertIn("remote world (process %d)" % world, process.stderr.read().decode())
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()

    def test_device_killed_world_says_so_and_ends(self):
        process, world = self.start()
        process.kill()
        process.wait(TIMEOUT_S)
        # The pipe ends when the last process that has it is gone
        self.assertIn("the switch (process %d) is gone" % process.pid,
                      process.stderr.read().decode())
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
        deadline = time.monotonic() + 10
        while os.path.exists("/proc/%d" % world) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertFalse(os.path.exists("/proc/%d" % world))

    def test_signal_ends_a_long_run_on_the_virtual_clock(self):
        process = subprocess.Popen([SIM, "--clock", "virtual", "--run", "31622400"],
                                   stdin=subprocess.DEVNULL)
        try:
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(10), -signal.SIGTERM)
        finally:
            process.kill()
            process.wait()

    def test_signal_during_the_start_leaves_no_directory(self):
        with tempfile.TemporaryDirectory() as directory:
            env = dict(os.environ, TMPDIR=directory)
            for delay_ms in range(0, 40, 2):
                process = subprocess.Popen([SIM, "--run", "60"], stdin=subprocess.DEVNULL, env=env)
                time.sleep(delay_ms / 1000)
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(TIMEOUT_S), -signal.SIGTERM)
            self.assertEqual(os.listdir(directory), [])

    def test_signal_ends_both(self):
        process, world = self.start()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(TIMEOUT_S), -signal.SIGTERM)
        self.assertFalse(os.path.exists("/proc/%d" % world))
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


if __name__ == "__main__":
    unittest.main()
