#!/usr/bin/env python3
"""Reads blocks of readings (docs/reading-blocks.md), independently of the program that wrote them.

  reading_blocks.py verify FILE...            checks every checksum, count and order
  reading_blocks.py show FILE ROW             prints a row's readings and their qualities
  reading_blocks.py sums DAY_FOLDER --run SF  adds a day up from its blocks and compares with the kept sums
                    [--day II]                the same from a day block and the corrections after it

Needs Python only. Where NumPy is installed, decoding of whole groups uses it (`cells`), else it goes bit by bit.
"""
import argparse
import os
import struct
import sys
import zlib

try:
    import numpy
except ImportError:  # everything works without, slowly
    numpy = None

RUNS = ["II", "SF", "R1", "R2", "R3", "RF", "DF"]
MISSING, ESTIMATED, CORRECTED = 3, 1, 2
SECTIONS = ["row numbers", "widths", "outliers", "quality runs", "wide rows", "planes"]


class Damage(Exception):
    """Bytes that are not what docs/reading-blocks.md says."""


def check(condition, text):
    if not condition:
        raise Damage(text)


class Group:
    """One row group; its sections as memory, its numbers as Python values."""

    def __init__(self, data, number):
        check(len(data) >= 64, f"group {number}: header cut short")
        check(zlib.crc32(data[:60]) == struct.unpack_from("<I", data, 60)[0], f"group {number}: header checksum")
        (self.first, self.rows, self.periods, outliers, runs, wide, planes, flags) = struct.unpack_from("<IHHIIIII", data)
        sums = struct.unpack_from("<6I", data, 28)
        self.date, = struct.unpack_from("<i", data, 52)
        self.explicit, self.withdrawn, self.bucketed = bool(flags & 1), bool(flags & 2), bool(flags & 4)
        check(1 <= self.rows <= 1024 and self.periods in (46, 48, 50) and flags in (0, 1, 3, 5, 7),
              f"group {number}: counts")
        lengths = [4 * self.rows * self.explicit + -(-2 * self.rows // 4) * 4 * self.bucketed, -(-self.rows // 4) * 4, 4 * outliers, 4 * runs,
                   4 * wide * (1 + self.periods), -(-(planes + 8) // 8) * 8]
        # The planes end where the group does, at a multiple of 8 from its start.
        at, parts = 64, []
        for place, length in enumerate(lengths):
            end = at + length if place < 5 else -(-(at + planes + 8) // 8) * 8
            part = data[at:end]
            check(len(part) == end - at and zlib.crc32(part) == sums[place],
                  f"group {number}: {SECTIONS[place]} checksum")
            parts.append(part)
            at = end
        check(at == len(data), f"group {number}: length")
        self.numbers = (list(struct.unpack_from(f"<{self.rows}I", parts[0])) if self.explicit
                        else range(self.first, self.first + self.rows))
        self.buckets = list(struct.unpack_from(f"<{self.rows}H", parts[0], 4 * self.rows)) if self.bucketed else None
        self.widths = list(parts[1][:self.rows])
        self.outliers = [(w & 1023, w >> 10 & 63, w >> 16) for w in struct.unpack(f"<{outliers}I", parts[2])]
        self.runs = [(w & 1023, w >> 10 & 63, (w >> 16 & 63) + 1, w >> 22)
                     for w in struct.unpack(f"<{runs}I", parts[3])]
        self.wide_rows = struct.unpack_from(f"<{wide}I", parts[4])
        self.wide_cells = struct.unpack_from(f"<{wide * self.periods}i", parts[4], 4 * wide)
        self.planes = parts[5]
        self.plane_bytes = -(-self.periods // 8)
        check(sum(self.widths) * self.plane_bytes == planes, f"group {number}: widths")
        for row, first, count, quality in self.runs:
            check(row < self.rows and first + count <= self.periods and 1 <= quality <= 3, f"group {number}: runs")
        for row, period, _ in self.outliers:
            check(row < self.rows and period < self.periods, f"group {number}: outliers")

    def _asides(self, cells):
        for row, period, high in self.outliers:
            cells[row][period] += high << self.widths[row]
        for place, row in enumerate(self.wide_rows):
            cells[row][:] = self.wide_cells[place * self.periods:(place + 1) * self.periods]
        return cells

    def plain_cells(self):
        """Rows of whole watt-hours, read bit by bit."""
        cells, at = [], 0
        for width in self.widths:
            row = [0] * self.periods
            for k in range(width):
                bits = int.from_bytes(self.planes[at:at + self.plane_bytes], "little")
                for period in range(self.periods):
                    row[period] |= (bits >> period & 1) << k
                at += self.plane_bytes
            cells.append(row)
        return self._asides(cells)

    def cells(self):
        """The same as an array of int32, rows by width together."""
        if numpy is None:
            return self.plain_cells()
        widths = numpy.array(self.widths)
        starts = numpy.concatenate(([0], numpy.cumsum(widths)[:-1])) * self.plane_bytes
        planes = numpy.frombuffer(self.planes, dtype=numpy.uint8)
        cells = numpy.zeros((self.rows, self.periods), dtype=numpy.int32)
        for width in numpy.unique(widths):
            if width == 0:
                continue
            rows = numpy.nonzero(widths == width)[0]
            places = starts[rows][:, None] + numpy.arange(width * self.plane_bytes)
            bits = numpy.unpackbits(planes[places].reshape(len(rows), width, self.plane_bytes), axis=2,
                                    bitorder="little")[:, :, :self.periods]
            values = numpy.zeros((len(rows), self.periods), dtype=numpy.int32)
            for k in range(width):
                values |= bits[:, k, :].astype(numpy.int32) << k
            cells[rows] = values
        return self._asides(cells)


class Block:
    """A block file: header, groups, directory."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            head = file.read(64)
            check(len(head) == 64 and head[:8] == b"HHBLOCK\n", "not a block of readings")
            check(zlib.crc32(head[:60]) == struct.unpack_from("<I", head, 60)[0], "file header checksum")
            (version, length, flags, self.date, self.periods, size, self.mpans, self.groups, self.directory, checksum,
             self.run, _) = struct.unpack_from("<HHIiIQIIQIII", head, 8)
            check(version == 1 and length == 64 and flags in (0, 1, 3), "version")
            check(size == os.path.getsize(path) == self.directory + 16 * self.groups, "length")
            self.is_correction, self.bucketed = bool(flags & 1), bool(flags & 2)
            self.checksum, = struct.unpack_from("<I", head, 60)
            file.seek(self.directory)
            entries = file.read()
            check(zlib.crc32(entries) == checksum, "directory checksum")
            self.entries = [struct.unpack_from("<QII", entries, 16 * n) for n in range(self.groups)]

    def each(self):
        """All groups, verified."""
        with open(self.path, "rb") as file:
            for number, (offset, checksum, _) in enumerate(self.entries):
                end = self.entries[number + 1][0] if number + 1 < self.groups else self.directory
                file.seek(offset)
                data = file.read(end - offset)
                group = Group(data, number)
                check(struct.unpack_from("<I", data, 60)[0] == checksum, f"group {number}: another than the directory's")
                check(group.date == self.date and group.explicit == self.is_correction and
                      group.bucketed == self.bucketed, f"group {number}: kind")
                yield group


class Chunk:
    """A chunk of a day block: up to 512 rows by bucket, planes across rows."""

    withdrawn = False

    def __init__(self, data, number, numbers):
        check(len(data) >= 64, f"chunk {number}: header cut short")
        check(zlib.crc32(data[:60]) == struct.unpack_from("<I", data, 60)[0], f"chunk {number}: header checksum")
        (first, self.rows, self.periods, segments, outliers, runs, wide, planes, _, asides_sum, planes_sum,
         self.date) = struct.unpack_from("<IHHIIIIIIIIi", data)
        check(first == 512 * number and 1 <= self.rows <= 512 and self.periods in (46, 48, 50), f"chunk {number}: counts")
        width_bytes = -(-self.periods // 4) * 4
        start = 64 + -(-(width_bytes + 4 * (segments + outliers + runs + 2 * wide)) // 64) * 64
        check(start + 64 * planes == len(data), f"chunk {number}: length")
        check(zlib.crc32(data[64:start]) == asides_sum, f"chunk {number}: asides checksum")
        check(zlib.crc32(data[start:]) == planes_sum, f"chunk {number}: planes checksum")
        self.widths = list(data[64:64 + self.periods])
        words = struct.unpack_from(f"<{segments + outliers + runs + wide}I", data, 64 + width_bytes)
        self.wide_values = struct.unpack_from(f"<{wide}i", data, 64 + width_bytes + 4 * len(words))
        self.buckets = []
        for word in words[:segments]:
            check(len(self.buckets) < word >> 16 <= self.rows and (not self.buckets or self.buckets[-1] < word & 65535),
                  f"chunk {number}: segments")
            self.buckets += [word & 65535] * ((word >> 16) - len(self.buckets))
        check(len(self.buckets) == self.rows and sum(self.widths) == planes, f"chunk {number}: segments or widths")
        self.outliers = [(w & 1023, w >> 10 & 63, w >> 16) for w in words[segments:segments + outliers]]
        self.runs = [(w & 1023, w >> 10 & 63, (w >> 16 & 63) + 1, w >> 22)
                     for w in words[segments + outliers:segments + outliers + runs]]
        self.wide = [(w & 1023, w >> 10) for w in words[segments + outliers + runs:]]
        self.planes, self.numbers = data[start:], numbers
        for row, first, count, quality in self.runs:
            check(row < self.rows and first + count <= self.periods and 1 <= quality <= 3, f"chunk {number}: runs")
        for row, period, *_ in self.outliers + self.wide:
            check(row < self.rows and period < self.periods, f"chunk {number}: outliers")

    def plain_cells(self):
        """Rows of whole watt-hours, read bit by bit."""
        cells, at = [[0] * self.periods for _ in range(self.rows)], 0
        for period, width in enumerate(self.widths):
            for k in range(width):
                bits = int.from_bytes(self.planes[at:at + 64], "little")
                for row in range(self.rows):
                    cells[row][period] |= (bits >> row & 1) << k
                at += 64
        for row, period, high in self.outliers:
            cells[row][period] += high << self.widths[period]
        for (row, period), value in zip(self.wide, self.wide_values):
            cells[row][period] = value
        return cells

    def cells(self):
        """The same as an array of int32."""
        if numpy is None:
            return self.plain_cells()
        bits = numpy.unpackbits(numpy.frombuffer(self.planes, dtype=numpy.uint8).reshape(-1, 64), axis=1,
                                bitorder="little")[:, :self.rows]
        cells, at = numpy.zeros((self.rows, self.periods), dtype=numpy.int32), 0
        for period, width in enumerate(self.widths):
            for k in range(width):
                cells[:, period] |= bits[at].astype(numpy.int32) << k
                at += 1
        for row, period, high in self.outliers:
            cells[row, period] += high << self.widths[period]
        for (row, period), value in zip(self.wide, self.wide_values):
            cells[row, period] = value
        return cells


class DayBlock:
    """A day block: header, chunks, row numbers, directory."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            head = file.read(64)
            check(len(head) == 64 and head[:8] == b"HHBLOCK\n", "not a block of readings")
            check(zlib.crc32(head[:60]) == struct.unpack_from("<I", head, 60)[0], "file header checksum")
            (version, length, flags, self.date, self.periods, size, self.mpans, self.groups, self.directory, checksum,
             self.run, sources) = struct.unpack_from("<HHIiIQIIQIII", head, 8)
            check(version == 3 and length == 64 and flags == 0 and self.groups == -(-self.mpans // 512), "version")
            check(size == os.path.getsize(path) == self.directory + 24 * self.groups + 4 * (1 + sources), "length")
            file.seek(self.directory)
            entries = file.read()
            check(zlib.crc32(entries) == checksum, "directory checksum")
            self.entries = [struct.unpack_from("<QIIHHI", entries, 24 * n) for n in range(self.groups)]
            self.standing, *self.sources = struct.unpack_from(f"<{1 + sources}I", entries, 24 * self.groups)
            self.bits = max(1, (self.mpans - 1).bit_length())
            full, rest = divmod(self.mpans, 512)
            self.numbers_at = self.directory - 64 * self.bits * full - -(-rest * self.bits // 64) * 8

    def each(self):
        """All chunks, verified, with the numbers of their rows."""
        with open(self.path, "rb") as file:
            for number, (offset, header_sum, rows_sum, first, last, _) in enumerate(self.entries):
                end = self.entries[number + 1][0] if number + 1 < self.groups else self.numbers_at
                rows = min(512, self.mpans - 512 * number)
                file.seek(self.numbers_at + 64 * self.bits * number)
                packed = file.read(-(-rows * self.bits // 64) * 8)
                check(zlib.crc32(packed) == rows_sum, f"chunk {number}: row numbers checksum")
                packed = int.from_bytes(packed, "little")
                numbers = [packed >> self.bits * row & (1 << self.bits) - 1 for row in range(rows)]
                check(packed >> self.bits * rows == 0 and max(numbers) < self.mpans, f"chunk {number}: row numbers")
                file.seek(offset)
                data = file.read(end - offset)
                chunk = Chunk(data, number, numbers)
                check(struct.unpack_from("<I", data, 60)[0] == header_sum, f"chunk {number}: another than the directory's")
                check(chunk.date == self.date and chunk.rows == rows and
                      (first, last) == (chunk.buckets[0], chunk.buckets[-1]), f"chunk {number}: kind")
                yield chunk


def block(path):
    """A block of either version."""
    with open(path, "rb") as file:
        return DayBlock(path) if file.read(9)[8:] == b"\3" else Block(path)


class Standing:
    """A day's standing data: buckets, loss factors, and the bucket of each row."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        check(data[:8] == b"HHSTAND\n" and zlib.crc32(data[:60]) == struct.unpack_from("<I", data, 60)[0],
              "standing data header")
        (_, _, _, self.date, self.periods, size, self.mpans, buckets, factors, *sums) = struct.unpack_from(
            "<HHIiIQIIIIII", data, 8)
        check(size == len(data), "standing data length")
        self.checksum, = struct.unpack_from("<I", data, 60)
        ends = [64, 64 + 16 * buckets, 64 + 16 * buckets + 4 * self.periods * factors, len(data)]
        for place in range(3):
            check(zlib.crc32(data[ends[place]:ends[place + 1]]) == sums[place], f"standing data section {place}")
        self.buckets = []
        for number in range(buckets):
            group, export, supplier, loss_class, row = struct.unpack_from("<2sBx4s4sI", data, 64 + 16 * number)
            text = [part.rstrip(b"\0").decode("ascii") for part in (group, supplier, loss_class)]
            self.buckets.append((*text, export, row))
        self.factors = struct.unpack_from(f"<{factors * self.periods}i", data, ends[1])
        self.index = memoryview(data)[ends[2]:ends[2] + 2 * self.mpans].cast("H")


class Sums:
    """What a run added up to; what is kept as changes is laid over the run that it changes."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        check(data[:8] == b"HHSUMS1\n" and zlib.crc32(data[:92]) == struct.unpack_from("<I", data, 92)[0],
              "sums header")
        (version, length, flags, self.date, self.periods, size, self.mpans, self.buckets, blocks, self.run, self.standing,
         base_sum, base_run, changed, asides, _, self.readings) = struct.unpack_from("<HHIiIQIIIIIIIIIIq", data, 8)
        check(version == 2 and length == 96 and size == len(data) and
              zlib.crc32(data[96:]) == struct.unpack_from("<I", data, 88)[0], "sums checksum")
        self.checksum, = struct.unpack_from("<I", data, 92)
        self.is_changes = flags == 1
        self.blocks = struct.unpack_from(f"<{blocks}I", data, 96)
        at, count = -(-(96 + 4 * blocks) // 8) * 8, self.buckets * self.periods
        names = [("metered", "q", 8), ("lossAdjusted", "q", 8), ("estimated", "q", 8), ("count", "i", 4),
                 ("estimatedCount", "i", 4)]
        self.columns = {}
        if not self.is_changes:
            for name, code, width in names:
                self.columns[name] = memoryview(data)[at:at + width * count].cast(code)
                at += width * count
            check(at == len(data), "sums length")
            return
        base = Sums(os.path.join(os.path.dirname(path), RUNS[base_run] + ".sums"))
        check(base.checksum == base_sum, "they change other sums than those that are there")
        lists = []
        for rows in changed, asides:
            lists.append(struct.unpack_from(f"<{rows}H", data, at))
            at += -(-2 * rows // 8) * 8
        for (name, code, width), rows in zip(names, [lists[0]] * 2 + [lists[1]] * 3):
            column = list(base.columns[name])
            numbers = memoryview(data)[at:at + width * len(rows) * self.periods].cast(code)
            for place, bucket in enumerate(rows):
                for period in range(self.periods):
                    column[bucket * self.periods + period] += numbers[place * self.periods + period]
            self.columns[name] = memoryview(struct.pack(f"<{count}{code}", *column)).cast(code)
            at += width * len(rows) * self.periods
        check(at == len(data), "sums length")


def day_sums(folder, run, day=None):
    """Adds a day up, one reading after another: from its blocks of rows, or from a day block and what came after it."""
    standing = Standing(os.path.join(folder, "standing"))
    periods, count = standing.periods, len(standing.buckets) * standing.periods
    columns = {name: [0] * count for name in ["metered", "lossAdjusted", "estimated", "count", "estimatedCount"]}
    paths = [os.path.join(folder, name + ".block") for name in RUNS[:RUNS.index(run) + 1]]
    if day:
        begin = DayBlock(os.path.join(folder, day + ".day"))
        check(begin.standing == standing.checksum, "the day block was made with other standing data")
        paths = [begin.path] + [path for path in paths if os.path.exists(path) and
                                Block(path).checksum not in begin.sources]
    for path in paths:
        if not os.path.exists(path):
            continue
        for group in block(path).each():
            sign = -1 if group.withdrawn else 1
            quality = {}
            for row, first, length, code in group.runs:
                for period in range(first, first + length):
                    quality[row, period] = code
            cells = group.cells()
            cells = cells if isinstance(cells, list) else cells.tolist()
            for place, row in enumerate(group.numbers):
                bucket = standing.index[row] if group.buckets is None else group.buckets[place]
                if bucket >= len(standing.buckets):
                    continue
                at = bucket * periods
                for period, value in enumerate(cells[place]):
                    code = quality.get((place, period))
                    if code == MISSING:
                        check(value == 0, f"row {row}: a missing cell is not 0")
                        continue
                    columns["metered"][at + period] += sign * value
                    columns["count"][at + period] += sign
                    if code == ESTIMATED:
                        columns["estimated"][at + period] += sign * value
                        columns["estimatedCount"][at + period] += sign
    for number, bucket in enumerate(standing.buckets):
        for period in range(periods):
            place = number * periods + period
            columns["lossAdjusted"][place] = columns["metered"][place] * standing.factors[bucket[4] * periods + period]
    return columns


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify")
    verify.add_argument("files", nargs="+")
    show = verbs.add_parser("show")
    show.add_argument("file")
    show.add_argument("row", type=int)
    sums = verbs.add_parser("sums")
    sums.add_argument("folder")
    sums.add_argument("--run", default="II", choices=RUNS)
    sums.add_argument("--day", choices=RUNS)
    options = parser.parse_args()
    try:
        if options.verb == "verify":
            for path in options.files:
                groups = rows = 0
                for group in block(path).each():
                    groups, rows = groups + 1, rows + group.rows
                print(f"{path}: sound, {groups} groups, {rows} rows")
        elif options.verb == "show":
            for group in block(options.file).each():
                if options.row in group.numbers:
                    place = list(group.numbers).index(options.row)
                    quality = {p: q for r, f, c, q in group.runs if r == place for p in range(f, f + c)}
                    for period, value in enumerate(group.plain_cells()[place]):
                        name = {None: "actual", 1: "estimated", 2: "corrected", 3: "missing"}[quality.get(period)]
                        print(f"{'withdrawn ' if group.withdrawn else ''}{period + 1} {value} Wh {name}")
        else:
            kept = Sums(os.path.join(options.folder, options.run + ".sums"))
            for name, column in day_sums(options.folder, options.run, options.day).items():
                check(column == kept.columns[name].tolist(), f"{name} differs from the kept sums")
            print(f"equal: {sum(kept.columns['count'])} readings, {sum(kept.columns['metered'])} Wh")
    except (Damage, OSError) as error:
        print(f"reading_blocks: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
