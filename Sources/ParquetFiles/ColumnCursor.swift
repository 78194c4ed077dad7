/// Reads a column of a row group, page after page: no more than one page is held.
struct ColumnCursor {
  let stored: StoredColumn
  private let packing: any ParquetPacking
  private let codec: ParquetCodec
  private let source: ParquetReader.Source
  private var position: Int
  private let end: Int
  private var valuesLeft: Int
  private var dictionary: ParquetValues?
  private var page = ParquetValues()
  private var taken = 0

  /// The longest page that is read, in bytes, packed or not.
  static let longestPage = 64 << 20

  /// - Parameter chunk: the column's metadata in its row group.
  init(
    _ chunk: ThriftValue, _ stored: StoredColumn, rows: Int, fileSize: Int, packing: any ParquetPacking,
    source: @escaping ParquetReader.Source
  ) throws(ParquetFault) {
    self.stored = stored
    self.packing = packing
    self.source = source
    func fault(_ reason: String) -> ParquetFault { ParquetFault("column \(stored.column.name.prefix(40))", reason) }
    guard let meta = chunk[3], let codec = meta[4]?.integer.flatMap({ ParquetCodec(rawValue: Int(clamping: $0)) })
    else {
      throw fault("it is packed in a way that is not read here")
    }
    guard let data = meta[9]?.integer, let size = meta[7]?.integer, let values = meta[5]?.integer else {
      throw fault("its place in the file is missing")
    }
    let start = min(data, meta[11]?.integer.flatMap { $0 > 0 ? $0 : nil } ?? data)
    guard start >= 4, size >= 0, start <= Int64(fileSize), size <= Int64(fileSize) - start, values == Int64(rows) else {
      throw fault("its place or length is wrong")
    }
    self.codec = codec
    position = Int(start)
    end = Int(start + size)
    valuesLeft = rows
  }

  private func fault(_ reason: String) -> ParquetFault {
    ParquetFault("page of column \(stored.column.name.prefix(40))", reason)
  }

  /// The next rows, `count` of them. - Throws: where the column has no more.
  mutating func next(_ count: Int) throws(ParquetFault) -> ParquetValues {
    var out = ParquetValues()
    let isText = stored.column.kind == .text
    while out.count < count {
      while taken == page.count { try readPage() }
      let range = taken..<min(page.count, taken + count - out.count)
      if !page.isMissing.isEmpty || !out.isMissing.isEmpty {
        while out.isMissing.count < out.count { out.isMissing.append(false) }
        out.isMissing +=
          page.isMissing.isEmpty ? Array(repeating: false, count: range.count) : Array(page.isMissing[range])
      }
      if isText { out.texts += page.texts[range] } else { out.integers += page.integers[range] }
      taken = range.upperBound
    }
    return out
  }

  private mutating func readPage() throws(ParquetFault) {
    guard position < end, valuesLeft > 0 else { throw fault("the column has fewer values than rows") }
    // A header is small; how long it is is known once it is read.
    let window = try source(position..<min(end, position + 4_096))
    var reader = ThriftReader(window[...])
    let header = try reader.structure()
    guard let type = header[1]?.integer, let packed = header[3]?.integer, let size = header[2]?.integer,
      (0...Int64(Self.longestPage)).contains(packed), (0...Int64(Self.longestPage)).contains(size)
    else { throw fault("its header is wrong") }
    let start = position + reader.position
    guard Int(packed) <= end - start else { throw fault("it is longer than its column") }
    position = start + Int(packed)
    let bytes = try source(start..<position)
    switch type {
    case 0: try dataPage(header, bytes, Int(size))
    case 2: try dictionaryPage(header, bytes, Int(size))
    case 3: try dataPage2(header, bytes, Int(size))
    default: return  // an index says nothing about values
    }
  }

  private mutating func dictionaryPage(_ header: ThriftValue, _ bytes: [UInt8], _ size: Int) throws(ParquetFault) {
    guard dictionary == nil, let head = header[7], let count = head[1]?.integer, let encoding = head[2]?.integer,
      encoding == 0 || encoding == 2, (0...Int64(size) + 1).contains(count)
    else { throw fault("its dictionary is wrong") }
    let plain = try packing.unpack(bytes[...], codec, size: size)
    dictionary = try self.plain(plain[...], Int(count))
  }

  private mutating func dataPage(_ header: ThriftValue, _ bytes: [UInt8], _ size: Int) throws(ParquetFault) {
    guard let head = header[5], let count = head[1]?.integer, let encoding = head[2]?.integer,
      (0...Int64(valuesLeft)).contains(count)
    else { throw fault("its header is wrong") }
    let plain = try packing.unpack(bytes[...], codec, size: size)
    var rest = plain[...]
    var levels: [Bool] = []
    if stored.column.isOptional {
      guard head[3]?.integer == 3, let length = Self.length(rest), length <= rest.count - 4 else {
        throw fault("its levels are wrong")
      }
      levels = try missing(rest.dropFirst(4).prefix(length), Int(count))
      rest = rest.dropFirst(4 + length)
    }
    try take(rest, Int(count), levels, encoding)
  }

