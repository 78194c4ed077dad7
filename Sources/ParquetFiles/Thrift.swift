/// A value of Thrift's compact protocol, as far as Parquet's metadata use it. Cost: each takes a byte of its text at least.
indirect enum ThriftValue {
  case boolean(Bool)
  case integer(Int64)
  case double
  case binary(ArraySlice<UInt8>)
  case list([ThriftValue])
  case structure([Int: ThriftValue])

  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  var list: [ThriftValue]? { if case .list(let values) = self { values } else { nil } }
  var text: String? { if case .binary(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
  subscript(field: Int) -> ThriftValue? { if case .structure(let fields) = self { fields[field] } else { nil } }
}

/// Reads Thrift's compact protocol.
struct ThriftReader {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  private static let deepest = 24

  private func fault(_ reason: String) -> ParquetFault { ParquetFault("metadata", reason) }

  private mutating func byte() throws(ParquetFault) -> UInt8 {
    guard position < bytes.endIndex else { throw fault("they end too early") }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func varint() throws(ParquetFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let next = try byte()
      if shift < 64 { value |= UInt64(next & 0x7F) << shift }
      if next & 0x80 == 0 { return value }
    }
    throw fault("a number in them is too long")
  }

  private mutating func zigzag() throws(ParquetFault) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func structure(depth: Int = 0) throws(ParquetFault) -> ThriftValue {
    guard depth < Self.deepest else { throw fault("they are nested too deep") }
    var fields: [Int: ThriftValue] = [:]
    var id = 0
    while true {
      let head = try byte()
      if head == 0 { return .structure(fields) }
      let step = Int(head >> 4)
      id = step == 0 ? Int(truncatingIfNeeded: try zigzag()) : id &+ step
      switch head & 15 {
      case 1: fields[id] = .boolean(true)
      case 2: fields[id] = .boolean(false)
      default: fields[id] = try value(head & 15, depth: depth + 1)
      }
    }
  }

  private mutating func value(_ type: UInt8, depth: Int) throws(ParquetFault) -> ThriftValue {
    switch type {
    case 1, 2: return .boolean(try byte() == 1)
    case 3: return .integer(Int64(Int8(bitPattern: try byte())))
    case 4, 5, 6: return .integer(try zigzag())
    case 7:
      for _ in 0..<8 { _ = try byte() }
      return .double
    case 8:
      let length = try varint()
      guard length <= UInt64(bytes.endIndex - position) else { throw fault("a text in them ends too late") }
      defer { position += Int(length) }
      return .binary(bytes[position..<position + Int(length)])
    case 9, 10: return try list(depth: depth)
    case 12: return try structure(depth: depth)
    default: throw fault("they hold a type that is unknown")
    }
  }

  private mutating func list(depth: Int) throws(ParquetFault) -> ThriftValue {
    guard depth < Self.deepest else { throw fault("they are nested too deep") }
    let head = try byte()
    let count = head >> 4 == 15 ? try varint() : UInt64(head >> 4)
    guard count <= UInt64(bytes.endIndex - position) else { throw fault("a list in them is longer than they are") }
    var values: [ThriftValue] = []
    values.reserveCapacity(Int(count))
    for _ in 0..<count { values.append(try value(head & 15, depth: depth + 1)) }
    return .list(values)
  }
}

/// Writes Thrift's compact protocol: fields in rising order.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var last = [0]

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  private mutating func field(_ id: Int, _ type: UInt8) {
    let step = id - last[last.count - 1]
    bytes.append(UInt8(step) << 4 | type)
    last[last.count - 1] = id
  }

  mutating func integer(_ id: Int, _ value: Int, wide: Bool = false) {
    field(id, wide ? 6 : 5)
    zigzag(Int64(value))
  }

  mutating func boolean(_ id: Int, _ value: Bool) { field(id, value ? 1 : 2) }

  private mutating func text(_ text: String) {
    varint(UInt64(text.utf8.count))
    bytes += Array(text.utf8)
  }

  mutating func text(_ id: Int, _ value: String) {
    field(id, 8)
    text(value)
  }

  private mutating func listHead(_ count: Int, _ type: UInt8) {
    if count < 15 {
      bytes.append(UInt8(count) << 4 | type)
    } else {
      bytes.append(0xF0 | type)
      varint(UInt64(count))
    }
  }

  mutating func integers(_ id: Int, _ values: [Int]) {
    field(id, 9)
    listHead(values.count, 5)
    for value in values { zigzag(Int64(value)) }
  }

  mutating func texts(_ id: Int, _ values: [String]) {
    field(id, 9)
    listHead(values.count, 8)
    for value in values { text(value) }
  }

  mutating func structure(_ id: Int, _ body: (inout ThriftWriter) -> Void) {
    field(id, 12)
    nested(body)
  }

  mutating func structures<Item>(_ id: Int, _ items: [Item], _ body: (inout ThriftWriter, Item) -> Void) {
    field(id, 9)
    listHead(items.count, 12)
    for item in items { nested { body(&$0, item) } }
  }

  private mutating func nested(_ body: (inout ThriftWriter) -> Void) {
    last.append(0)
    body(&self)
    bytes.append(0)
    last.removeLast()
  }

  /// Ends the outermost structure.
  mutating func finish() -> [UInt8] {
    bytes.append(0)
    return bytes
  }
}
