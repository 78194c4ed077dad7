import Foundation
import Operations
import Readings
import ReadingsStore
import SettlementCalendar
import Testing

@Suite("Folder of layer files")
struct LayerFolderTests {
  @Test func aLayerIsWrittenOnceUnderANameOfItsContent() throws {
    let temporary = try TemporaryFolder()
    let folder = LayerFolder(path: temporary.path)
    let layer = try sampleLayer("2009-03-29")
    let token = try folder.write(layer)
    #expect(try folder.write(layer) == token)
    #expect(token.hasPrefix("2009-03-29/1238457600-\(sourceHash)-0-"))
    #expect(try temporary.files() == [token])
    let (back, manifest) = try folder.read(token)
    #expect(back == layer)
    #expect(manifest == (try folder.manifest(token)))
    #expect(try folder.read(manifest) == layer)
    let other = try folder.write(try sampleLayer("2009-03-29", seed: 2))
    #expect(other != token)
    #expect(try temporary.files().count == 2)
  }

  @Test func aDamagedFileUnderTheSameNameIsWrittenAnew() throws {
    let temporary = try TemporaryFolder()
    let folder = LayerFolder(path: temporary.path)
    let layer = try sampleLayer("2009-03-29")
    let token = try folder.write(layer)
    let file = try folder.filePath(token)
    var bytes = try temporary.bytes(file)
    bytes[200] ^= 4
    try temporary.put(bytes, file)
    let damage = #expect(throws: LayerDamage.self) { try folder.read(token) }
    #expect(damage?.file == file && damage?.section == .cells)
    #expect(try folder.write(layer) == token)
    #expect(try folder.read(token).layer == layer)
  }

  @Test func aFileCutOnDiskIsNamed() throws {
    let temporary = try TemporaryFolder()
    let folder = LayerFolder(path: temporary.path)
    let token = try folder.write(try sampleLayer("2009-03-29"))
    let file = try folder.filePath(token)
    let bytes = try temporary.bytes(file)
    for length in [0, 1, 127, 128, 129, 500, bytes.count - 1] {
      try temporary.put(Array(bytes[0..<length]), file)
      let damage = #expect(throws: LayerDamage.self) { try folder.read(token) }
      #expect(damage?.file == file && damage?.section == .file)
      #expect(throws: LayerDamage.self) { try folder.manifest(token) }
    }
  }

  @Test func aWholeFileInTheWrongPlaceIsNotTheOneThatWasNamed() throws {
    let temporary = try TemporaryFolder()
    let folder = LayerFolder(path: temporary.path)
    let first = try folder.write(try sampleLayer("2009-03-29"))
    let manifest = try folder.manifest(first)
    let second = try folder.write(try sampleLayer("2009-03-29", seed: 2))
    try temporary.put(try temporary.bytes(try folder.filePath(second)), try folder.filePath(first))
    let damage = #expect(throws: LayerDamage.self) { try folder.read(manifest) }
    #expect(damage?.section == .manifest)
    let otherDay = try folder.write(try sampleLayer("2009-05-01"))
    try temporary.put(try temporary.bytes(try folder.filePath(otherDay)), try folder.filePath(first))
    #expect(throws: LayerDamage.self) { try folder.read(first) }
  }

  @Test func theSweepRemovesStrayLayersAndNothingElse() throws {
    let temporary = try TemporaryFolder()
    let folder = LayerFolder(path: temporary.path)
    let kept = try folder.write(try sampleLayer("2009-03-29"))
    let stray = try folder.write(try sampleLayer("2009-03-29", seed: 2))
    let alone = try folder.write(try sampleLayer("2009-05-01"))
    let unfinished = "2009-03-29/1-\(sourceHash)-0-00000000.4711.layer.tmp"
    try temporary.put([1, 2], "\(temporary.path)/\(unfinished)")
    let note = "2009-03-29/notes.txt"
    try temporary.put([3], "\(temporary.path)/\(note)")
    #expect(Set(try folder.sweep(keeping: [kept])) == [stray, alone, unfinished])
    #expect(try temporary.files() == [kept, note].sorted())
    #expect(!FileManager.default.fileExists(atPath: temporary.path + "/2009-05-01"))
    #expect(try folder.sweep(keeping: [kept]).isEmpty)
  }

  @Test(arguments: [
    "", "x", "2009-03-29", "2009-03-29/", "2009-03-29/../../etc/passwd", "../2009-03-29/a.layer", "/etc/passwd",
    "2009-03-29/a/b.layer", "2009-02-30/a.layer", "2009-03-29/.layer", "2009-03-29/a.layer.tmp", "2009-03-29/\0.layer",
  ])
  func onlyTokensAreLookedUp(_ token: String) throws {
    let folder = LayerFolder(path: try TemporaryFolder().path)
    let error = #expect(throws: StoreError.self) { try folder.read(token) }
    #expect(error?.kind == .refused)
  }

  @Test func aMissingFileIsMissing() throws {
    let temporary = try TemporaryFolder()
    let error = #expect(throws: StoreError.self) {
      try LayerFolder(path: temporary.path).read("2009-03-29/1-\(sourceHash)-0-00000000.layer")
    }
    #expect(error?.kind == .missing)
  }

  @Test func errorsOfTheSystemBecomeSentences() {
    let cases: [(Int32, StoreError.Kind)] = [
      (ENOSPC, .diskFull), (EDQUOT, .diskFull), (EROFS, .readOnly), (EACCES, .permissionDenied),
      (ENOENT, .missing), (EIO, .failed), (EMFILE, .failed), (EINVAL, .failed),
    ]
    for (code, kind) in cases {
      let error = StoreError.system(code, doing: "writing a file", path: "/store/readings")
      #expect(error.kind == kind)
      #expect(error.description.hasPrefix("/store/readings: ") && !error.remedy.isEmpty)
    }
  }

  /// `/dev/full` takes nothing: the real error of a full disk, through the real calls.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full, which this system lacks"))
  func aFullDiskIsReportedAsOne() throws {
    let temporary = try TemporaryFolder()
    let folder = LayerFolder(path: temporary.path)
    let layer = try sampleLayer("2009-03-29")
    let token = try folder.write(layer)
    // Every write below the folder lands on the full device: the unfinished name is a link to it.
    let file = try folder.filePath(token)
    try FileManager.default.removeItem(atPath: file)
    let unfinished = file.dropLast(".layer".count) + ".\(getpid()).layer.tmp"
    try FileManager.default.createSymbolicLink(atPath: String(unfinished), withDestinationPath: "/dev/full")
    let error = #expect(throws: StoreError.self) { try folder.write(layer) }
    #expect(error?.kind == .diskFull)
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try folder.write(layer) == token)
  }
}
