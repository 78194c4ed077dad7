import CSimdJSON

/// Reads a whole JSON document (RFC 8259, UTF-8; a byte-order mark before it is skipped).
///
/// Strict: no comments, no trailing commas, no `NaN`. Memory is bounded by a small multiple of the document's size.
/// - Parameters:
///   - maximumDepth: how deep lists and objects may stand in each other; at most 512.
///   - maximumSize: bytes; a larger document is refused unread. At most 512 MiB.
/// - Throws: ``JSONFault`` for anything that is not one whole document.
public func parse(
  _ bytes: [UInt8], maximumDepth: Int = 64, maximumSize: Int = 512 << 20
) throws(JSONFault) -> JSONValue {
  guard bytes.count <= maximumSize else { throw JSONFault(.tooLarge) }
  var document: OpaquePointer?
  var offset: Int64 = -1
  let depth = UInt32(max(0, min(maximumDepth, 512)))
  let status = bytes.withUnsafeBufferPointer {
    csimdjson_parse($0.baseAddress, $0.count, depth, &document, &offset)
  }
  guard let document else { throw JSONFault(reason(status), offset: offset >= 0 ? Int(offset) : nil) }
  defer { csimdjson_release(document) }
  var count = 0
  let tokens = UnsafeBufferPointer(start: csimdjson_tokens(document, &count), count: count)
  var cursor = TokenCursor(tokens: tokens)
  return try cursor.value()
}

private func reason(_ status: csimdjson_status) -> JSONFault.Reason {
  switch status {
  case CSIMDJSON_EMPTY: .empty
  case CSIMDJSON_TOO_LARGE: .tooLarge
  case CSIMDJSON_TOO_DEEP: .tooDeep
  case CSIMDJSON_OUT_OF_MEMORY: .outOfMemory
  case CSIMDJSON_NOT_UTF8: .notUTF8
  case CSIMDJSON_OPEN_STRING: .openString
  case CSIMDJSON_BAD_STRING: .badString
  case CSIMDJSON_BAD_NUMBER: .badNumber
  case CSIMDJSON_BAD_LITERAL: .badLiteral
  case CSIMDJSON_INCOMPLETE: .incomplete
  case CSIMDJSON_TRAILING: .trailing
  default: .badStructure
  }
}

/// Walks the flat token list; its depth was bounded when the list was made.
private struct TokenCursor {
  let tokens: UnsafeBufferPointer<csimdjson_token>
  var next = 0

  mutating func value() throws(JSONFault) -> JSONValue {
    let token = try take()
    switch csimdjson_kind(token.kind) {
    case CSIMDJSON_NULL: return .null
    case CSIMDJSON_FALSE: return .bool(false)
    case CSIMDJSON_TRUE: return .bool(true)
    case CSIMDJSON_NUMBER: return .number(try text(token))
    case CSIMDJSON_STRING: return .string(try text(token))
    case CSIMDJSON_ARRAY:
      var elements: [JSONValue] = []
      elements.reserveCapacity(Int(token.length))
      for _ in 0..<token.length { elements.append(try value()) }
      return .array(elements)
    case CSIMDJSON_OBJECT:
      var members: [JSONMember] = []
      members.reserveCapacity(Int(token.length))
      for _ in 0..<token.length {
        let key = try text(take())
        members.append(JSONMember(key, try value()))
      }
      return .object(members)
    default: throw JSONFault(.badStructure)
    }
  }

  private mutating func take() throws(JSONFault) -> csimdjson_token {
    guard next < tokens.count else { throw JSONFault(.incomplete) }
    next += 1
    return tokens[next - 1]
  }

  /// Escapes can spell half a surrogate pair, which no text can hold: such a string is refused, not repaired.
  private func text(_ token: csimdjson_token) throws(JSONFault) -> String {
    let bytes = UnsafeBufferPointer(start: token.bytes, count: Int(token.length))
    guard let text = String(validating: bytes, as: UTF8.self) else { throw JSONFault(.badString) }
    return text
  }
}
