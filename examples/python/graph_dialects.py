"""Readers of the graph dialects: docs/protocol/v2.md, sssp.md, v4.md and q1.md."""

import json
import math
import struct
import zlib

from wire import Reader, Refused, records, require

# Graph V2 (v2.md)


def read_v2(message):
    nodes = []
    for record in records(message, 36):
        node_id, x, y, z, vx, vy, vz, mass, charge = record.take("I8f")
        nodes.append({"id": node_id, "position": [x, y, z], "velocity": [vx, vy, vz], "mass": mass, "charge": charge})
    return nodes


# Positions with shortest paths (sssp.md)


def read_sssp(message):
    require(len(message) <= 34 * 16384, 0, "more than 16,384 records")
    nodes = []
    for record in records(message, 34):
        at = record.at
        word, x, y, z, vx, vy, vz, distance, parent = record.take("H7fi")
        require(word >> 14 != 3, at, "a knowledge node that is an agent node")
        require(distance >= 0, at + 26, "a distance that is negative or NaN")
        require(-1 <= parent <= 16383, at + 30, "a parent outside -1 … 16,383")
        require(distance != math.inf or parent == -1, at + 30, "an unreachable node with a parent")
        require(distance in (0, math.inf) or parent != -1, at + 30, "a node on a path without a parent")
        nodes.append({"id": word & 0x3FFF, "kind": ("plain", "knowledge", "agent")[word >> 14], "position": [x, y, z],
                      "velocity": [vx, vy, vz], "distance": distance, "parent": parent})
    return nodes


# Graph V4 (v4.md)

V4_FLAGS = {1: 0x09, 2: 0x0F, 3: 0, 4: 0x30, 5: 0x80, 6: 0x09, 7: 0}
V4_LIMIT = 64 << 20


def read_v4(messages):
    """One message, cut into one or more fragments."""
    payload, first = b"", None
    for index, message in enumerate(messages):
        header = Reader(message)
        version, kind, flags, reserved = header.take("4B")
        require(version == 4, 0, "another version")
        require(kind in V4_FLAGS, 1, "an unknown type")
        require(flags & ~V4_FLAGS[kind] == 0, 2, "a flag that this type does not have")
        require(flags & 0x06 != 0x06, 2, "keyframe and delta at once")
        require(flags & 0x30 != 0x30, 2, "drag phase 3")
        require(reserved == 0, 3, "reserved is not 0")
        more = bool(flags & 0x08)
        require(more == (index < len(messages) - 1), 2, "fragments that do not end where they say")
        first = first or (kind, flags & ~0x08)
        require(first == (kind, flags & ~0x08), 2, "a fragment of another message")
        require(len(messages) == 1 or header.left() > 0, 4, "an empty fragment")
        payload += header.bytes(header.left())
    kind, flags = first
    return read_v4_payload(kind, flags, inflate(payload) if flags & 0x01 else payload)


def inflate(payload):
    stream = zlib.decompressobj(-15)
    try:
        plain = stream.decompress(payload, V4_LIMIT)
    except zlib.error as error:
        raise Refused(4, "not deflate-raw") from error
    require(stream.eof and not stream.unused_data, 4, "deflate-raw that is cut, too long, or followed by bytes")
    return plain


def read_v4_payload(kind, flags, payload):
    body = Reader(payload)
    if kind == 1:
        value = {"type": "FullGraph", "nodes": read_v4_nodes(body), "edges": read_v4_edges(body)}
    elif kind == 2:
        frame = "delta" if flags & 0x04 else "keyframe" if flags & 0x02 else "whole"
        value = {"type": "PositionUpdate", "frame": frame, "nodes": read_v4_nodes(body)}
    elif kind == 3:
        node_id = body.take("I")
        value = {"type": "NodeSelect", "id": None if node_id == 0xFFFFFFFF else node_id}
    elif kind == 4:
        phase = ("move", "start", "end")[flags >> 4 & 3]
        value = {"type": "NodeDrag", "phase": phase, "id": body.take("I"), "position": list(body.take("3f"))}
    elif kind == 5:
        value = {"type": "Heartbeat", "reply": bool(flags & 0x80), "time": body.take("d")}
    elif kind == 6:
        value = {"type": "FilterUpdate", "filter": read_filter(body.text(body.left()))}
    else:
        value = read_voice(body)
    body.end()
    return value


def read_v4_nodes(body):
    nodes = []
    for _ in range(body.count(28)):
        node_id, x, y, z, vx, vy, vz = body.take("I6f")
        nodes.append({"id": node_id, "position": [x, y, z], "velocity": [vx, vy, vz]})
    return nodes


def read_v4_edges(body):
    return [dict(zip(("source", "target", "weight"), body.take("IIf"))) for _ in range(body.count(12))]


