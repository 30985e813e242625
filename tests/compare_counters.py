#!/usr/bin/python3
"""lwIP's own number, netdiag's and the capture's of each object of RFC 4022, from one run.

    compare_counters.py [RUN-OPTION...]

NETDIAG_SIM names the simulator; RUN-OPTIONs replace those of RUN. The exit status is 1 when
netdiag's number and the capture's differ anywhere. That lwIP's is wrong is only said.
"""

import json
import os
import subprocess
import sys
import tempfile

import oracle

SIM = os.environ.get("NETDIAG_SIM", "build/netdiag-sim")
RUN = ("--scenario", "lossy", "--run", "600")
GROUP = "rfc4022"
LINE = "%-14s %12s %12s %12s  %s"


def numbers_of(options):
    """lwIP's own, netdiag's and the judge's objects of one run, {key: number} each."""
    with tempfile.TemporaryDirectory() as directory:
        capture = os.path.join(directory, "wire.pcap")
        own_path = os.path.join(directory, "lwip.json")
        run = subprocess.run(
            [SIM, "--clock", "virtual", "--pcap", capture, "--lwip-stats", own_path, *options],
            input=b"show tcp statistics json\n", capture_output=True, check=False)
        if run.returncode != 0:
            sys.exit("compare_counters.py: %s ended with %d: %s"
                     % (SIM, run.returncode, run.stderr.decode()))
        statistics = json.loads(run.stdout)
        with open(own_path, encoding="utf-8") as file:
            own = json.load(file)
        judge = oracle.judge(capture, oracle.end_of(statistics))
        return own[GROUP], statistics[GROUP], judge.counters.groups()[GROUP]


def print_table(own, ours, right):
    """The objects in which netdiag differs from the capture."""
    different = []
    print(LINE % ("", "lwIP's own", "netdiag's", "the capture's", ""))
    for key, number in right.items():
        remarks = []
        if own[key] != number:
            remarks.append("lwIP is wrong")
        if ours[key] != number:
            remarks.append("NETDIAG IS WRONG")
            different.append(key)
        print((LINE % (key, own[key], ours[key], number, ", ".join(remarks))).rstrip())
    return different


def main():
    options = sys.argv[1:] or RUN
    print("netdiag-sim " + " ".join(options))
    return 1 if print_table(*numbers_of(options)) else 0


if __name__ == "__main__":
    sys.exit(main())
