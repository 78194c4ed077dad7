import ArgumentParser

/// `halfhour dcc`: messages of the smart metering system.
public struct DCCCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "dcc", abstract: "Read and check messages between users, the DCC and smart meters.",
    subcommands: [
      DCCBenchCommand.self,
      DCCCheckVectorsCommand.self,
      DCCDecodeCommand.self,
      DCCKeysCommand.self,
    ])

  public init() {}
}
