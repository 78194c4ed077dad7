import Glibc

/// Which parser is fuzzed: the environment says, because libFuzzer has the arguments.
private let target: FuzzTarget = {
  let name = getenv("HALFHOUR_FUZZ_PARSER").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    say("HALFHOUR_FUZZ_PARSER is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    exit(64)
  }
  return target
}()

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager gives the entry of an executable this name. Where libFuzzer's own main is the entry, as with
/// `--sanitize fuzzer`, it is not called.
@_cdecl("ParserFuzzer_main")
public func parserFuzzerMain(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments, parserFuzzerTestOneInput)
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func parserFuzzerTestOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  target.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
  return 0
}