def read_filter(text):
    require(len(text.encode()) <= 65536, 4, "a filter of more than 65,536 bytes")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Refused(4, "not JSON") from error
    require(isinstance(value, dict), 4, "a filter that is no object")

    def whole(low, high):
        return lambda it: type(it) is int and low <= it <= high

    def words(most):
        return lambda it: isinstance(it, str) and 1 <= len(it) <= most

    def several(most, rule):
        return lambda it: isinstance(it, list) and 1 <= len(it) <= most and all(map(rule, it))

    rules = {"types": several(64, words(128)), "maxDepth": whole(0, 255), "rootId": whole(0, 4294967294),
             "clusters": several(1024, whole(0, 4294967295)), "search": words(256), "maxNodes": whole(1, 1000000)}
    for name, field in value.items():
        require(name in rules and rules[name](field), 4, f"the filter's field {name}")
    return value


def read_voice(body):
    codec, channels, sequence, rate = body.take("BBHI")
    require(codec in (0, 1), 4, "an unknown codec")
    require(channels in (1, 2), 5, "neither 1 nor 2 channels")
    known = 8000 <= rate <= 192000 if codec == 0 else rate in (8000, 12000, 16000, 24000, 48000)
    require(known, 8, "another sample rate")
    audio = body.bytes(body.left())
    whole = codec == 1 or len(audio) % (2 * channels) == 0
    require(1 <= len(audio) <= 65536 and whole, 12, "audio of another length")
    return {"type": "VoiceData", "codec": ("pcm", "opus")[codec], "channels": channels, "sequence": sequence,
            "sampleRate": rate, "audio": audio.hex()}


# Q1 (q1.md)


def f32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


class Q1Reader:
    """Holds up to two frames, from which a delta starts."""

    def __init__(self):
        self.generation, self.frames, self.low, self.quantum = None, {}, None, None

    def read(self, message):
        """The positions of every node, or None where the reader has to ask for a keyframe."""
        body = Reader(message)
        version, kind, weight, reserved, generation, sequence, count = body.take("4B3I")
        require(version == 1, 0, "another version")
        require(kind in (1, 2), 1, "an unknown kind")
        require(kind == 2 or weight == 0, 2, "a keyframe with a weight")
        require(reserved == 0, 3, "reserved is not 0")
        if kind == 1:
            return self.read_keyframe(body, generation, sequence, count)
        return self.read_delta(body, weight, generation, sequence, count)

    def read_keyframe(self, body, generation, sequence, count):
        at = body.at
        low, quantum = body.take("3f"), body.take("f")
        require(all(map(math.isfinite, low)), at, "a corner that is not finite")
        require(0 < quantum < math.inf, at + 12, "a quantum that is not above 0")
        require(body.left() == 6 * count, 12, "a count that the length does not prove")
        self.generation, self.low, self.quantum = generation, low, quantum
        self.frames = {sequence: list(struct.unpack(f"<{3 * count}H", body.bytes(6 * count)))}
        return self.positions(sequence)

    def read_delta(self, body, weight, generation, sequence, count):
        base, early = body.take("2I")
        require(base != early or weight == 0, 2, "a weight without a motion")
        if generation != self.generation or base not in self.frames or early not in self.frames:
            return None
        b, a = self.frames[base], self.frames[early]
        require(len(b) == 3 * count, 12, "another count than that of the keyframe")
        misses = read_misses(body.bytes(body.left()), 3 * count)
        steps = [(now + (weight * (now - then) + 32 >> 6) + miss) & 0xFFFF for now, then, miss in zip(b, a, misses)]
        self.frames = {base: b, sequence: steps}
        return self.positions(sequence)

    def positions(self, sequence):
        steps = self.frames[sequence]
        return [[f32(self.low[axis] + steps[node + axis] * self.quantum) for axis in range(3)]
                for node in range(0, len(steps), 3)]


def read_q1_ack(message):
    require(len(message) == 8, min(len(message), 8), "not eight bytes")
    version, kind, flags, credit, sequence = Reader(message).take("4BI")
    require(version == 1, 0, "another version")
    require(kind == 3, 1, "another kind")
    require(flags < 2, 2, "an unknown flag")
    return {"sequence": sequence, "credit": credit, "needsKeyframe": flags == 1}


def read_misses(body, count):
    bits, at, misses = "".join(f"{byte:08b}" for byte in body), 0, []

    def take(size):
        nonlocal at
        require(at + size <= len(bits), 24 + len(body), "bits that end early")
        at += size
        return int(bits[at - size:at] or "0", 2)

    for block in range(0, count, 192):
        size, k = min(192, count - block), take(4)
        for _ in range(size):
            misses.append(take_miss(take, k) if k < 15 else 0)
    require(len(bits) - at < 8 and "1" not in bits[at:], 24 + at // 8, "something after the last code")
    return misses


def take_miss(take, k):
    zeros = 0
    while zeros < 8 and take(1) == 0:
        zeros += 1
    z = take(16) if zeros == 8 else zeros << k | take(k)
    return z // 2 if z % 2 == 0 else -(z + 1) // 2
