/// Why a request becomes no command.
public enum TranslationFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// No recipe for the service on that kind of device.
  case noTranslation
  /// An element that the command needs is absent.
  case missing(String)
  /// An element's value does not fit into the command.
  case unreadable(String)
  /// A part of the request that no command is known for.
  case unsupported(String)
  /// A rule of tariffs; a fixed sentence.
  case tariff(String)

  /// A sentence without anything of the request's values in it.
  public var description: String {
    switch self {
    case .noTranslation: "This service has no translation into that device's command here."
    case .missing(let name): "The command needs the element \(name), which is missing."
    case .unreadable(let name): "The value of \(name) does not fit into the device's command."
    case .unsupported(let what): "What \(what) says has no translation into a command here."
    case .tariff(let rule): rule
    }
  }
}
