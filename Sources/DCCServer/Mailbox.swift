/// Responses for a user who asks for them instead of having them posted: the last ones, numbered from 1.
struct Mailbox: Sendable {
  static let capacity = 5_000

  private var documents: [[UInt8]] = []
  /// The number of the first that is still there.
  private(set) var first = 1

  var next: Int { first + documents.count }

  mutating func append(_ document: [UInt8]) {
    documents.append(document)
    if documents.count >= Self.capacity * 2 {
      documents.removeFirst(Self.capacity)
      first += Self.capacity
    }
  }

  /// Up to so many from a number on.
  func documents(from number: Int, atMost limit: Int) -> [(number: Int, document: [UInt8])] {
    let start = max(number, first) - first
    guard start < documents.count else { return [] }
    return documents[start..<min(documents.count, start + limit)].enumerated().map {
      (number: first + start + $0.offset, document: $0.element)
    }
  }
}
