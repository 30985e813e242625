"""What SNMP says against what the commands say, value by value.

Each differences() takes what `json` said before and after the walk, and what was walked, and lists
what cannot be of that time: a counter outside the two readings, a row or a value that neither has.
Where nothing passed between the two readings, that is equality.
"""

import json

import snmp

COMMANDS = ("show tcp statistics json", "show tcp connections json", "show tcp listeners json",
            "show vlan ifindex json", "show interfaces counters json", "show snmp json")

# RFC 4022's, and they are not the order of lwIP's
STATES = {"closed": 1, "listen": 2, "synSent": 3, "synReceived": 4, "established": 5,
          "finWait1": 6, "finWait2": 7, "closeWait": 8, "lastAck": 9, "closing": 10,
          "timeWait": 11}

TCP_COUNTERS = {5: "activeOpens", 6: "passiveOpens", 7: "attemptFails", 8: "estabResets",
                10: "inSegs", 11: "outSegs", 12: "retransSegs", 14: "inErrs", 15: "outRsts",
                17: "inSegs", 18: "outSegs"}

# Columns of ifTable and ifXTable: (its kind, the keys of the JSON whose sum it is)
IF_COUNTERS = {10: ("Counter32", ["inOctets"]), 11: ("Counter32", ["inUcastPkts"]),
               13: ("Counter32", ["unknownVlans"]), 14: ("Counter32", ["runts", "giants"]),
               15: ("Counter32", ["stackedTags"]), 16: ("Counter32", ["outOctets"]),
               17: ("Counter32", ["outUcastPkts"]), 19: ("Counter32", ["outDiscards"])}
IF_X_COUNTERS = {2: ("Counter32", ["inMulticastPkts"]), 3: ("Counter32", ["inBroadcastPkts"]),
                 4: ("Counter32", ["outMulticastPkts"]), 5: ("Counter32", ["outBroadcastPkts"]),
                 6: ("Counter64", ["inOctets"]), 7: ("Counter64", ["inUcastPkts"]),
                 8: ("Counter64", ["inMulticastPkts"]), 9: ("Counter64", ["inBroadcastPkts"]),
                 10: ("Counter64", ["outOctets"]), 11: ("Counter64", ["outUcastPkts"]),
                 12: ("Counter64", ["outMulticastPkts"]), 13: ("Counter64", ["outBroadcastPkts"])}
STATUS = {"up": 1, "down": 2}
TYPE_PORT, TYPE_VLAN = 6, 136


class Look:
    """What `json` says at one moment."""

    def __init__(self, switch):
        text, decoder, answers = switch.run(*COMMANDS, check=0).stdout.decode().strip(), \
            json.JSONDecoder(), []
        while text:
            answer, end = decoder.raw_decode(text)
            answers.append(answer)
            text = text[end:].lstrip()
        self.statistics, connections, listeners, vlans, interfaces, self.snmp = answers
        self.connections = connections["connections"]
        self.listeners = listeners["listeners"]
        self.vlans = {row["vlan"]: row for row in vlans["vlans"]}
        self.interfaces = {row["ifIndex"]: row for row in interfaces["interfaces"]}
        assert connections["total"] == len(self.connections)
        assert interfaces["total"] == len(self.interfaces)
        self.uptime_ms = self.statistics["uptimeMs"]


def between(low, value, high, kind):
    """Whether a counter, which may have wrapped, is of the time from one reading to the other."""
    if kind == "Counter32":
        return (value - low) % 2 ** 32 <= high - low
    return low <= value <= high


# ---- TCP-MIB ----

def scalar_differences(before, walked, after):
    found = []
    for arc, name in TCP_COUNTERS.items():
        kind = "Counter64" if arc > 16 else "Counter32"
        value = walked.get("%s.%d.0" % (snmp.TCP, arc))
        low, high = before.statistics["rfc4022"][name], after.statistics["rfc4022"][name]
        if low is None and value is None:
            continue
        if value is None or value.kind != kind or not between(low, value.value, high, kind):
            found.append((name, low, value, high))
    limit = walked.get(snmp.TCP + ".4.0")
    if limit != ("INTEGER", before.statistics["pool"]["capacity"]):
        found.append(("tcpMaxConn", limit))
    return found


def established(look, walked):
    """tcpCurrEstab of both: a gauge, which is not between any two readings."""
    return look.statistics["rfc4022"]["currEstab"], walked[snmp.TCP + ".9.0"]


def key_of(row):
    """A connection of the JSON, as the table's index has it."""
    remote = row["remote"] or {"address": "*", "port": 0}
    return ((row["local"]["address"], row["local"]["port"]), (remote["address"], remote["port"]))


def plain(key):
    """Without the zone that text has and an index has elsewhere."""
    return tuple((address.partition("%")[0], port) for address, port in key)


def states_of(rows):
    """{connection: states}: of one that came again, both."""
    states = {}
    for row in rows:
        states.setdefault(plain(key_of(row)), set()).add(STATES[row["state"]])
    return states


def opens(look):
    return sum(look.statistics["rfc4022"][key] for key in ("activeOpens", "passiveOpens"))


