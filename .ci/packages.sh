#!/usr/bin/env bash
# The Debian packages that netdiag needs, and what each is for.
#
#     .ci/packages.sh check GROUP...      says what is missing, and ends with 1 if anything is
#     .ci/packages.sh install GROUP...    installs what is missing: as root, by sudo, or, without
#                                         both, prints the command to run and ends with 1
#     .ci/packages.sh list [GROUP...]     prints the table
#     .ci/packages.sh names GROUP...      prints the packages' names alone
#
# Groups: build (the library and the simulator), test, lint, bench, coverage, clang, ssh
# (a real sshd; Debian starts one with the package, so that `make test` does not install it, and
# skips the tests that need it), fleet (Ansible; 300 MB, so the same), exporter (Prometheus's;
# Debian starts it with the package, so the same), cross (compilers for other machines, and what
# runs their programs). Packages marked `target` are what such a machine itself has of the above:
# .ci/sysroot.sh gets them for it.
set -euo pipefail

# package | groups | what for
table='
gcc|build|the compiler
libc6-dev|build target|the C library'"'"'s headers
make|build|runs the Makefile
libcli-dev|build target|libcli, the engine of the shell
libtelnet-dev|build target|telnet'"'"'s protocol
libcrypt-dev|build target|crypt(3), which libcli links against
libssh-dev|build target|SSH for those who come over the network
libjansson-dev|build target|reads JSON in the client
libpcap-dev|build target|writes the simulator'"'"'s captures
libcap-dev|build target|gives up the simulator'"'"'s capabilities
libelf-dev|build target|reads the names of the simulator'"'"'s functions
python3-kconfiglib|build|reads Kconfig, writes autoconf.h
dpkg-dev|build|unpacks the sources of lwIP
debian-archive-keyring|build|the keys that the sources of lwIP are checked with
libcmocka-dev|test target|the framework of the unit and integration tests
check|test target|the framework of lwIP'"'"'s own unit tests
python3|test|runs the end-to-end tests
python3-textfsm|test|reads the tables by the templates
python3-pexpect|test|a terminal for the end-to-end tests
python3-pyte|test|a screen, as a person sees it
python3-paramiko|test|an SSH client with many channels
python3-netmiko|test|an automation client, for telnet and SSH
nmap|test|a port scanner, against the doors and the ports
hping3|test|a SYN flood from forged sources
inetutils-telnet|test|a person'"'"'s telnet client
tshark|test|reads captures: the judge of the counters
openssh-server|ssh|a real sshd in front of the client of the control socket
openssh-client|test|its other end
ansible|fleet|drives a fleet of switches over SSH
valgrind|bench|counts instructions
iproute2|test bench|ss, which lists the sockets of the kernel, and ip, for a network namespace of them
util-linux|test|unshare, nsenter and setpriv: a network namespace of the tests'"'"' own
iputils-ping|test|Linux asks the switch whether it answers
snmp|test|pollers: net-snmp asks the switch
prometheus-snmp-exporter|exporter|scrapes the switch for Prometheus
curl|test|Linux gets a page from the switch
iperf|test|Linux and the switch send each other all that they can
tcpdump|test|reads tags: the judge of the trunk
gcc-arm-none-eabi|bench|the compiler for a small device
libnewlib-arm-none-eabi|bench|the C library'"'"'s headers for it
gcc-s390x-linux-gnu|cross|the compiler for a big-endian machine
gcc-arm-linux-gnueabihf|cross|the compiler for a machine of 32 bits
qemu-user|cross|runs the programs of both
jq|test|reads JSON in the end-to-end tests
clang|clang lint|the second compiler
libclang-rt-dev|clang|its sanitizers, and libFuzzer
clang-format|lint|the format check
clang-tidy|lint|static analysis
cppcheck|lint|static analysis
gcovr|coverage|says which lines the tests reach
'

die() {
    printf 'packages.sh: %s\n' "$1" >&2
    exit 1
}

# The table's rows of the named groups, or all.
rows() {
    awk -F'|' -v wanted="$*" '
        BEGIN { n = split(wanted, list, " "); for (i = 1; i <= n; i++) want[list[i]] = 1 }
        NF == 3 {
            is = n == 0
            m = split($2, groups, " ")
            for (i = 1; i <= m; i++)
                is = is || groups[i] in want
            if (is)
                print
        }' <<<"$table"
}

# The rows of the named groups whose package is not installed.
missing() {
    local present
    # dpkg-query ends with 1 when any package is unknown, which is no error here.
    present=$(rows "$@" | cut -d'|' -f1 |
        xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null || true)
    rows "$@" | awk -F'|' -v present="$present" '
        BEGIN { n = split(present, line, "\n")
                for (i = 1; i <= n; i++) if (line[i] ~ /^installed /) have[substr(line[i], 11)] = 1 }
        !($1 in have)'
}

print_rows() {
    while IFS='|' read -r package _ what; do
        printf '    %-24s %s\n' "$package" "$what"
    done <<<"$1"
}

install() {
    local rows=$1 packages root=()
    mapfile -t packages < <(cut -d'|' -f1 <<<"$rows")
    printf 'netdiag needs Debian packages that are not installed:\n' >&2
    print_rows "$rows" >&2
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            printf 'There is no sudo here. Run this as root, then try again:\n' >&2
            printf '    apt-get update && apt-get install --no-install-recommends %s\n' \
                "${packages[*]}" >&2
            exit 1
        fi
        printf 'They are installed by apt-get, for which sudo may ask for your password.\n' >&2
        root=(sudo)
    fi
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive
        apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
    local get=("${apt[@]}" install -y --no-install-recommends "${packages[@]}")

    # The lists are only brought up to date where they are missing or too old to install from.
    if apt-cache show "${packages[@]}" >/dev/null 2>&1 && "${get[@]}" >/dev/null; then
        return
    fi
    "${apt[@]}" update >&2 && "${get[@]}" >/dev/null || die 'the packages could not be installed'
}

action=${1:-}
[ $# -eq 0 ] || shift
case $action in
list)
    print_rows "$(rows "$@")"
    exit
    ;;
names)
    rows "$@" | cut -d'|' -f1
    exit
    ;;
check | install) ;;
*) die 'usage: packages.sh check|install|list|names GROUP...' ;;
esac

if ! command -v dpkg-query >/dev/null; then
    printf 'packages.sh: no Debian, so nothing is checked. The equivalents of these are needed:\n' >&2
    print_rows "$(rows "$@")" >&2
    exit 0
fi

lacking=$(missing "$@")
[ -n "$lacking" ] || exit 0
if [ "$action" = install ]; then
    install "$lacking"
else
    printf 'netdiag needs Debian packages that are not installed:\n' >&2
    print_rows "$lacking" >&2
    printf '`make deps` installs them.\n' >&2
    exit 1
fi
