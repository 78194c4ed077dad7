public import GBCS
import MessageSecurity
public import SmartMeters

/// The side of a party that asks meters: it makes sure that an answer is from the meter, opens it, and reads it.
public struct MeterReader {
  /// Why an answer is not taken.
  public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    case message(MessageFault)
    case notAResponse
    case notARead
    /// The MAC is made neither with the broker's nor with the reader's key.
    case wrongMAC
    case unreadable
    /// The content is for somebody else, or was changed.
    case sealed
    case refused(code: UInt8)

    public var description: String {
      switch self {
      case .message(let fault): fault.description
      case .notAResponse: "The message is no response."
      case .notARead: "The message answers no read of energy."
      case .wrongMAC: "The MAC is wrong."
      case .unreadable: "The payload is not that of an answer to a read."
      case .sealed: "The encrypted content cannot be opened with the reader's key."
      case .refused(let code): "The meter refused the read with code \(code)."
      }
    }
  }

  /// Where messages to the broker are judged: by the DSP that runs it.
  public let broker: EUI64
  public let security: SimulatedSecurity

  public init(broker: EUI64, security: SimulatedSecurity) {
    self.broker = broker
    self.security = security
  }

  /// Reads an answer. - Parameter reader: whose private key opens it.
  ///   - deviceKey: the public key agreement key of the device's certificate (65 bytes).
  public func observation(
    _ bytes: [UInt8], reader: EUI64, deviceKey: [UInt8]
  ) throws(Fault) -> MeterObservation {
    let message: DeviceMessage
    do { message = try DeviceMessage(bytes) } catch { throw .message(error) }
    guard message.kind == .response else { throw .notAResponse }
    guard let read = MeterRead(message.code) else { throw .notARead }
    guard security.isAuthentic(message, own: message.recipient, publicKey: deviceKey) else { throw .wrongMAC }
    let opened: OpenedPayload
    do { opened = try message.openedPayload() } catch { throw .message(error) }
    guard case .dlms(.accessResponse(let response)) = opened.payload else { throw .unreadable }
    if let failed = response.results.first(where: { $0.code != 0 }) { throw .refused(code: failed.code) }
    return MeterObservation(
      read: read, device: message.originator, reader: reader, message: bytes,
      content: try content(read, response, opened.sealed, message, reader, deviceKey))
  }

  private func content(
    _ read: MeterRead, _ response: AccessResponse, _ sealed: [SealedContent], _ message: DeviceMessage,
    _ reader: EUI64, _ deviceKey: [UInt8]
  ) throws(Fault) -> MeterReadContent {
    var values = response.data
    if read.isSensitive {
      guard let first = sealed.first,
        let plaintext = security.open(first, in: message, own: reader, publicKey: deviceKey)
      else { throw .sealed }
      guard let opened = try? DLMSValue(plaintext), case .structure(let parts) = opened else { throw .unreadable }
      values = parts
    }
    do { return try MeterReadContent(read, values) } catch {
      switch error {
      case .refused(let code): throw .refused(code: code)
      case .otherForm: throw .unreadable
      }
    }
  }
}
