"""net-snmp's clients, and requests of BER for what they would not send: for tests.

    agent = snmp.Agent("udp:127.0.0.1:1161")
    agent.get(snmp.SYS_UP_TIME)      # {"1.3.6.1.2.1.1.3.0": Value("Timeticks", 1234)}
    agent.bulkwalk(snmp.IF_TABLE)

OIDs are texts of numbers. Strings are bytes.
"""

import collections
import os
import re
import shutil
import socket
import subprocess
import tempfile

TIMEOUT_S = 60
MIBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mibs")

SYSTEM = "1.3.6.1.2.1.1"
SYS_UP_TIME = SYSTEM + ".3.0"
SYS_NAME = SYSTEM + ".5.0"
INTERFACES = "1.3.6.1.2.1.2"
IF_TABLE = "1.3.6.1.2.1.2.2"
TCP = "1.3.6.1.2.1.6"
TCP_CONNECTION_STATE = TCP + ".19.1.7"
TCP_LISTENER_PROCESS = TCP + ".20.1.4"
SNMP = "1.3.6.1.2.1.11"
BRIDGE = "1.3.6.1.2.1.17"
VLAN_STATIC = BRIDGE + ".7.1.4.3"
IF_X_TABLE = "1.3.6.1.2.1.31.1.1"

STRING_KINDS = ("Hex-STRING", "STRING", "BITS")
EXCEPTIONS = {"No Such Object available on this agent at this OID": "noSuchObject",
              "No Such Instance currently exists at this OID": "noSuchInstance",
              "No more variables left in this MIB View (It is past the end of the MIB tree)":
              "endOfMibView"}

Value = collections.namedtuple("Value", "kind value")

# net-snmp keeps files of its own; here they are nobody's configuration, and gone afterwards.
_own = tempfile.TemporaryDirectory()
os.mkdir(os.path.join(_own.name, "cert_indexes"))


class NoAnswer(Exception):
    pass


class Refused(Exception):
    """An error of the agent's: its text begins with the name, "notWritable" for example."""


def missing():
    """Says which client is not installed; None: all are."""
    names = ("snmpget", "snmpgetnext", "snmpwalk", "snmpbulkwalk", "snmpbulkget", "snmptable",
             "snmpset")
    absent = [name for name in names if not shutil.which(name)]
    return "%s is not installed (.ci/packages.sh names its package)" % absent[0] if absent else None


def key(oid):
    """For the agent's order."""
    return tuple(map(int, oid.split(".")))


# ---- what the clients print ----

LINE = re.compile(r"\.([0-9.]+) = (?:(Wrong Type[^:]*): )?(?:([A-Za-z][A-Za-z0-9-]*): ?)?(.*)",
                  re.DOTALL)


def value_of(kind, text):
    if kind is None and text in EXCEPTIONS:
        return Value(EXCEPTIONS[text], None)
    if kind is None and text == '""':
        return Value("Hex-STRING", b"")
    if kind in STRING_KINDS:
        return Value("Hex-STRING", bytes.fromhex(text))
    if kind == "Timeticks":
        return Value(kind, int(re.match(r"\((\d+)\)", text).group(1)))
    if kind == "OID":
        return Value(kind, text.lstrip("."))
    if kind == "IpAddress":
        return Value(kind, text)
    assert kind in ("INTEGER", "Counter32", "Gauge32", "Counter64"), (kind, text)
    return Value(kind, int(text))


def parse(text):
    """[(OID, Value)] of what a client printed with OPTIONS, in its order."""
    rows = []
    for entry in re.split(r"\n(?=\.)", text.strip("\n")):
        if not entry:
            continue
        match = LINE.fullmatch(entry)
        assert match and not match.group(2), entry
        rows.append((match.group(1), value_of(match.group(3), match.group(4).strip())))
    return rows


class Agent:
    """Somebody's agent, by net-snmp. `more`: options of the clients."""

    # Numbers for names, hexadecimal for strings: nothing is left to a MIB or to what is printable
    OPTIONS = ("-On", "-Oe", "-OU", "-Ox")

    def __init__(self, where, community="public", version="2c", more=(), timeout_s=5, retries=2):
        self.where, self.community, self.version = where, community, version
        self.more, self.timeout_s, self.retries = more, timeout_s, retries

    def but(self, **changes):
        """The same with something else."""
        mine = {name: getattr(self, name) for name in
                ("where", "community", "version", "more", "timeout_s", "retries")}
        return Agent(**{**mine, **changes})

    def run(self, program, *words, mibs=""):
        environment = dict(os.environ, MIBS=mibs, MIBDIRS=MIBS, SNMPCONFPATH=_own.name,
                           SNMP_PERSISTENT_DIR=_own.name)
        done = subprocess.run(
            [program, *self.more, "-v", self.version, "-c", self.community,
             "-t", str(self.timeout_s), "-r", str(self.retries), *words],
            capture_output=True, text=True, timeout=TIMEOUT_S * 2, env=environment)
        said = done.stderr + done.stdout
        if "Timeout: No Response" in said or "Timeout" in done.stderr:
            raise NoAnswer(said)
        reason = re.search(r"Reason: \(?(\w+)", said)
        if reason:
            raise Refused(reason.group(1) + ": " + said)
        assert done.returncode == 0, (words, done)
        assert not done.stderr, (words, done.stderr)
        return done.stdout

    def rows(self, program, *words):
        return parse(self.run(program, *self.OPTIONS, *words))

    def once(self, rows):
        """As a dict: no OID twice."""
        values = dict(rows)
        assert len(values) == len(rows), [oid for oid, _ in rows]
        return values

    def get(self, *oids):
        return self.once(self.rows("snmpget", self.where, *oids))

    def value(self, oid):
        return self.get(oid)[oid].value

    def next(self, oid):
        """(OID, Value) of what comes after."""
        return self.rows("snmpgetnext", self.where, oid)[0]

    def bulk(self, oid, repetitions, non_repeaters=0):
        return self.rows("snmpbulkget", "-Cn%d" % non_repeaters, "-Cr%d" % repetitions, self.where,
                         oid)

    def walked(self, oid, rows):
        values = {name: value for name, value in rows
                  if value.kind not in EXCEPTIONS.values() and name.startswith(oid + ".")}
        order = [key(name) for name, value in rows if value.kind not in EXCEPTIONS.values()]
        assert order == sorted(set(order)), "the OIDs do not increase"
        return values

    def walk(self, oid):
        """One by one, and what net-snmp itself checks: that OIDs increase."""
        return self.walked(oid, self.rows("snmpwalk", self.where, oid))

    def bulkwalk(self, oid, repetitions=25):
        return self.walked(oid, self.rows("snmpbulkwalk", "-Cr%d" % repetitions, self.where, oid))

    def table(self, name):
        """snmptable's rows of a table of the MIBs beside this, as dicts, "index" among them."""
        text = self.run("snmptable", "-Oe", "-OU", "-OX", "-Ci", "-Cf", "|", self.where, name,
                        mibs="ALL")
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            return []  # "SNMP table: ..." or that there are no entries
        heads = lines[1].split("|")
        return [dict(zip(heads, line.split("|"))) for line in lines[2:]]

    def set(self, oid, kind, value):
        return self.rows("snmpset", self.where, oid, kind, value)


