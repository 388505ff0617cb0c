# Says what Python makes of JSON texts: for each on standard input (4 bytes of
# length, then the text), on standard output a letter, 4 bytes of length, and
#   R  nothing: Python refuses it
#   P  words: Python takes it, and Rootmoot does not, on purpose, because of these
#   A  json.dumps(json.loads(text), indent=2, sort_keys=True)
import json
import math
import struct
import sys

found = set()


def pairs(members):
    if len({name for name, _ in members}) < len(members):
        found.add("duplicate")
    return dict(members)


def constant(name):
    found.add("syntax")  # NaN, Infinity
    return 0


def number(kind):
    def read(literal):
        if len(literal) > 4300:
            found.add("number")
        value = kind(literal)
        if kind is float and math.isinf(value):
            found.add("number")
        return value

    return read


def depth(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def answer(raw):
    found.clear()
    try:
        text = raw.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_constant=constant,
            parse_int=number(int),
            parse_float=number(float),
        )
        canonical = json.dumps(json.loads(text), indent=2, sort_keys=True).encode()
    except (ValueError, RecursionError):
        return b"R", b""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        found.add("syntax")  # half of a surrogate pair
    if raw.count(b"[") + raw.count(b"{") > 32 and depth(value) > 32:
        found.add("depth")
    if found:
        return b"P", " ".join(found).encode()
    return b"A", canonical


read, write = sys.stdin.buffer.read, sys.stdout.buffer.write
while head := read(4):
    letter, body = answer(read(struct.unpack(">I", head)[0]))
    write(letter + struct.pack(">I", len(body)) + body)
