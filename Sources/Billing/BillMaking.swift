import Findings
import Quantities
import SettlementCalendar

extension Bill {
  /// Makes a bill: one function over values, in any order of `days`.
  ///
  /// Rules, each a finding when it strikes:
  /// - `BILL-01` error: the book has no such tariff. `BILL-02` error: the span is empty or longer than
  ///   ``longestSpan``. `BILL-03` error: no rates are in force on some day. `BILL-04` error: the rules do not know the
  ///   tariff's VAT rate. After any of these there is no bill.
  /// - `BILL-05` error: a day is not whole (46, 48 or 50 energies within the reading limit); it is left out.
  /// - `BILL-06` error: a day was given twice with different values; both are left out. Twice the same: a note.
  /// - `BILL-07` note: a day outside the span; it is left out.
  /// - `BILL-08` warning: days of the span have no energy; their energy is not charged, their standing charge is.
  /// - `BILL-09` note: no cap level is known for the region, method and date; the bill has no verdict.
  ///
  /// - Parameter priceCap: `nil` to leave the cap out.
  public static func make(
    _ request: BillRequest, book: TariffBook, days: some Sequence<BillableDay>, rules: BillingRules,
    priceCap: PriceCap? = nil
  ) -> Checked<Bill?> {
    guard let tariff = book.tariff(named: request.tariff, of: request.supplier) else {
      return refused(
        "BILL-01", "The tariff book has no tariff of this name for this supplier.",
        "Add the tariff to the book or correct the registration.", request)
    }
    guard (1...longestSpan).contains(request.days) else {
      return refused(
        "BILL-02", "The days to bill are none or more than \(longestSpan).",
        "Ask for a span that ends on or after its start, in parts if it is long.", request)
    }
    guard let segments = rateSegments(tariff, request.from, request.through) else {
      return refused(
        "BILL-03", "The tariff has no rates in force on the first day to bill.",
        "Add rates that are effective on or before that day.", request)
    }
    guard let vatRate = rules.vatRates[tariff.vatRate] else {
      return refused(
        "BILL-04", "The rules do not know the VAT rate that the tariff names.",
        "Add the rate to the rulebook or name another in the tariff.", request)
    }
    var findings: [Finding] = []
    let usable = sorted(days, request, &findings)
    let lines = BillLineMaker(tariff: tariff, request: request, rules: rules).lines(segments, usable)
    let subtotal = lines.reduce(Money.zero) { $0 + $1.amount }
    let vatAmount = vatRate.rate.of(subtotal, to: rules.vat.step, rules.vat.rounding)
    var bill = Bill(
      request: request, supplier: tariff.supplier, tariff: tariff.name, tariffKind: tariff.kind,
      quantity: tariff.quantity, lines: lines, subtotal: subtotal,
      vat: VAT(name: tariff.vatRate, rate: vatRate.rate, amount: vatAmount, source: vatRate.source),
      total: subtotal + vatAmount, estimates: estimateShares(usable), missingDays: missing(request, usable),
      shape: shape(segments, usable), rules: rules, capCheck: nil)
    if !bill.missingDays.isEmpty {
      findings.append(
        Finding(
          "BILL-08", .warning, "\(bill.missingDays.count) of \(request.days) days have no energy.",
          remedy: "Run validation for these days, then bill again.", detail: request.id))
    }
    if let priceCap, tariff.quantity == .activeImport {
      bill.capCheck = CapCheck(bill, usable, priceCap)
      if bill.capCheck == nil {
        findings.append(
          Finding(
            "BILL-09", .note, "No level of the price cap is known for this region, payment method and time.",
            remedy: "Add the level to the rulebook if there is one.", detail: request.id))
      }
    }
    return Checked(bill, findings: findings)
  }

  static func refused(_ rule: RuleID, _ message: String, _ remedy: String, _ request: BillRequest) -> Checked<Bill?> {
    Checked(nil, findings: [Finding(rule, .error, message, remedy: remedy, detail: request.id)])
  }

