# Reads frames from standard input, one a line, and writes the file that they
# carry: docs/formats.md in another language, for TestPython.
import base64, hashlib, struct, sys, zlib

TAG = b"ROOTMOOT1:"
equations = {}  # by the lowest bit of their row
transfer = None


def row_of(ident, number, parts):
    if number < parts:
        return 1 << number
    row = b"".join(
        hashlib.sha256(b"rootmoot part\n" + ident + struct.pack(">II", number, block)).digest()
        for block in range((parts + 255) // 256)
    )
    row = int.from_bytes(row, "little") & ((1 << parts) - 1)
    return row or 1 << (number % parts)


for line in sys.stdin.buffer:
    text = line.strip().upper()
    assert text.startswith(TAG)
    text = text[len(TAG):]
    raw = base64.b32decode(text + b"=" * (-len(text) % 8))
    raw, check = raw[:-4], raw[-4:]
    assert zlib.crc32(TAG + raw) == int.from_bytes(check, "big")
    ident, packed, first = raw[:8], int.from_bytes(raw[8:11], "big"), int.from_bytes(raw[11:14], "big")
    assert transfer in (None, (ident, packed))
    transfer = (ident, packed)
    size = max(8, -(-packed // 4096))
    parts = -(-packed // size)
    for i in range(len(raw[14:]) // size):
        row = row_of(ident, (first + i) % (1 << 24), parts)
        data = int.from_bytes(raw[14 + i * size:][:size], "big")
        while row:
            low = row & -row
            if low not in equations:
                equations[low] = (row, data)
                break
            row, data = row ^ equations[low][0], data ^ equations[low][1]

out = {}
for i in reversed(range(parts)):
    row, data = equations[1 << i]
    for j in range(i + 1, parts):
        if row >> j & 1:
            data ^= out[j]
    out[i] = data
whole = b"".join(out[i].to_bytes(size, "big") for i in range(parts))
payload = zlib.decompress(whole[:packed], -15)
assert hashlib.sha256(payload).digest()[:8] == ident
sys.stdout.buffer.write(payload)
