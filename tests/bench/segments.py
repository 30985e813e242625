#!/usr/bin/python3
"""What netdiag costs a segment, beside what the segment costs without it, and the target.

    segments.py UNWATCHED WATCHED

Both are build directories of one and the same program (segments.c), without netdiag's observer and
with it. The exit status is 1 when a target is missed.

Instructions, not time: callgrind counts them, and two runs count the same. Counted is all that
the device's stack does with a frame, from ethernet_input() on: VLAN, IP, TCP with its checksums,
the program's callback, and what it sends in return, down to the call of the driver. The driver
itself is not: it takes a buffer and copies or maps it, netdiag or not; nor is the simulator's guard
against what peers send, which a firmware need not have. Each work is run twice, and
the difference of the two leaves the connection's beginning out.
"""

import os
import re
import subprocess
import sys

TURNS = (1000, 3000)
MOST_PERCENT = 3.0

WORKS = (
    ("upload", "bulk transfer, received", MOST_PERCENT),
    ("download", "bulk transfer, sent", MOST_PERCENT),
    ("talk", "16 bytes to and fro", None),
)


def count(directory, work, turns):
    """Instructions of the device's stack, and segments received and sent."""
    program = os.path.join(directory, "tests/bench/segments")
    profile = "%s.%s.%d.callgrind" % (program, work, turns)
    run = subprocess.run(
        ["valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file=" + profile,
         "--collect-atstart=no", "--toggle-collect=ethernet_input",
         "--toggle-collect=trunk_link_output", "--toggle-collect=sim_guard_tcp_in",
         program, work, str(turns)],
        stdout=subprocess.PIPE, check=True)
    with open(profile, encoding="utf-8") as file:
        instructions = re.search(r"^(?:summary|totals): (\d+)", file.read(), re.MULTILINE)
    return int(instructions.group(1)), int(run.stdout)


def instructions_per_segment(directory, work):
    (few, few_segments), (many, many_segments) = (count(directory, work, turns)
                                                  for turns in TURNS)
    return (many - few) / (many_segments - few_segments)


def rows(unwatched, watched):
    for work, text, most in WORKS:
        off = instructions_per_segment(unwatched, work)
        on = instructions_per_segment(watched, work)
        percent = 100 * (on - off) / off
        yield (text, "%.0f" % off, "%.0f" % on, "%+.1f %%" % percent,
               "<= %.0f %%" % most if most else "-", most is None or percent <= most)


def main():
    is_met = True
    print("%-46s %10s %10s %10s %10s" % ("instructions a segment", "hooks off", "hooks on", "more",
                                         "target"))
    for *row, is_good in rows(*sys.argv[1:]):
        print(("%-46s %10s %10s %10s %10s" % tuple(row)) + ("" if is_good else "  MISSED"))
        is_met = is_met and is_good
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
