import ArgumentParser
import DCCServer
import Dispatch
import Foundation
import JSONText
import SmartMeteringEstate

/// Runs asynchronous work from a command and waits for it. The main thread waits, none of the threads that work.
func waiting<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
  let outcome = Outcome<Value>()
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    do { outcome.result = .success(try await work()) } catch { outcome.result = .failure(error) }
    done.signal()
  }
  done.wait()
  guard let result = outcome.result else { throw CancellationError() }
  return try result.get()
}

/// Written before the signal and read after it. Sendable although the compiler cannot see it.
private final class Outcome<Value>: @unchecked Sendable { var result: Result<Value, any Error>? }

/// Where a running emulator is.
struct DCCConnection: ParsableArguments {
  @Option(help: "The emulator's address.")
  var url: String = "http://127.0.0.1:8079"

  @Option(help: "The seed of the emulator's estate, from which its test keys follow.")
  var seed: UInt64 = 1

  /// Something that the emulator said no to.
  struct Refused: Error, CustomStringConvertible {
    let status: Int
    let reason: String
    var description: String { "the emulator answered \(status): \(reason)" }
  }

  func client(_ parties: EstateParties) throws -> EmulatorClient {
    try EmulatorClient(url, url.hasPrefix("https") ? TransportKeys(parties.pki) : nil)
  }

  /// One exchange with the administration, answered in JSON.
  func ask(_ method: String, _ path: String, _ body: [UInt8]? = nil) throws -> JSONValue {
    let client = try client(EstateParties(seed: seed))
    let reply = try waiting {
      let reply: EmulatorClient.Reply
      do { reply = try await client.send(method, path, body) } catch {
        await client.close()
        throw Unreachable(reason: "\(error)")
      }
      await client.close()
      return reply
    }
    guard (200..<300).contains(reply.status) else {
      throw Refused(status: reply.status, reason: String(decoding: reply.body.prefix(500), as: UTF8.self))
    }
    return reply.body.isEmpty ? .null : try JSONText.parse(reply.body)
  }

  /// Nobody listens, or not this way.
  struct Unreachable: Error, CustomStringConvertible {
    let reason: String
    var description: String { "no emulator can be reached there (\(reason)); start one: halfhour dcc serve" }
  }
}

extension JSONValue {
  /// A whole number; `nil` for anything else.
  var wholeNumber: Int? { if case .number(let text) = self { Int(text) } else { nil } }
}
