#!/usr/bin/python3
"""What netdiag's stats/ and platform/lwip/ take of a small device, beside the targets for it.

    size.py PREFIX SLOTS BARE.a BARE.o WHOLE.a WHOLE.o

PREFIX is that of the tools (arm-none-eabi-), SLOTS how many connections the objects are built to
track. BARE.a are those of a device without the diagnosis and the history, WHOLE.a with both; all
of both directories is counted, what a linker would leave out too. BARE.o and WHOLE.o hold the
firmware's struct netdiag. The exit status is 1 when a target is missed; then it is said what takes
the place.
"""

import re
import subprocess
import sys

MOST_TEXT = 16 * 1024
MOST_A_CONNECTION = 96
TABLE = "netdiag_lwip_slots"
DEVICE = "netdiag_size_device"

# What files are for, by their names without the suffix.
PARTS = (
    ("lwIP's hooks, the table of connections, their ends and owners",
     r"observe.*|slots|closed|tcp|listeners|owner|states|scanners.*"),
    ("counters, states, rates, clear", r"tcp_(counters|statistics|baseline|rate|state.*|end)"),
    ("connections: filters, lists, holders, owners, check, clear",
     r"tcp_(filter|lists|holders|owners|check|walk|abort)|places|abbreviation|address_parse"),
    ("VLANs and their interfaces", r"vlan|vlan_reader"),
    ("VLANs at run time, ifIndex over a reboot, verify",
     r"vlan_(ops|config|verify)|if_index.*"),
    ("counters of interfaces, neighbours, ping, pools of memory",
     r"interfaces|vlan_traffic|arp|neighbors|ping|memory.*"),
    ("what all need: the platform's table, errors, text, addresses",
     r"device|platform|error|text|address"))
REST = "diagnosis, history, live view"


def output_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True,
                          universal_newlines=True).stdout


def section_totals(prefix, archive):
    """Bytes of code and constants, of initialised data, of zeroed data."""
    total = output_of(prefix + "size", "--totals", archive).splitlines()[-1].split()
    return [int(number) for number in total[:3]]


def size_of(prefix, symbol, file):
    for line in output_of(prefix + "nm", "--print-size", file).splitlines():
        part = line.split()
        if len(part) == 4 and part[-1] == symbol:  # where it is defined, not where it is used
            return int(part[1], 16)
    raise SystemExit("size.py: no %s in %s" % (symbol, file))


def parts_of(prefix, archive):
    """{part: bytes of code and constants}"""
    found = dict.fromkeys([part for part, _ in PARTS] + [REST], 0)
    for line in output_of(prefix + "size", archive).splitlines()[1:]:
        text, name = int(line.split()[0]), line.split()[5].removesuffix(".o")
        found[next((part for part, files in PARTS if re.fullmatch(files, name)), REST)] += text
    return found


def rows_of(prefix, slots, archive, record):
    """What is measured, and the target for a device without diagnosis, history and live view."""
    text, data, bss = section_totals(prefix, archive)
    table = size_of(prefix, TABLE, archive)
    return (("code and constants, bytes", text, MOST_TEXT),
            ("a tracked connection, bytes", table / slots, MOST_A_CONNECTION),
            ("initialised data, bytes", data, None),
            ("zeroed data without those of %d connections" % slots, bss - table, None),
            ("the firmware's struct netdiag, bytes", size_of(prefix, DEVICE, record), None))


def main():
    prefix, slots = sys.argv[1], int(sys.argv[2])
    bare = rows_of(prefix, slots, *sys.argv[3:5])
    whole = rows_of(prefix, slots, *sys.argv[5:7])
    is_met = True
    for title, rows, has_target in (("without diagnosis, history and live view", bare, True),
                                    ("with all of it", whole, False)):
        print("%-46s %10s %10s" % ("Cortex-M4, -Os: stats and platform/lwip", "",
                                   "target" if has_target else ""))
        print(title)
        for what, number, most in rows:
            limit = most if has_target else None
            is_good = limit is None or number <= limit
            is_met = is_met and is_good
            print("%-46s %10g %10s%s" % ("  " + what, number, "<= %d" % limit if limit else "-",
                                         "" if is_good else "  MISSED by %g" % (number - limit)))
    if not is_met:
        print("The target was set for counters, connections and the ifIndex of VLANs. Now there is:")
        for part, size in parts_of(prefix, sys.argv[3]).items():
            print("%-66s %10d" % ("  " + part, size))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
