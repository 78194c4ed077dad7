import Foundation

/// A stand-in for SHA-256 where only equality of content matters: FNV-1a, written out as 64 digits.
func testHash(_ bytes: [UInt8]) -> String {
  var words: [UInt64] = [0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15, 0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321]
  for byte in bytes {
    for index in words.indices { words[index] = (words[index] ^ UInt64(byte)) &* 0x100_0000_01b3 &+ UInt64(index) }
  }
  return words.map { String(format: "%016lx", $0) }.joined()
}
