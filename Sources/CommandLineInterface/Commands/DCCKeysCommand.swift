import ArgumentParser

/// `halfhour dcc keys`: a key infrastructure of test keys, and the judgement of certificates.
public struct DCCKeysCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Issue test certificates; list, show and verify certificates.",
    subcommands: [
      DCCKeysIssueCommand.self, DCCKeysListCommand.self, DCCKeysShowCommand.self, DCCKeysVerifyCommand.self,
    ],
    defaultSubcommand: DCCKeysIssueCommand.self)

  public init() {}
}
