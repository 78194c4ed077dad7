import ArgumentParser

/// What the program's exit status says. Documented in docs/commands.md.
enum ExitStatus {
  /// Something that was to be checked is not right: an invalid MPAN, a difference found by `verify`.
  static let checkFailed = ExitCode(1)
  /// Input was refused: a file of which nothing could be used.
  static let inputRefused = ExitCode(2)
  /// What was asked for cannot be done with what is there: a run that is not due, a price that is missing.
  static let notPossible = ExitCode(3)
  // 64: the command line itself is wrong (ArgumentParser).
}

/// Runs a command's body; an error becomes one sentence on standard error and an exit status.
func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let exit as ExitCode {
    throw exit
  } catch let error as ValidationError {
    throw error
  } catch {
    printError("halfhour: \(error)")
    throw ExitStatus.notPossible
  }
}
