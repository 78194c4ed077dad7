/// Of the sources of a store in order of commitment, how many are known for each kind of fact.
///
/// A run knows as many of each. Between two runs lie states that know more of one kind and not yet of another: by them a
/// difference is taken apart into its causes.
struct FactCounts: Hashable, Sendable {
  var readings: Int
  var registrations: Int
  var lossFactors: Int
  var takes: Int
  var contracts: Int
  var prices: Int

  init(all count: Int) {
    readings = count
    registrations = count
    lossFactors = count
    takes = count
    contracts = count
    prices = count
  }

  var largest: Int { max(readings, registrations, lossFactors, takes, contracts, prices) }
}

/// The hashes of the sources that are known, by kind of fact.
struct FactKnowledge: Sendable {
  let readings: Set<String>
  let lossFactors: Set<String>
  let takes: Set<String>
  let contracts: Set<String>
  let prices: Set<String>

  init(_ sources: [SourceRecord], _ counts: FactCounts) {
    var known: [Int: Set<String>] = [:]
    func first(_ count: Int) -> Set<String> {
      if let set = known[count] { return set }
      let set = Set(sources.prefix(count).map(\.hash))
      known[count] = set
      return set
    }
    readings = first(counts.readings)
    lossFactors = first(counts.lossFactors)
    takes = first(counts.takes)
    contracts = first(counts.contracts)
    prices = first(counts.prices)
  }
}
