import DUIS
import GBCS
import SettlementCalendar
import Testing

/// Bodies of requests and responses, written and read again.
@Suite struct BodyTests {
  @Test(arguments: sampleRequests())
  func aRequestReadsBackAsItWasWritten(_ sample: SampleRequest) throws {
    let request = sample.request
    let again = try ServiceRequest(request.element)
    #expect(again.id == request.id)
    #expect(again.commandVariant == request.commandVariant)
    #expect(again.serviceReference == ServiceRequest.reference(of: sample.variant))
    #expect(try ServiceBody(again) == sample.body)
  }

  @Test(arguments: sampleResponses())
  func aResponseReadsBackAsItWasWritten(_ body: ResponseBody) throws {
    let response = ServiceResponse(code: "I0", dateTime: "2026-05-01T00:00:00.00Z", body: body.element)
    #expect(try ResponseBody(try ServiceResponse(response.element)) == body)
  }

  @Test func aBodyMustBelongToItsVariant() throws {
    let period = ReadPeriod(start: midnight, end: midnight.advanced(byHours: 24))
    let body = ServiceBody.read(ReadService(.activeImportProfile, period: period))
    let other = ServiceRequest(id: sampleID, commandVariant: 1, variant: "4.8.3", body: body)
    #expect(throws: DUISFault.variantMismatch) { try ServiceBody(other) }
    let unsigned = ServiceRequest(id: sampleID, commandVariant: 5, variant: "1.1.1", body: body)
    #expect(throws: DUISFault.variantMismatch) { try ServiceBody(unsigned) }
    let signed = ServiceRequest(id: sampleID, commandVariant: 1, variant: "4.8.1", body: .signedPreCommand([0xDF]))
    #expect(throws: DUISFault.variantMismatch) { try ServiceBody(signed) }
    let unknown = ServiceRequest(id: sampleID, commandVariant: 1, variant: "4.4.2", body: body)
    #expect(throws: DUISFault.variantMismatch) { try ServiceBody(unknown) }
  }

  @Test(arguments: [
    ("2026-05-01T00:00:00.00Z", 1_777_593_600), ("2026-05-01T01:00:00+01:00", 1_777_593_600),
    ("2014-12-31T23:59:10.999Z", 1_420_070_350), ("3000-12-31T00:00:00Z", 32_535_129_600),
  ])
  func momentsKeepWholeSeconds(_ text: String, _ seconds: Int64) {
    #expect(DUISTime.instant(text)?.secondsSince1970 == seconds)
  }

  @Test(arguments: ["", "2026-05-01", "2026-05-01T00:00:00", "2026-05-01T00:00:00.Z", "2026-13-01T00:00:00Z"])
  func otherTextsAreNoMoments(_ text: String) { #expect(DUISTime.instant(text) == nil) }

  @Test func timesOfDay() {
    #expect(DUISTime.secondOfDay("00:30:05.00Z") == 1_805)
    #expect(DUISTime.timeText(secondOfDay: 86_399) == "23:59:59.00Z")
    for text in ["24:00:00Z", "00:60:00Z", "0:00:00Z", "00:00:00", "00:00:00+01:00", "00:00Z", "+1:00:00Z"] {
      #expect(DUISTime.secondOfDay(text) == nil)
    }
  }

  @Test func aDailyScheduleReadsTheDayBefore() throws {
    let period = ReadPeriodOffset.dayBefore.period(runDate: try #require(SettlementDate("2026-05-02")))
    #expect(period == ReadPeriod(start: midnight, end: midnight.advanced(byHours: 24)))
  }

  @Test(
    arguments: [("4.1.1", nil), ("4.8.1", nil), ("4.2", ReadPeriodOffset.dayBefore), ("9.9", nil)]
      as [(String, ReadPeriodOffset?)])
  func noScheduleOfThat(_ variant: String, _ period: ReadPeriodOffset?) {
    #expect(ScheduledRead(variant: variant, period: period) == nil)
  }
}
