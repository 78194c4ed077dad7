import GBCS

/// Use cases of electricity meters that the simulated meter knows by their protection alone: each access is answered with
/// "object undefined", so that whoever asked learns it and need not wait.
///
/// Source: GBCS mapping table as seen on the reference messages (who sends, whether signed, whether the answer is dated).
enum UnsupportedUseCases {
  /// Code, senders (S supplier, N network operator, B broker), C critical, W writes (protected against replay), D dated.
  private static let table = """
    001A S CWD, 001B S CWD, 001C S CW, 001D S CW, 001E S CW, 001F S CWD, 0020 S CW, 0021 S W, 0022 S W, 0023 S W,
    0024 S W, 0025 S W, 0028 SN D, 0029 S D, 002A S D, 002B N D, 002C SN D, 002D S D, 002E S, 002F SB, 0030 SB,
    0034 SB, 0039 SN D, 003B S, 003C SN, 003D S, 003E S, 003F SNB, 0040 S, 0042 SN, 0043 S CWD, 0044 S W, 0045 N W,
    0046 S CW, 0047 S W, 004A N W, 004B S CW, 004C S W, 004D B W, 004E SNB, 0053 S CW, 0054 S CWD, 0055 S CW, 0058 B W,
    005A N W, 005E S, 005F S W, 0068 S CW, 0069 S, 00AC S W, 00AE N W, 00B0 N W, 00B3 S CW, 00B7 S CWD, 00B9 SNB,
    00BA SB, 00BB S, 00BC SN D, 00BD S, 00BE S, 00C1 S W, 00C6 SN, 00C7 S CWD, 00C9 S, 00D1 N W, 00D2 N W, 00D3 N W,
    00D4 N W, 00D7 S CW, 00D9 S, 00DB S CW, 00DE S CWD, 00EA S W, 00EB S W, 00EC S W, 00ED N W, 00EE S, 00EF N,
    00F9 SNB, 00FD SB, 011A S CWD, 011C B, 011D SB, 011E S CW
    """

  static let all: [UseCase] = table.split { ",\n".contains($0) }.compactMap { row in
    let words = row.split(separator: " ")
    guard words.count >= 2, let code = UInt16(words[0], radix: 16) else { return nil }
    let marks = words.count > 2 ? words[2] : ""
    let roles = words[1].compactMap { letter -> RemotePartyRole? in
      switch letter {
      case "S": .supplier
      case "N": .networkOperator
      case "B": .accessControlBroker
      default: nil
      }
    }
    return UseCase(
      code, critical: marks.contains("C"), replay: marks.contains("W"), Set(roles), dated: marks.contains("D"))
  }

  static let codes = Set(all.map(\.code))
}
