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
elif parser == "arrivals":
    def mpan(number):
        twelve = f"{10 + number % 14}{1_000 + number * 7_919:010d}"
        weights = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
        return twelve + str(sum(int(digit) * weight for digit, weight in zip(twelve, weights)) % 11 % 10)

    def message(number, date, periods):
        readings = ",".join(f'{{"settlementPeriod":{p + 1},"kwh":{p * 7 % 250 / 100},"quality":"{"AEC"[p % 3]}"}}'
                            for p in range(periods))
        return f'{{"mpan":"{mpan(number)}","settlementDate":"{date}","readings":[{readings}]}}'

    signature = "Ab0-" * 21 + "AA"
    for number, (date, periods) in enumerate([("2026-01-14", 48), ("2026-03-29", 46), ("2025-10-26", 50)]):
        one = mpan(number)
        lines = {
            1: message(number, date, periods),
            2: f'{{"sender":"S1","signature":"{signature}","message":{message(number, date, periods)}}}',
            3: "\n".join(f"{one},{date},{p + 1},{p * 7 % 250 / 1000},{'AEC'[p % 3]}" for p in range(periods)),
            4: "\n".join(f"{one},{date},{p + 1},{p * 7 % 250 / 1000}" for p in range(periods)),
            5: f"{one},{date}," + ",".join(str(p / 100) for p in range(48)),
            6: f"{one},{date}," + ",".join(str(p / 100) for p in range(50)),
            7: "ZHV|0000000001|D0036001|C|HALF|X|HALF|20260115080000||||OPER|\n"
               f"101|{one}|AI|HALF|\n102|{date.replace('-', '')}|\n"
               + "".join(f"103|{'AEC'[p % 3]}|{p * 7 % 250 / 1000}|\n" for p in range(periods))
               + "ZPT|0000000001|50||1|20260115080000|",
        }
        for layout, text in lines.items():
            write(f"lines-{layout}-{number}", f"{layout}{text}\n".encode())
            write(f"spaced-{layout}-{number}", f"{layout}{text}\r\n\n{text}".replace(":", ": ").encode())
