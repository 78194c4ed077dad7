import Findings
import PortfolioFiles
import PublicData

extension SourceIntake {
  /// The reader of a published data set.
  func publicPart(_ dataset: PublicDataset) -> any SourcePart {
    switch dataset {
    case .systemPriceCSV:
      EventPart(
        SystemPriceCSVReader(file: partName, source: request.hash, receivedAt: request.receivedAt), takePrice)
    case .systemPriceJSON:
      EventPart(
        SystemPriceJSONReader(file: partName, source: request.hash, receivedAt: request.receivedAt), takePrice)
    case .bankHolidays:
      document { [partName] in
        let checked = BankHolidayDivision.read($0, file: partName)
        return (checked.value.reduce(0) { $0 + $1.holidays.count }, checked.findings)
      }
    case .clockChanges:
      document { [partName] in
        let checked = ClockChanges.read($0, file: partName)
        return (checked.value.count, checked.findings)
      }
    }
  }

  private func takePrice(_ event: SystemPriceEvent) throws {
    switch event {
    case .price(let price, _): try facts.take(price, line: nil)
    case .quarantined(let finding, let rows): facts.quarantined(finding, rows: rows)
    case .noted(let finding): facts.noted(finding)
    }
  }

  /// A document whose rows are kept with the file itself.
  private func document(_ read: @escaping ([UInt8]) -> (rows: Int, findings: [Finding])) -> any SourcePart {
    DocumentPart { [facts, partName] bytes in
      guard let bytes else { return facts.quarantined(Self.tooLarge(partName), rows: 1) }
      let (rows, findings) = read(bytes)
      facts.keptWithFile(rows: rows)
      for finding in findings { facts.finding(finding) }
    }
  }

  /// A tariff book: each tariff is a row.
  func tariffPart() -> any SourcePart {
    DocumentPart { [facts, partName] bytes in
      guard let bytes else { return facts.quarantined(Self.tooLarge(partName), rows: 1) }
      let checked = TariffBookFile.read(bytes, file: partName)
      for finding in checked.findings { facts.finding(finding) }
      if !checked.value.tariffs.isEmpty { try facts.takeTariffBook(bytes, tariffs: checked.value.tariffs.count) }
    }
  }

  private static func tooLarge(_ file: String) -> Finding {
    Finding(
      "ING-8", .error, at: SourcePosition(file: file),
      "the document is larger than \(DocumentPart.largest >> 20) MB and cannot be read whole.",
      remedy: "Split it, or check that it is the file you meant.")
  }
}
