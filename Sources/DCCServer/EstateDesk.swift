import DUIS
import DataServiceProvider
import Dispatch
public import GBCS
public import JSONText
public import SettlementCalendar
public import SmartMeteringEstate
public import SmartMeteringRules
import SmartMeters

/// A response on its way to the address at which a user receives.
struct OutgoingResponse: Sendable {
  let url: String
  let document: [UInt8]
}

/// Keeps the simulated estate while a server runs. All work on it is done on one queue of its own, never on the threads
/// that serve connections.
///
/// Sendable although the compiler cannot see it: everything but the queue and the stream is touched on the queue only.
public final class EstateDesk: @unchecked Sendable {
  private let queue = DispatchQueue(label: "halfhour.dcc.estate")
  let estate: EstateSimulation
  let gate: DocumentGate
  private var clock: EmulatorClock
  private var mailboxes: [EUI64: Mailbox] = [:]
  private var callbacks: [EUI64: String] = [:]
  private var undelivered = 0
  /// Certificates as the repository publishes them; touched on the queue only.
  let repository: RepositoryDesk
  private var audits = 0
  let outgoing: AsyncStream<OutgoingResponse>
  private let outlet: AsyncStream<OutgoingResponse>.Continuation

  static let outgoingKept = 10_000

  public init(_ estate: EstateSimulation, gate: DocumentGate, speed: Int64) {
    self.estate = estate
    self.gate = gate
    repository = RepositoryDesk(estate.parties, gate.revocationLists)
    clock = EmulatorClock(start: estate.now, speed: speed, machine: Self.machine)
    (outgoing, outlet) = AsyncStream<OutgoingResponse>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.outgoingKept))
  }

  private static var machine: Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }

  /// Work on the queue, the estate brought up to now before.
  func perform<Value: Sendable>(_ work: @escaping @Sendable (EstateDesk) -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async {
        self.catchUp()
        continuation.resume(returning: work(self))
      }
    }
  }

  private func catchUp() {
    estate.advance(to: clock.now(machine: Self.machine)) { deliver($0) }
    deliver(estate.collectPosts())
  }

  func deliver(_ posts: [PostedResponse]) {
    for post in posts {
      guard let document = try? gate.document(post.response) else { continue }
      mailboxes[post.user, default: Mailbox()].append(document)
      guard let url = callbacks[post.user] else { continue }
      if case .dropped = outlet.yield(OutgoingResponse(url: url, document: document)) { undelivered += 1 }
    }
  }

  /// Lets time pass; called again and again while the server runs.
  func tick() async { await perform { _ in } }

  func callbackFailed() async { await perform { $0.undelivered += 1 } }

  /// A request's answer as a document, or a sentence why there is none.
  func answer(_ bytes: [UInt8], at port: ServicePort) async -> Result<[UInt8], DocumentGate.Fault> {
    await perform { desk in
      let received: ReceivedRequest
      do throws(DocumentGate.Fault) {
        received = try desk.gate.request(bytes, at: port, now: desk.estate.now)
      } catch {
        return .failure(error)
      }
      let acknowledgement = desk.estate.submit(received)
      desk.deliver(desk.estate.collectPosts())
      switch acknowledgement {
      case .declined(let reason): return .failure(.unreadable(reason))
      case .answer(let response):
        guard let document = try? desk.gate.document(response) else {
          return .failure(.unreadable("The answer cannot be signed."))
        }
        return .success(document)
      }
    }
  }

  /// A number for an answer of the repository. On the queue.
  func nextAudit() -> Int {
    audits += 1
    return audits
  }

  // MARK: Administration

  var time: UTCInstant { get async { await perform { $0.estate.now } } }

  /// Turns the clock on. - Returns: the time after it; `nil` where that would be back.
  func turn(to moment: UTCInstant) async -> UTCInstant? {
    await perform { desk in
      guard desk.clock.turn(to: moment, machine: Self.machine) else { return nil }
      desk.catchUp()
      return desk.estate.now
    }
  }

  /// Responses to a user from a number on; `nil` for no user of the estate.
  func mail(of name: String, from number: Int) async -> (next: Int, documents: [(number: Int, document: [UInt8])])? {
    await perform { desk in
      guard let user = desk.estate.parties.user(name) else { return nil }
      let box = desk.mailboxes[user.identifier] ?? Mailbox()
      return (box.next, box.documents(from: number, atMost: 200))
    }
  }

  /// Where a user receives responses from now on. - Returns: whether there is such a user.
  public func receive(of name: String, at url: String) async -> Bool {
    await perform { desk in
      guard let user = desk.estate.parties.user(name) else { return false }
      desk.callbacks[user.identifier] = url
      return true
    }
  }

  /// Appoints the retriever for an import point, or for all. - Returns: how many.
  func appoint(point: String?, from: SettlementDate, to: SettlementDate?) async -> Int {
    await perform { $0.estate.appointRetriever(point: point, from: from, to: to) }
  }

  /// The devices of the inventory, a page of them.
  func devices(point: String?, from place: Int, count: Int) async -> JSONValue {
    await perform { desk in
      let inventory = desk.estate.provider.inventory
      let all = point.map { inventory.devices(at: $0) } ?? inventory.devices
      let page = all.dropFirst(max(0, place)).prefix(max(0, min(count, 1_000)))
      return .array(page.compactMap { inventory[$0] }.map(EstateListing.device))
    }
  }

  func report() async -> JSONValue {
    await perform { desk in
      EstateReport(
        now: desk.estate.now, provider: desk.estate.provider, hops: desk.estate.hops, undelivered: desk.undelivered,
        faults: desk.estate.channel.account
      ).json
    }
  }
}
