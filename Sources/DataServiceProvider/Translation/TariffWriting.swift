public import DUIS
public import GBCS

extension ElectricityTariff {
  /// The body of DUIS 1.1.1 that asks for it. - Parameter execution: as DUIS writes it; `nil` for at once.
  public func importTariffBody(execution: String? = nil) -> MarkupElement {
    TariffWriting.holder(
      "UpdateImportTariffPrimaryElement",
      TariffWriting.optional("ExecutionDateTime", execution) + [
        TariffWriting.holder(
          "ElecTariffElements",
          [
            TariffWriting.text("CurrencyUnits", isInPounds ? "GBP" : "ECB"), TariffWriting.switching(switching),
            TariffWriting.specialDays(switching), TariffWriting.thresholds(thresholds),
          ]),
        TariffWriting.prices(prices),
      ])
  }
}

extension TariffPrices {
  /// The body of DUIS 1.2.1 that asks for them alone.
  public func priceBody(execution: String? = nil) -> MarkupElement {
    TariffWriting.holder(
      "UpdatePricePrimaryElement",
      TariffWriting.optional("ExecutionDateTime", execution) + [TariffWriting.prices(self)])
  }
}

/// Elements of tariffs, in the order of the schema.
private enum TariffWriting {
  static func holder(_ name: String, _ elements: [MarkupElement], index: Int? = nil) -> MarkupElement {
    MarkupElement(
      prefix: "sr", name, namespace: DUISNamespace.gateway,
      attributes: index.map { [.init("index", String($0))] } ?? [], content: elements.map { .element($0) })
  }

  static func text(_ name: String, _ text: String, index: Int? = nil) -> MarkupElement {
    MarkupElement(
      prefix: "sr", name, namespace: DUISNamespace.gateway,
      attributes: index.map { [.init("index", String($0))] } ?? [], content: [.text(text)])
  }

  static func optional(_ name: String, _ value: String?) -> [MarkupElement] { value.map { [text(name, $0)] } ?? [] }

  // MARK: Switching

  static func switching(_ table: SwitchingTable) -> MarkupElement {
    holder(
      "SwitchingTable",
      [
        holder("DayProfiles", table.days.map(day)),
        holder(
          "WeekProfiles",
          table.weeks.map { week in
            holder(
              "WeekProfile",
              [text("WeekName", String(week.name))]
                + week.days.enumerated().map {
                  text("ReferencedDayName", String($0.element), index: $0.offset + 1)
                })
          }),
        holder(
          "Seasons",
          table.seasons.map { season in
            holder(
              "Season",
              [
                text("SeasonName", String(decoding: season.name, as: UTF8.self)),
                date("SeasonStartDate", season.start), text("ReferencedWeekName", String(season.week)),
              ])
          }),
      ])
  }

  private static func day(_ day: SwitchingTable.Day) -> MarkupElement {
    holder(
      "DayProfile",
      [text("DayName", String(day.name))]
        + day.switches.map { change in
          let action: MarkupElement =
            switch change.rate {
            case .timeOfUse(let rate): text("TOUTariffAction", String(rate))
            case .block(let rate): text("BlockTariffAction", String(rate))
            }
          return holder(
            "ProfileSchedule", [text("StartTime", DUISTime.timeText(secondOfDay: change.second)), action])
        })
  }

  static func specialDays(_ table: SwitchingTable) -> MarkupElement {
    holder(
      "SpecialDays",
      table.specialDays.map {
        holder("SpecialDay", [date("Date", $0.date), text("ReferencedDayName", String($0.day))])
      })
  }

  private static func date(_ name: String, _ date: OpenDate) -> MarkupElement {
    func part(_ name: String, _ value: Int?) -> MarkupElement {
      let digits = value.map { $0 < 10 ? "0\($0)" : String($0) }
      return holder(name, [digits.map { text("Specified\(name)", $0) } ?? holder("NonSpecified\(name)", [])])
    }
    return holder(
      name,
      [
        part("Year", date.year.map { Int($0) }), part("Month", date.month.map { Int($0) }),
        part("DayOfMonth", date.day.map { Int($0) }),
        holder(
          "DayOfWeek",
          [
            date.weekday.map { text("SpecifiedDayOfWeek", String($0)) }
              ?? holder("NonSpecifiedDayOfWeek", [])
          ]),
      ])
  }

  static func thresholds(_ thresholds: [[UInt32]]) -> MarkupElement {
    holder(
      "ThresholdMatrix",
      thresholds.enumerated().map { rate, limits in
        holder(
          "Thresholds",
          limits.enumerated().map { text("BlockThreshold", String($0.element), index: $0.offset + 1) }, index: rate + 1)
      })
  }

  // MARK: Prices

  static func prices(_ prices: TariffPrices) -> MarkupElement {
    let rates = indexed("TOUPrice", prices.timeOfUse)
    let blocks = (0..<TariffPrices.blockRates).compactMap { rate -> MarkupElement? in
      let list = indexed("BlockPrice", prices.blocks.map { $0[rate] })
      return list.isEmpty ? nil : holder("BlockPrices", list, index: rate + 1)
    }
    let kind = blocks.isEmpty ? "TOUTariff" : rates.isEmpty ? "BlockTariff" : "HybridTariff"
    let none = kind == "TOUTariff" && rates.isEmpty ? [text("TOUPrice", "0", index: 1)] : []
    return holder(
      "PriceElements",
      [
        holder(
          "ElectricityPriceElements",
          [
            text("StandingCharge", String(prices.standingCharge)),
            text("StandingChargeScale", String(prices.standingChargeScale)),
            text("PriceScale", String(prices.priceScale)), holder(kind, blocks + rates + none),
          ])
      ])
  }

  /// Those that are not zero at the end.
  private static func indexed(_ name: String, _ values: [Int16]) -> [MarkupElement] {
    let count = (values.lastIndex { $0 != 0 } ?? -1) + 1
    return values.prefix(count).enumerated().map { text(name, String($0.element), index: $0.offset + 1) }
  }
}
