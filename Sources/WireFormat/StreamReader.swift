/// A parser that is fed a file in pieces of any size and says what it found as it goes.
///
/// The events are the same however the bytes are cut. Nothing in the bytes may stop the program, and memory stays
/// bounded whatever they are.
public protocol StreamReader<Event> {
  associatedtype Event: Sendable
  /// Takes the next bytes of the file.
  mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void)
  /// The file ended: what was begun is finished or reported.
  mutating func finish(_ emit: (Event) -> Void)
}
