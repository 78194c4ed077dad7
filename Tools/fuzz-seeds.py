"""Writes whole inputs of one parser into a folder: seeds for Tools/fuzz.

    python3 Tools/fuzz-seeds.py PARSER REFERENCE-FOLDER OUT

The reference folder is laid out as `halfhour dcc check-vectors` takes it. Where it is absent, nothing is written.
"""

import base64
import json
import pathlib
import re
import sys

parser, root, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def write(name, data):
    (out / name).write_bytes(data)


def payloads():
    derived = root / "gbcs" / "derived.jsonl"
    messages = next(iter((root / "gbcs").glob("rtds-*.jsonl")), None)
    if not derived.exists() or messages is None:
        return
    bytes_of = {}
    for line in messages.open():
        row = json.loads(line)
        bytes_of[row["id"]] = bytes.fromhex(row["hex"])
    for line in derived.open():
        row = json.loads(line)
        place = row.get("payload")
        if place and row["id"] in bytes_of:
            start, length = place
            yield row["id"], bytes_of[row["id"]][start : start + length]


if parser == "gbcs":
    for file in (root / "gbcs").glob("rtds-*.jsonl"):
        for number, line in enumerate(file.open()):
            write(f"message-{number}", bytes.fromhex(json.loads(line)["hex"]))
elif parser in ("dlms", "asn1", "gas"):
    for number, (_, data) in enumerate(payloads()):
        kind = "dlms" if data[:1] in (b"\xd9", b"\xda", b"\x0f") else "gas" if data[:2] == b"\x01\x09" else "asn1"
        if kind == parser:
            write(f"payload-{number}", data)
elif parser == "duis":
    for number, file in enumerate(sorted(root.glob("duis/*/*.[xX][mM][lL]"))):
        write(f"document-{number}", file.read_bytes())
elif parser == "certificates":
    for number, file in enumerate(sorted(root.glob("certs/*.pem"))):
        body = re.sub(r"-----[^-]*-----", "", file.read_text())
        write(f"certificate-{number}", base64.b64decode("".join(body.split())))
