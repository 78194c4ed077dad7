import Foundation
import MarketIdentifiers
import MarketRegistration
import NationalIngest
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar
import Testing

@Suite("Registrations that change after the first run") struct AmendmentTests {
  @Test("later runs are those of a store that knew it all along, by increment and in full", arguments: 1...4)
  func equality(_ seed: Int) throws {
    let country = try InventedCountry(seed: UInt64(seed), points: 400)
    let first = try country.mpans.map { try country.registration($0) }
    try country.standing("store", first)
    var readings = country.readings(Array(country.mpans[..<350]))
    try country.load("store", readings)
    let ii = try country.settle("store", .ii)
    #expect(ii.rows == country.plain(first, readings, try country.factors()))

    // SF: some change supplier, some class, some end; some of those and others have late readings too.
    var changes: [Registration] = []
    for (number, mpan) in country.mpans.enumerated() where number % 5 == 0 {
      changes.append(
        number % 15 == 0
          ? try country.registration(mpan, from: -90, to: -1, recorded: 60)
          : try country.registration(
            mpan, supplier: first[(number + 1) % 400].supplier.code, lossClass: first[number].lossClass.code, from: -20,
            recorded: 60))
    }
    let amended = try country.amend("store", changes, .sf)
    #expect(amended.moved > 40 && amended.ended > 10)
    #expect(try country.amend("store", changes, .sf).wasThere)
    let late = country.readings(Array(country.mpans[300...]), periods: 3...20)
    try country.load("store", late)
    for (mpan, periods) in late { readings[mpan, default: [:]].merge(periods) { $1 } }
    let sf = try country.settle("store", .sf)
    // Where there is no bucket of the new supplier and class, a point stays with its old one.
    let missing = amended.findings.first { $0.rule == "STD-07" }.flatMap { Int($0.message.prefix { $0 != " " }) } ?? 0
    let standing = try country.national("store").standing(country.date)
    let buckets = try buckets(standing)
    let taken = changes.filter { change in
      change.effectiveTo != nil
        || buckets.contains {
          $0.0 == change.gspGroup && $0.1 == change.supplier
            && $0.2 == (change.quantity == .activeExport) && $0.3 == change.distributor && $0.4 == change.lossClass
        }
    }
    #expect(changes.count - taken.count == missing)
    #expect(sf.rows == country.plain(first + taken, readings, try country.factors()))
    #expect(sf.rows != ii.rows)
    #expect(throws: BlockStoreError.self) { try country.amend("store", changes, .sf) }

    // R1: late readings of points that have moved are withdrawn from where they are now.
    let later = country.readings(Array(country.mpans[100..<330]), periods: 30...48)
    try country.load("store", later)
    for (mpan, periods) in later { readings[mpan, default: [:]].merge(periods) { $1 } }
    let r1 = try country.settle("store", .r1)
    #expect(r1.rows == country.plain(first + taken, readings, try country.factors()))

    // R2: registrations alone, no reading; put in order of buckets before.
    _ = try DayCompaction(country.national("store"), date: country.date, run: .r1, threads: 2).write()
    let back = try country.mpans[..<60].enumerated().map {
      try country.registration(
        $1, supplier: first[$0].supplier.code, lossClass: first[$0].lossClass.code, from: -1, recorded: 120)
    }
    #expect(try country.amend("store", back, .r2).moved > 3)
    let r2 = try country.settle("store", .r2)
    #expect(r2.rows == country.plain(first + taken + back, readings, try country.factors()))

    // A store that knew it all along comes to the same.
    try country.standing("fresh", first + taken + back)
    try country.load("fresh", readings)
    #expect(try country.settle("fresh", .ii).rows == r2.rows)
    #expect(try NationalVerification(store: country.path("store"), threads: 2).run().differences == [])
  }

  private func buckets(_ path: String) throws -> [(GSPGroupID, ParticipantID, Bool, Int, LineLossFactorClassID)] {
    let file = try MappedFile(path)
    let standing = try StandingDay(file.bytes)
    return (0..<standing.bucketCount).compactMap { standing.bucket($0) }.map {
      ($0.group, $0.supplier, $0.isExport, $0.distributor, $0.lossClass)
    }
  }

  @Test("changes are refused where they could not count, and their bits are held to a checksum")
  func refusals() throws {
    let country = try InventedCountry(seed: 3, points: 50)
    let first = try country.mpans.map { try country.registration($0, supplier: "ALFA", lossClass: "1") }
    let other = try country.mpans.map { try country.registration($0, supplier: "BRAV", lossClass: "1", recorded: 60) }
    try country.standing("store", first + [other[0]])
    #expect(throws: BlockStoreError.self, "before II is closed") { try country.amend("store", other, .sf) }
    try country.load("store", country.readings(country.mpans))
    try country.settle("store", .ii)
    _ = try country.amend("store", Array(other[..<10]), .sf)
    #expect(throws: BlockStoreError.self, "before SF is closed") { try country.amend("store", other, .r1) }
    let path = country.national("store").moves(country.date, .sf)
    let sound = try Data(contentsOf: URL(fileURLWithPath: path))
    for bit in 0..<sound.count * 8 {
      var bytes = Array(sound)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: BlockDamage.self, "bit \(bit)") { try bytes.withUnsafeBytes { try BucketMoves($0).count } }
    }
    for count in 0..<sound.count {
      #expect(throws: BlockDamage.self) { try Array(sound[..<count]).withUnsafeBytes { try BucketMoves($0).count } }
    }
    try country.settle("store", .sf)
    #expect(try country.amend("store", other, .r1).findings.contains { $0.rule == "STD-07" })
  }
}
