#!/usr/bin/python3
"""Runs lwIP's own unit tests without netdiag's hooks and with them, and compares test by test.

    compare.py VERSION PLAIN HOOKED

PLAIN and HOOKED are the two test programs. HOOKED runs twice: with netdiag started, and with its
hooks called by lwIP before netdiag_lwip_start(). Whatever passes without the hooks must pass in
both; the exit status says whether it did, and whether the same tests ran.
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

LIMIT_S = 120


def local_name(element):
    return element.tag.rpartition("}")[2]


def results_of(program, **environment):
    """The result of each test by its suite and name, and what the program printed."""
    with tempfile.TemporaryDirectory() as directory:
        run = subprocess.run([os.path.abspath(program)], cwd=directory, timeout=LIMIT_S,
                             env={**os.environ, **environment}, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, check=False)
        printed = run.stdout.decode(errors="replace")
        results = {}
        try:
            tree = xml.parse(os.path.join(directory, "lwip_unittests.xml"))
        except (OSError, xml.ParseError) as error:
            return {}, "%s\nno result: %s, status %d" % (printed, error, run.returncode)
        for suite in tree.getroot():
            title = None
            for element in suite:
                if local_name(element) == "title":
                    title = element.text
                elif local_name(element) == "test":
                    part = {local_name(one): one.text for one in element}
                    results[title, part["id"]] = element.get("result")
    return results, printed


def passed(results):
    return sum(result == "success" for result in results.values())


def main():
    version, plain_program, hooked_program = sys.argv[1:]
    plain, printed = results_of(plain_program)
    bad = 0
    print("lwIP %s, its own unit tests" % version)
    print("  %-34s %4d of %d passed" % ("without hooks", passed(plain), len(plain)))
    if not plain:
        print(printed)
        return 1
    for text, start in (("with hooks", "yes"), ("with hooks, netdiag not started", "no")):
        hooked, printed = results_of(hooked_program, NETDIAG_TEST_START=start)
        print("  %-34s %4d of %d passed" % (text, passed(hooked), len(hooked)))
        different = [test for test in sorted(plain.keys() | hooked.keys(), key=str)
                     if plain.get(test) != hooked.get(test)]
        for test in different:
            print("    differs: %s %s: %s without, %s with"
                  % (*test, plain.get(test, "not run"), hooked.get(test, "not run")))
        if different:
            print(printed)
        bad += len(different)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
