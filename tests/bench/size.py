#!/usr/bin/python3
"""What netdiag's stats/ and platform/lwip/ take of a small device, beside the targets for it.

    size.py PREFIX SLOTS OBJECT...

PREFIX is that of the tools (arm-none-eabi-), SLOTS how many connections the objects are built to
track. All of both directories is counted, what a linker would leave out too. The exit status is 1
when a target is missed.
"""

import subprocess
import sys

MOST_TEXT = 16 * 1024
MOST_A_CONNECTION = 96
TABLE = "netdiag_lwip_slots"


def output_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True,
                          universal_newlines=True).stdout


def section_totals(prefix, objects):
    """Bytes of code and constants, of initialised data, of zeroed data."""
    total = output_of(prefix + "size", "--totals", *objects).splitlines()[-1].split()
    return [int(number) for number in total[:3]]


def size_of_table(prefix, objects):
    for line in output_of(prefix + "nm", "--print-size", *objects).splitlines():
        part = line.split()
        if len(part) == 4 and part[-1] == TABLE:  # where it is defined, not where it is used
            return int(part[1], 16)
    raise SystemExit("size.py: no %s in the objects" % TABLE)


def main():
    prefix, slots, objects = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    text, data, bss = section_totals(prefix, objects)
    table = size_of_table(prefix, objects)
    rows = (("code and constants, bytes", text, MOST_TEXT),
            ("a tracked connection, bytes", table / slots, MOST_A_CONNECTION),
            ("initialised data, bytes", data, None),
            ("zeroed data without those of %d connections" % slots, bss - table, None))
    is_met = True
    print("%-46s %10s %10s" % ("Cortex-M4, -Os: stats and platform/lwip", "", "target"))
    for what, number, most in rows:
        is_good = most is None or number <= most
        is_met = is_met and is_good
        print("%-46s %10g %10s%s" % (what, number, "<= %d" % most if most else "-",
                                     "" if is_good else "  MISSED"))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