  /// The spans within which one set of rates holds. - Returns: `nil` when the first day has no rates.
  static func rateSegments(_ tariff: Tariff, _ first: SettlementDate, _ last: SettlementDate) -> [RateSegment]? {
    guard tariff.rates(on: first) != nil else { return nil }
    var segments: [RateSegment] = []
    for date in settlementDates(first, through: last) {
      guard let rates = tariff.rates(on: date) else { return nil }
      if let open = segments.last, open.rates.effectiveFrom == rates.effectiveFrom {
        segments[segments.count - 1].through = date
      } else {
        segments.append(RateSegment(from: date, through: date, rates: rates))
      }
    }
    return segments
  }

  /// The days that can be billed, rising, each once.
  static func sorted(
    _ days: some Sequence<BillableDay>, _ request: BillRequest, _ findings: inout [Finding]
  ) -> [BillableDay] {
    var byDate: [SettlementDate: BillableDay] = [:]
    var conflicting: Set<SettlementDate> = []
    var counts = (outside: 0, broken: 0, repeated: 0)
    for day in days {
      guard day.date >= request.from && day.date <= request.through else {
        counts.outside += 1
        continue
      }
      guard day.isWhole else {
        counts.broken += 1
        continue
      }
      if let known = byDate[day.date] {
        if known == day { counts.repeated += 1 } else { conflicting.insert(day.date) }
      } else {
        byDate[day.date] = day
      }
    }
    func report(_ rule: RuleID, _ severity: Severity, _ count: Int, _ what: String, _ remedy: String) {
      guard count > 0 else { return }
      findings.append(Finding(rule, severity, "\(count) \(what)", remedy: remedy, detail: request.id))
    }
    report(
      "BILL-05", .error, counts.broken, "days lack a plausible energy for each of their periods; left out.",
      "Run validation for these days, then bill again.")
    report(
      "BILL-06", .error, conflicting.count, "days were given twice with different values; left out.",
      "Give each day once, as the run resolved it.")
    report(
      "BILL-06", .note, counts.repeated, "days were given twice with the same values; taken once.",
      "Nothing needs to be done.")
    report("BILL-07", .note, counts.outside, "days lie outside the span; left out.", "Nothing needs to be done.")
    return byDate.values.filter { !conflicting.contains($0.date) }.sorted { $0.date < $1.date }
  }

  static func missing(_ request: BillRequest, _ days: [BillableDay]) -> [SettlementDate] {
    let present = Set(days.map(\.date))
    return settlementDates(request.from, through: request.through).filter { !present.contains($0) }
  }

  static func estimateShares(_ days: [BillableDay]) -> [EstimateShare] {
    var shares: [String: EstimateShare] = [:]
    for day in days {
      for (energy, method) in zip(day.energies, day.estimates) {
        guard let method else { continue }
        var share = shares[method] ?? EstimateShare(method: method, periodCount: 0, energy: .zero)
        share.periodCount += 1
        share.energy += energy
        shares[method] = share
      }
    }
    return shares.values.sorted { $0.method < $1.method }
  }

  static func shape(_ segments: [RateSegment], _ days: [BillableDay]) -> [BandShape] {
    var order: [String] = []
    var energies: [String: [Energy]] = [:]
    for segment in segments {
      for band in segment.rates.bands where energies[band.name] == nil {
        order.append(band.name)
        energies[band.name] = [Energy](repeating: .zero, count: 48)
      }
      for day in days where segment.contains(day.date) {
        let calendarDay = SettlementDay(day.date)
        for (offset, band) in segment.rates.bandIndices(of: calendarDay).enumerated() {
          let slot = calendarDay.clockMinute(ofPeriod: offset + 1) / 30
          energies[segment.rates.bands[band].name]?[slot] += day.energies[offset]
        }
      }
    }
    return order.map { BandShape(band: $0, energies: energies[$0] ?? []) }
  }
}

/// Consecutive days on which one set of rates holds.
struct RateSegment {
  var from: SettlementDate
  var through: SettlementDate
  var rates: TariffRates

  var days: Int { from.days(to: through) + 1 }
  func contains(_ date: SettlementDate) -> Bool { date >= from && date <= through }
}