# ---- rows of a table ----

def columns(values, entry):
    """{index: {column: Value}} of what was walked of `entry`, "1.3.6.1.2.1.2.2.1" for example."""
    rows = collections.defaultdict(dict)
    for oid, value in values.items():
        if oid.startswith(entry + "."):
            column, _, index = oid[len(entry) + 1:].partition(".")
            rows[index][int(column)] = value
    return dict(rows)


def take_address(numbers):
    """The first address and port of an index (RFC 4001), and the rest of it."""
    kind, length = numbers[0], numbers[1]
    data, rest = bytes(numbers[2:2 + length]), numbers[2 + length:]
    assert len(data) == length, numbers
    text = {0: lambda: "*", 1: lambda: socket.inet_ntop(socket.AF_INET, data),
            2: lambda: socket.inet_ntop(socket.AF_INET6, data),
            4: lambda: socket.inet_ntop(socket.AF_INET6, data[:16])}[kind]()
    assert length == {0: 0, 1: 4, 2: 16, 4: 20}[kind], numbers
    return (text, rest[0]), rest[1:]


def connection_of(index):
    """((local address, port), (remote address, port)) of a row of tcpConnectionTable."""
    local, rest = take_address(list(key(index)))
    remote, rest = take_address(rest)
    assert not rest, index
    return local, remote


def listener_of(index):
    local, rest = take_address(list(key(index)))
    assert not rest, index
    return local


# ---- BER ----

INTEGER, OCTETS, NULL, OBJECT_ID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, COUNTER32, GAUGE32, TIME_TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
GET, GET_NEXT, RESPONSE, SET, GET_BULK = 0xa0, 0xa1, 0xa2, 0xa3, 0xa5


def tlv(tag, content):
    length = len(content)
    if length < 128:
        head = bytes([length])
    else:
        size = (length.bit_length() + 7) // 8
        head = bytes([0x80 | size]) + length.to_bytes(size, "big")
    return bytes([tag]) + head + content


def number(value, tag=INTEGER):
    return tlv(tag, value.to_bytes((value.bit_length() + 8) // 8, "big", signed=True))


def object_id(oid):
    first, second, *rest = key(oid)
    content = b""
    for arc in (first * 40 + second, *rest):
        piece = bytes([arc & 0x7f])
        while arc > 0x7f:
            arc >>= 7
            piece = bytes([0x80 | arc & 0x7f]) + piece
        content += piece
    return tlv(OBJECT_ID, content)


def oid_of(content):
    """The text of what object_id() made."""
    arcs, arc = [], 0
    for byte in content:
        arc = arc << 7 | byte & 0x7f
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - first * 40, *arcs[1:])))


def request(kind, *oids, community=b"public", version=1, number_of_it=1, second=0, third=0,
            value=tlv(NULL, b"")):
    """A message. `second` and `third`: of a GETBULK non-repeaters and max-repetitions."""
    bindings = b"".join(tlv(SEQUENCE, object_id(oid) + value) for oid in oids)
    pdu = number(number_of_it) + number(second) + number(third) + tlv(SEQUENCE, bindings)
    return tlv(SEQUENCE, number(version) + tlv(OCTETS, community) + tlv(kind, pdu))


def take(data):
    """The first element's tag and content, and the rest."""
    tag, length, at = data[0], data[1], 2
    if length & 0x80:
        size = length & 0x7f
        length, at = int.from_bytes(data[2:2 + size], "big"), 2 + size
    assert at + length <= len(data), data.hex()
    return tag, data[at:at + length], data[at + length:]


def elements(data):
    found = []
    while data:
        tag, content, data = take(data)
        found.append((tag, content))
    return found


Answer = collections.namedtuple("Answer", "kind number status index bindings")


def answer(data):
    """What an agent's message says; `bindings`: (OID's content, tag, content)."""
    (tag, message), = elements(data)
    assert tag == SEQUENCE, data.hex()
    _, _, (kind, pdu) = elements(message)
    numbers, bindings = elements(pdu)[:3], elements(pdu)[3][1]
    values = [int.from_bytes(content, "big", signed=True) for _, content in numbers]
    pairs = [elements(content) for _, content in elements(bindings)]
    return Answer(kind, *values, [(name[1], *value) for name, value in pairs])