def connection_differences(before, walked, after):
    """The copy that SNMP gives must be from between the two. A row that neither has must have come
    and gone since: there cannot be more of them than were opened."""
    found, strangers = [], []
    rows = snmp.columns(walked, snmp.TCP + ".19.1")
    table = {snmp.connection_of(index): row for index, row in rows.items()}
    first, last = states_of(before.connections), states_of(after.connections)
    for key, row in table.items():
        if set(row) != {7, 8} or row[7].kind != "INTEGER" or row[8] != ("Gauge32", 0):
            found.append(("columns", key, row))
        elif key not in first and key not in last:
            strangers.append(("nobody else has it", key, row))
        elif key in first and first[key] == last.get(key) and row[7].value not in first[key]:
            found.append(("state", key, row[7], first[key]))
    if len(strangers) > opens(after) - opens(before):
        found += strangers
    ids = {row["id"] for row in after.connections}
    stayed = [row for row in before.connections if row["id"] in ids]
    found += [("missing", row) for row in stayed if plain(key_of(row)) not in table]
    return found


def listener_differences(before, walked, after):
    rows = snmp.columns(walked, snmp.TCP + ".20.1")
    table = {snmp.listener_of(index): row for index, row in rows.items()}
    wanted = {(row["local"]["address"], row["local"]["port"])
              for look in (before, after) for row in look.listeners}
    found = [("listener", key) for key in wanted ^ set(table)]
    return found + [("columns", row) for row in table.values() if row != {4: ("Gauge32", 0)}]


# ---- IF-MIB ----

def counter_differences(before, columns, after, counters):
    found = []
    for column, (kind, keys) in counters.items():
        if any(before.get(key) is None for key in keys):
            continue
        low, high = (sum(row[key] for key in keys) for row in (before, after))
        value = columns.get(column)
        if value is None or value.kind != kind or not between(low, value.value, high, kind):
            found.append((before["ifIndex"], column, keys, low, value, high))
    return found


def name_differences(row, columns, x_columns):
    alias = (row["alias"] or "").encode()
    found = []
    if columns[1] != ("INTEGER", row["ifIndex"]):
        found.append(("ifIndex", row, columns[1]))
    if x_columns[1].value != row["name"].encode() or x_columns[18].value != alias:
        found.append(("ifName, ifAlias", row, x_columns[1], x_columns[18]))
    if not columns[2].value.startswith(row["name"].encode()):
        found.append(("ifDescr", row, columns[2]))
    return found


def interface_differences(before, walked, after):
    rows = snmp.columns(walked, snmp.IF_TABLE + ".1")
    x_rows = snmp.columns(walked, snmp.IF_X_TABLE + ".1")
    numbers = {str(number) for number in before.interfaces}
    found = []
    if set(rows) != numbers or set(x_rows) != numbers:
        found.append(("interfaces", set(rows) ^ numbers, set(x_rows) ^ numbers))
    for index in numbers & set(rows) & set(x_rows):
        first, last = before.interfaces[int(index)], after.interfaces[int(index)]
        found += name_differences(first, rows[index], x_rows[index])
        found += counter_differences(first, rows[index], last, IF_COUNTERS)
        found += counter_differences(first, x_rows[index], last, IF_X_COUNTERS)
    return found


def vlan_differences(before, walked, after):
    """VLAN interfaces as `show vlan ifindex` has them, and the VLANs' own names."""
    rows = snmp.columns(walked, snmp.IF_TABLE + ".1")
    x_rows = snmp.columns(walked, snmp.IF_X_TABLE + ".1")
    names = snmp.columns(walked, snmp.VLAN_STATIC + ".1")
    found = [("VLANs", set(names) ^ {str(vlan) for vlan in before.vlans})] if \
        set(names) != {str(vlan) for vlan in before.vlans} else []
    found += [("dot1qVlanStaticName", row, names.get(str(vlan)))
              for vlan, row in before.vlans.items()
              if names.get(str(vlan), {1: snmp.Value("", b"")})[1].value != row["name"].encode()]
    mine = {index for index, row in rows.items() if row[3].value == TYPE_VLAN}
    wanted = {str(row["ifIndex"]) for row in before.vlans.values() if row["macAddress"]}
    if mine != wanted:
        found.append(("VLAN interfaces", mine ^ wanted))
    for vlan, row in before.vlans.items():
        columns = rows.get(str(row["ifIndex"]))
        if columns is None or before.vlans[vlan] != after.vlans.get(vlan):
            continue
        wanted = {3: TYPE_VLAN, 4: row["mtu"], 6: bytes.fromhex(row["macAddress"].replace(":", "")),
                  7: STATUS[row["adminStatus"]], 8: STATUS[row["operStatus"]]}
        found += [("column", vlan, column, columns.get(column), value)
                  for column, value in wanted.items() if columns[column].value != value]
        if x_rows[str(row["ifIndex"])][1].value != b"Vlan%d" % vlan:
            found.append(("ifName", vlan, x_rows[str(row["ifIndex"])][1]))
    return found


# ---- all of it ----

SUBTREES = (snmp.TCP, snmp.INTERFACES, snmp.IF_X_TABLE, snmp.BRIDGE)


def all_differences(before, walked, after):
    return (scalar_differences(before, walked, after) +
            connection_differences(before, walked, after) +
            listener_differences(before, walked, after) +
            interface_differences(before, walked, after) +
            vlan_differences(before, walked, after))


def walked(agent, walk="bulkwalk"):
    values = {}
    for subtree in SUBTREES:
        values.update(getattr(agent, walk)(subtree))
    return values


def address_of(text):
    """"10.0.1.1" as an agent's target; IPv6 in net-snmp's way."""
    return "udp6:[%s]" % text if ":" in text else "udp:" + text
