"""Reads the golden vectors of every binary dialect, with readers written from docs/protocol/ alone.

Run: python3 read_vectors.py VECTORS_FOLDER        (Python 3.9 or later, standard library only)
"""

import json
import math
import struct
import sys
from pathlib import Path

from graph_dialects import Q1Reader, read_q1_ack, read_sssp, read_v2, read_v4
from message_dialects import read_envelope, read_network, read_settings_message, read_settings_value
from wire import Refused


def single(read):
    return lambda messages: read(messages[0])


def read_q1(messages):
    reader = Q1Reader()
    return [reader.read(message) for message in messages]


DIALECTS = {
    "v2": single(read_v2),
    "sssp": single(read_sssp),
    "v4": read_v4,
    "q1": read_q1,
    "q1_ack": single(read_q1_ack),
    "envelope": single(read_envelope),
    "network": single(read_network),
    "settings_value": single(read_settings_value),
    "settings_message": single(read_settings_message),
}


def same(told, read):
    """Whether a value is the one a vector tells; its decimals stand for the nearest f32 or f64."""
    if isinstance(told, dict):
        return isinstance(read, dict) and told.keys() == read.keys() and all(same(told[key], read[key]) for key in told)
    if isinstance(told, list):
        return isinstance(read, list) and len(told) == len(read) and all(map(same, told, read))
    if not isinstance(read, float):
        return type(told) is type(read) and told == read
    number = float(told)
    if math.isnan(number):
        return math.isnan(read)
    sign = math.copysign(1, number) == math.copysign(1, read)
    return sign and (number == read or (abs(number) < 3.5e38 and struct.pack("<f", number) == struct.pack("<f", read)))


def complaint(read, vector):
    """What is wrong with one vector, or None."""
    texts = vector["hex"] if isinstance(vector["hex"], list) else [vector["hex"]]
    try:
        value = read([bytes.fromhex(text) for text in texts])
    except Refused as error:
        return None if vector.get("refused") else f"refused, {error}"
    if vector.get("refused"):
        return f"not refused: {value}"
    return None if same(vector["value"], value) else f"read as {value}"


def main(folder):
    wrong = 0
    for dialect, read in DIALECTS.items():
        vectors = json.loads((Path(folder) / f"{dialect}.json").read_text("utf-8"))
        complaints = [(vector["name"], complaint(read, vector)) for vector in vectors]
        for name, text in complaints:
            if text:
                print(f"{dialect}: {name}: {text}")
        failed = sum(1 for _, text in complaints if text)
        print(f"{dialect}: {len(vectors) - failed} of {len(vectors)} vectors read as told")
        wrong += failed
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python3 read_vectors.py VECTORS_FOLDER")
    sys.exit(main(sys.argv[1]))
