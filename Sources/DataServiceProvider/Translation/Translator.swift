public import DUIS
public import GBCS

/// Turns what a request asks for into the command for the device, whoever holds the request: the DSP that makes it, or a
/// user that holds a pre-command against its own request before signing it ("parse and correlate").
public struct Translator: Sendable {
  /// What kind of device the request is for.
  public var profile: DeviceProfile
  /// The DSP's time, which gas commands bear.
  public var now: DeviceTime
  /// Digits that the DSP draws and tells the user (9.1).
  public var drawn: [UInt8]

  public init(_ profile: DeviceProfile, now: DeviceTime, drawn: [UInt8] = []) {
    self.profile = profile
    self.now = now
    self.drawn = drawn
  }

  /// Every use case that a service can become, on some device.
  public static func codes(of variant: String) -> Set<MessageCode> {
    Set((RecipeTable.byVariant[variant] ?? []).map(\.code)).union(typedCodes[variant] ?? [])
  }

  /// Rows of the table of recipes as written, and those of them that can be read: the same number.
  public static var recipes: (written: Int, read: Int) { (RecipeTable.written, RecipeTable.rows.count) }

  private static let typedCodes: [String: Set<MessageCode>] = [
    "7.1": [MeterCommand.enableSupply.code], "7.2": [MeterCommand.disableSupply.code],
    "7.3": [MeterCommand.armSupply.code], "6.11": [MessageCode(rawValue: 0x0062)],
    "8.1.1": [MessageCode(rawValue: 0x0062)],
  ]

  /// The command of a request, neither signed nor with MAC.
  ///
  /// - Parameters:
  ///   - address: from whom it goes, under which counter.
  ///   - code: the use case, where that is known; else the first that the device has.
  /// - Throws: ``TranslationFault``.
  public func message(
    _ request: ServiceRequest, _ body: ServiceBody, from address: CommandAddress, code: MessageCode? = nil
  ) throws(TranslationFault) -> DeviceMessage {
    let work = try CommandTranslation.work(body, variant: request.serviceReferenceVariant, self, code: code)
    return try work.message(address)
  }

  /// Whether the broker is the originator whoever asks, and whether it then names the user.
  public func isBrokersOwn(
    _ request: ServiceRequest, _ body: ServiceBody, code: MessageCode? = nil
  ) throws(TranslationFault) -> (broker: Bool, alone: Bool) {
    let work = try CommandTranslation.work(body, variant: request.serviceReferenceVariant, self, code: code)
    return (work.isBrokersOwn, work.isAlone)
  }

  /// Whether a pre-command is what the request asks for. - Returns: `nil` where it is, else a sentence why it is not.
  public func contradiction(_ preCommand: DeviceMessage, to request: ServiceRequest) -> String? {
    guard preCommand.kind == .command, preCommand.mac == nil, !preCommand.isSigned else {
      return "The pre-command is signed, bears a MAC, or is no command."
    }
    guard preCommand.originator == request.id.originator, preCommand.recipient == request.id.target,
      preCommand.counter == request.id.counter
    else { return "The pre-command is not of this request: parties or counter differ." }
    let address = CommandAddress(
      originator: request.id.originator, counter: request.id.counter, device: request.id.target)
    do throws(TranslationFault) {
      guard let body = try? ServiceBody(request) else { return "The request's own body cannot be read." }
      let own = try message(request, body, from: address, code: preCommand.code)
      return own.payload == preCommand.payload && own.supplementary == preCommand.supplementary
        ? nil : "The pre-command does not say what the request asks for."
    } catch {
      return "The request cannot be held against the pre-command. " + error.description
    }
  }

  func compile(
    _ element: MarkupElement, variant: String, code: MessageCode?
  ) throws(TranslationFault) -> CompiledCommand {
    let body = BodyReading(element: element)
    let rows = RecipeTable.byVariant[variant] ?? []
    let found = rows.first { (code == nil || $0.code == code) && $0.fits(profile, body) }
    guard let recipe = found else { throw .noTranslation }
    return CompiledCommand(
      code: recipe.code, sender: recipe.sender, content: try content(recipe, body))
  }

  private func content(_ recipe: Recipe, _ body: BodyReading) throws(TranslationFault) -> CompiledCommand.Content {
    if recipe.payload.hasPrefix("build ") {
      guard let build = StructuredRecipe(rawValue: String(recipe.payload.dropFirst(6))) else { throw .noTranslation }
      return try build.content(body, recipe, profile, now: now)
    }
    if recipe.payload.hasPrefix("gas ") {
      return .gas(try GasRecipe(body: body, now: now, drawn: drawn).payload(recipe.payload.dropFirst(4)))
    }
    return try AccessRecipe(body: body, drawn: drawn).content(recipe.payload)
  }
}
