"""Readers of the other binary dialects: docs/protocol/realtime.md, network.md and settings.md."""

import math

from wire import Reader, Refused, require

# Binary envelope (realtime.md)


def read_envelope(message):
    require(len(message) <= 65536, 0, "more than 65,536 bytes")
    body = Reader(message)
    kind, length = body.take("B"), body.take("I")
    require(1 <= kind <= 4, 0, "an unknown type")
    require(length == body.left(), 1, "a payload of another length")
    name = ("broadcast", "direct_message", "file_transfer", "stream_data")[kind - 1]
    return {"type": name, "payload": body.bytes(length).hex()}


# Typed frames (network.md)

NETWORK_TYPES = {0x01: "NODE_UPDATE", 0x02: "VOICE_FRAME", 0x03: "SSSP_UPDATE", 0x10: "SETTINGS_UPDATE",
                 0x11: "AGENT_STATUS", 0x12: "ERROR", 0x20: "PING", 0x21: "PONG", 0x22: "CLOSE"}


def read_network(message):
    body = Reader(message)
    kind, flags, reserved, length, timestamp = body.take("BBHId")
    require(kind in NETWORK_TYPES, 0, "an unknown type")
    require(flags < 8, 1, "an unknown flag")
    require(reserved == 0, 2, "reserved bytes that are not 0")
    require(length == body.left() and length <= 1048576, 4, "a payload of another length")
    require(0 <= timestamp < math.inf, 8, "a timestamp that is no time")
    require(kind < 0x20 or not flags & 1, 1, "a heartbeat that is packed")
    require(kind < 0x20 or length == 0, 4, "a heartbeat with a payload")
    return {"type": NETWORK_TYPES[kind], "gzip": bool(flags & 1),
            "priority": ("low", "medium", "high", "critical")[flags >> 1], "timestamp": timestamp,
            "payload": body.bytes(length).hex()}


# Settings (settings.md)

INTEGERS = {2: ("I32", "i"), 3: ("I64", "q")}
FLOATS = {4: ("F32", "f", "0000c07f"), 5: ("F64", "d", "000000000000f87f")}


def read_settings_value(message):
    require(len(message) <= 65536, 0, "more than 65,536 bytes")
    body = Reader(message)
    value = take_value(body)
    body.end()
    return value


def take_value(body, depth=0):
    at, tag = body.at, body.take("B")
    if tag == 0:
        return {"Null": None}
    if tag == 1:
        byte = body.take("B")
        require(byte < 2, at + 1, "a Bool that is neither 0 nor 1")
        return {"Bool": byte == 1}
    if tag in INTEGERS:
        name, layout = INTEGERS[tag]
        number = body.take(layout)
        return {name: str(number) if tag == 3 else number}
    if tag in FLOATS:
        return take_float(body, *FLOATS[tag])
    if tag == 6:
        return {"String": body.text(body.count(1))}
    if tag == 7:
        return {"Bytes": body.bytes(body.count(1)).hex()}
    require(tag in (8, 9), at, "an unknown tag")
    require(depth < 16, at, "more than 16 Arrays and Objects inside each other")
    if tag == 8:
        return {"Array": [take_value(body, depth + 1) for _ in range(body.count(1))]}
    return {"Object": take_entries(body, depth + 1)}


def take_float(body, name, layout, nan):
    at, number = body.at, body.take(layout)
    spelt = bytes(body.data[at:body.at])
    require(not math.isnan(number) or spelt.hex() == nan, at, "another NaN")
    require(number != 0 or not any(spelt), at, "a zero with a sign")
    return {name: number}


def take_entries(body, depth):
    entries, before = [], None
    for _ in range(body.count(2)):
        at = body.at
        key = body.text(body.take("B"))
        require(before is None or before < key.encode(), at, "keys that are out of order")
        before = key.encode()
        entries.append([key, take_value(body, depth)])
    return entries


def take_path(body):
    """A path as it came: whether it is one is asked where it is taken into a table."""
    return body.text(body.take("B"))


def take_change(body):
    at, is_set = body.at, body.take("B")
    require(is_set < 2, at, "a change that is neither 0 nor 1")
    if not is_set:
        return None
    start = body.at
    value = take_value(body)
    require(body.at - start <= 65536, start, "a value of more than 65,536 bytes")
    return value


def read_settings_message(message):
    require(len(message) <= 1048576, 0, "more than 1,048,576 bytes")
    body = Reader(message)
    kind = body.take("B")
    require(1 <= kind <= 4, 0, "an unknown kind")
    value = (take_paths, take_delta, take_full, lambda _: {"kind": "Request"})[kind - 1](body)
    body.end()
    return value


def take_paths(body):
    first, count = body.take("I"), body.count(2)
    return {"kind": "Paths", "firstId": first, "paths": [take_path(body) for _ in range(count)]}


def take_delta(body):
    version, base, target = body.take("I"), body.bytes(32).hex(), body.bytes(32).hex()
    changes, before = [], -1
    for _ in range(body.count(3)):
        at, path_id = body.at, body.take("H")
        require(before < path_id < version, at, "path ids that are out of order or not below the version")
        before = path_id
        changes.append([path_id, take_change(body)])
    return {"kind": "Delta", "version": version, "baseHash": base, "targetHash": target, "changes": changes}


def take_full(body):
    digest, entries = body.bytes(32).hex(), []
    for _ in range(body.count(3)):
        path = take_path(body)
        entries.append([path, take_change(body)])
    return {"kind": "Full", "hash": digest, "settings": entries}
