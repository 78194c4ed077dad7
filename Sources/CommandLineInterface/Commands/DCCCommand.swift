import ArgumentParser

/// `halfhour dcc`: messages of the smart metering system.
public struct DCCCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "dcc",
    abstract: "Messages between users, the DCC and smart meters: read, check, and an emulator of all three.",
    subcommands: [
      DCCCheckVectorsCommand.self, DCCDecodeCommand.self, DCCKeysCommand.self, DCCServeCommand.self,
      DCCSendCommand.self,
      DCCEstateCommand.self, DCCAppointCommand.self, DCCClockCommand.self, DCCReportCommand.self, DCCDayCommand.self,
      DCCQuarantineCommand.self, DCCSwitchCommand.self, DCCInboxCommand.self, DCCPlanCommand.self,
      DCCBenchCommand.self,
    ])

  public init() {}
}
