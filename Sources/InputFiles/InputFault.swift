import Findings

/// Why a file from outside could not be read: a sentence, and what to do about it.
public struct InputFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong. Codes are those of the operating system.
  public enum Reason: Hashable, Sendable {
    case notThere
    case notAllowed
    case notRegular
    case readFailed(code: Int32)
    /// It was written to while it was read.
    case changed
    case gzipTruncated
    case gzipDamaged
    case gzipTrailingBytes
    case zipDamaged
    case zipEncrypted
    case zipUnknownMethod(Int)
    case zipTooManyMembers(Int)
    /// It grows to more than so many times its size.
    case expandsTooFar(ratio: Int)
    /// It grows beyond so many bytes.
    case tooLarge(bytes: Int64)
    case archiveFailed(code: Int32)
  }

  public let reason: Reason
  /// The file's name without folders.
  public let file: String
  /// The member of a zip file.
  public let member: String?

  public init(_ reason: Reason, file: String, member: String? = nil) {
    self.reason = reason
    self.file = file
    self.member = member
  }

  public var rule: RuleID {
    switch reason {
    case .notThere, .notAllowed, .notRegular: "INP-01"
    case .readFailed: "INP-02"
    case .changed: "INP-03"
    case .gzipTruncated, .gzipDamaged, .gzipTrailingBytes: "INP-04"
    case .zipDamaged, .zipEncrypted, .zipUnknownMethod, .zipTooManyMembers: "INP-05"
    case .expandsTooFar, .tooLarge: "INP-06"
    case .archiveFailed: "INP-07"
    }
  }

  /// What was found.
  public var message: String {
    switch reason {
    case .notThere: "There is no file of this name."
    case .notAllowed: "The file may not be opened by this user."
    case .notRegular: "This is no ordinary file but a folder, a device or a pipe."
    case .readFailed(let code): "The system could not read the file (error \(code))."
    case .changed: "The file changed while it was read."
    case .gzipTruncated: "The gzip file ends too early: its last part is missing."
    case .gzipDamaged: "The gzip file is damaged: its contents do not agree with its own checksum or structure."
    case .gzipTrailingBytes: "Bytes that are no gzip data follow the end of the gzip file."
    case .zipDamaged: "The zip file is damaged or cut off: it does not agree with its own directory or checksums."
    case .zipEncrypted: "The zip file is protected by a password."
    case .zipUnknownMethod(let method): "The zip file is packed by a method that is not read here (number \(method))."
    case .zipTooManyMembers(let limit): "The zip file has more than \(limit) members."
    case .expandsTooFar(let ratio): "The file grows to more than \(ratio) times its size when it is unpacked."
    case .tooLarge(let bytes): "The file grows beyond the limit of \(bytes) bytes when it is unpacked."
    case .archiveFailed(let code): "A copy of the file could not be put into the archive (error \(code))."
    }
  }

  /// What to do next.
  public var remedy: String {
    switch reason {
    case .notThere, .notAllowed: "Check the path and the permissions."
    case .notRegular: "Give the files themselves, one by one."
    case .readFailed: "Check the disk and try again."
    case .changed: "Wait until it is written completely and try again."
    case .gzipTruncated, .gzipDamaged, .zipDamaged: "Fetch the file again from its sender."
    case .gzipTrailingBytes: "Fetch the file again, or unpack it and give the contents."
    case .zipEncrypted: "Unpack it with its password and give the contents."
    case .zipUnknownMethod: "Unpack it with the program that made it and give the contents."
    case .zipTooManyMembers: "Split it into several files."
    case .expandsTooFar, .tooLarge: "Check where it comes from; if it is right, unpack it and split it."
    case .archiveFailed: "Check that the store's disk has room and may be written."
    }
  }

  /// The same as a finding beside those of readers.
  public var finding: Finding {
    Finding(rule, .error, at: SourcePosition(file: file, field: member.map { "member \($0)" }), message, remedy: remedy)
  }

  public var description: String { finding.description }

  /// Every rule of this module: what it says.
  public static let rules: [(id: RuleID, summary: String)] = [
    ("INP-01", "An input is an ordinary file that is there and may be read."),
    ("INP-02", "The system reads it without an error."),
    ("INP-03", "It does not change while it is read."),
    ("INP-04", "A gzip file (RFC 1952) is whole, agrees with its checksums and has nothing behind it."),
    ("INP-05", "A zip file is whole, agrees with its checksums, is not encrypted and uses a known method."),
    ("INP-06", "A packed file does not grow beyond 1,000 times its size nor beyond the limit set."),
    ("INP-07", "The original bytes are archived before their readings are acknowledged."),
  ]
}