  private mutating func dataPage2(_ header: ThriftValue, _ bytes: [UInt8], _ size: Int) throws(ParquetFault) {
    guard let head = header[8], let count = head[1]?.integer, let encoding = head[4]?.integer,
      let levelLength = head[5]?.integer, head[6]?.integer == 0, (0...Int64(valuesLeft)).contains(count),
      (0...Int64(min(bytes.count, size))).contains(levelLength)
    else { throw fault("its header is wrong") }
    let levels = stored.column.isOptional ? try missing(bytes.prefix(Int(levelLength)), Int(count)) : []
    let body = bytes.dropFirst(Int(levelLength))
    let isPacked = head[7]?.boolean ?? true
    let plain = isPacked ? try packing.unpack(body, codec, size: size - Int(levelLength)) : Array(body)
    try take(plain[...], Int(count), levels, encoding)
  }

  private static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0..<4).reduce(0) { $0 | Int(bytes[bytes.startIndex + $1]) << (8 * $1) }
  }

  /// Which of the rows have no value; empty when all have one.
  private func missing(_ bytes: ArraySlice<UInt8>, _ count: Int) throws(ParquetFault) -> [Bool] {
    var runs = HybridRuns(bytes, width: 1)
    var out: [Bool] = []
    while out.count < count {
      let run = try runs.sameRun(atMost: count - out.count)
      out += Array(repeating: run.value == 0, count: run.count)
    }
    return out.contains(true) ? out : []
  }

  /// Makes a page of its values, put where its levels say that there is one.
  private mutating func take(_ bytes: ArraySlice<UInt8>, _ count: Int, _ missing: [Bool], _ encoding: Int64)
    throws(ParquetFault)
  {
    let there = missing.isEmpty ? count : missing.count { !$0 }
    let values: ParquetValues
    switch encoding {
    case 0: values = try plain(bytes, there)
    case 2, 8: values = try fromDictionary(bytes, there)
    case 5 where stored.physical == .int32 || stored.physical == .int64:
      var numbers = DeltaNumbers(bytes)
      values = ParquetValues(integers: try numbers.numbers(most: there))
    default: throw fault("its encoding is not read here")
    }
    guard values.count == there else { throw fault("it has another number of values than its header says") }
    page = missing.isEmpty ? values : Self.spread(values, missing)
    taken = 0
    valuesLeft -= count
  }

  private static func spread(_ values: ParquetValues, _ missing: [Bool]) -> ParquetValues {
    var out = ParquetValues()
    out.isMissing = missing
    var next = 0
    for isMissing in missing {
      if values.texts.isEmpty {
        out.integers.append(isMissing ? 0 : values.integers[next])
        if !isMissing { next += 1 }
      } else {
        out.texts.append(isMissing ? [] : values.texts[next])
        if !isMissing { next += 1 }
      }
    }
    // A page in which every text is missing has texts all the same.
    if values.count == 0 { out.texts = Array(repeating: [], count: missing.count) }
    return out
  }

  private func fromDictionary(_ bytes: ArraySlice<UInt8>, _ count: Int) throws(ParquetFault) -> ParquetValues {
    if count == 0 { return ParquetValues() }
    guard let dictionary, let width = bytes.first, width <= 32 else { throw fault("its dictionary is missing") }
    var runs = HybridRuns(bytes.dropFirst(), width: Int(width))
    var out = ParquetValues()
    let entries = dictionary.count
    for _ in 0..<count {
      let place = Int(try runs.next())
      guard place < entries else { throw fault("it names an entry that its dictionary lacks") }
      if dictionary.texts.isEmpty {
        out.integers.append(dictionary.integers[place])
      } else {
        out.texts.append(dictionary.texts[place])
      }
    }
    return out
  }

  private func plain(_ bytes: ArraySlice<UInt8>, _ count: Int) throws(ParquetFault) -> ParquetValues {
    func fixed(_ width: Int) throws(ParquetFault) {
      guard bytes.count == count * width else { throw fault("its length does not fit its values") }
    }
    var out = ParquetValues()
    switch stored.physical {
    case .int32:
      try fixed(4)
      bytes.withUnsafeBytes { raw in
        out.integers = (0..<count).map {
          Int64(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)))
        }
      }
    case .int64:
      try fixed(8)
      bytes.withUnsafeBytes { raw in
        out.integers = (0..<count).map {
          Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self))
        }
      }
    case .fixed(let width):
      try fixed(width)
      for place in 0..<count { out.integers.append(try decimal(bytes.dropFirst(place * width).prefix(width))) }
    case .bytes:
      var rest = bytes
      for _ in 0..<count {
        guard let length = Self.length(rest), length <= rest.count - 4 else { throw fault("a text in it is cut off") }
        out.texts.append(Array(rest.dropFirst(4).prefix(length)))
        rest = rest.dropFirst(4 + length)
      }
      guard rest.isEmpty else { throw fault("its length does not fit its values") }
    }
    return out
  }

  /// Big-endian, two's complement.
  private func decimal(_ bytes: ArraySlice<UInt8>) throws(ParquetFault) -> Int64 {
    var value: Int128 = bytes.first.map { $0 >= 128 ? -1 : 0 } ?? 0
    for byte in bytes { value = value << 8 | Int128(byte) }
    guard let fits = Int64(exactly: value) else { throw fault("a decimal in it is too large") }
    return fits
  }
}
