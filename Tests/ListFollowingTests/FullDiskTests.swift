// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import ListFollowing
import ListFormats
import Testing

/// A disk that fills up while one file or another is written.
struct FullDiskTests {
  let folder: String
  let server: SimulatedServer

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/full-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    server = try SimulatedServer()
    try Data(server.firstRoot).write(to: URL(fileURLWithPath: folder + "/root.json"))
  }

  /// Lines so long that a sorted list of them goes through the spool.
  private func entries(_ numbers: Range<Int>) -> [String] {
    let filler = String(repeating: "x", count: 60)
    return numbers.map { ".n\($0).\(filler).\(filler).\(filler).example" }
  }

  private func round(full path: String? = nil) -> FollowReport {
    var settings = FollowSettings(
      list: server.list, stateDirectory: folder + "/state", rootFile: folder + "/root.json",
      outputs: [.init(format: .entries, path: folder + "/out")])
    settings.sendsReceipts = false
    settings.acceptsLargeChange = true
    let files: any FileSystem = path.map { FillingFileSystem(full: $0) } ?? LocalFileSystem()
    return FollowRound(settings: settings, transport: server, files: files, now: server.now).run()
  }

  private var output: [UInt8]? { FileManager.default.contents(atPath: folder + "/out").map(Array.init) }

  @Test(arguments: [
    (".entries.txt.new", false, false), (".entries.txt.new", true, false), (".entries.txt.new", true, true),
    (".entries.txt.spool", true, true), ("entries.txt.partial", false, true), (".out.new", false, false),
    (".state.json.new", true, false),
  ])
  func `a full disk is told as that, with its file, and the next round goes on`(
    _ name: String, _ speaksCompact: Bool, _ isWhole: Bool
  ) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    server.speaksCompact = speaksCompact
    if !isWhole {
      try server.publish(entries(0..<100))
      #expect(round().summary == "updated 0 1")
    }
    // Only what is longer than a run of the sorter goes through its spool.
    try server.publish(entries(1..<(name.hasSuffix("spool") ? 22_000 : 102)))
    let before = output
    let path = folder + (name == ".out.new" ? "/" : "/state/") + name
    guard case .failed(.local(let fault)) = round(full: path).outcome else {
      Issue.record("told as something else")
      return
    }
    #expect(fault == FileFault(operation: "write", path: path, reason: systemReason(ENOSPC)))
    #expect(output == before)
    let next = round().summary
    #expect(next == (isWhole ? "updated 0 1" : name == ".out.new" ? "current 2" : "updated 1 2"))
    #expect(output == server.releases.last?.slab.octets)
  }

  @Test(arguments: ["gone", "come"])
  func `a long difference that the disk has no room for is a fault, and none that lacks lines`(_ side: String)
    throws
  {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func list(_ numbers: Range<Int>) throws -> Blocklist {
      try Blocklist(entries: entries(numbers).map { try BlocklistEntry(parsing: $0) })
    }
    let (older, newer) = (try list(0..<12_000), try list(12_000..<24_000))
    let path = folder + "/.entries.txt." + side
    let roomy = try StateDirectory(path: folder, files: LocalFileSystem())
    #expect(try roomy.difference(from: older, to: newer) == Delta(from: older, to: newer))
    #expect(!FileManager.default.fileExists(atPath: path))
    let full = try StateDirectory(path: folder, files: FillingFileSystem(full: path))
    #expect(throws: FileFault(operation: "write", path: path, reason: systemReason(ENOSPC))) {
      try full.difference(from: older, to: newer)
    }
  }
}

/// The local file system, on which one file takes a few octets and no more.
private struct FillingFileSystem: FileSystem {
  let full: String
  private let disk = LocalFileSystem()

  init(full: String) { self.full = full }

  private var fault: FileFault {
    FileFault(operation: "write", path: full, reason: systemReason(ENOSPC))
  }

  func read(_ path: String, maximumOctets: Int) throws(FileFault) -> [UInt8]? {
    try disk.read(path, maximumOctets: maximumOctets)
  }
  func stamp(of path: String) throws(FileFault) -> FileStamp? { try disk.stamp(of: path) }
  func map(_ path: String, maximumOctets: Int) throws(FileFault) -> Slab? {
    try disk.map(path, maximumOctets: maximumOctets)
  }
  func write(_ octets: [UInt8], to path: String, like stamp: FileStamp) throws(FileFault) {
    guard path != full else { throw fault }
    try disk.write(octets, to: path, like: stamp)
  }
  func open(_ path: String, like stamp: FileStamp) throws(FileFault) -> any FileWriter {
    let writer = try disk.open(path, like: stamp)
    return path == full ? FullWriter(writer, fault) : writer
  }
  func append(_ slab: Slab, to path: String, at offset: Int) throws(FileFault) {
    guard path != full else { throw fault }
    try disk.append(slab, to: path, at: offset)
  }
  func rename(_ path: String, to newPath: String) throws(FileFault) { try disk.rename(path, to: newPath) }
  func link(_ path: String, as newPath: String) throws(FileFault) { try disk.link(path, as: newPath) }
  func renew(_ path: String) throws(FileFault) { try disk.renew(path) }
  func synchronize(directory: String) throws(FileFault) { try disk.synchronize(directory: directory) }
  func remove(_ path: String) throws(FileFault) { try disk.remove(path) }
  func makeDirectory(_ path: String) throws(FileFault) { try disk.makeDirectory(path) }
}

/// Takes the first part, in half, and nothing more.
private final class FullWriter: FileWriter {
  private let writer: any FileWriter
  private let fault: FileFault

  init(_ writer: any FileWriter, _ fault: FileFault) { (self.writer, self.fault) = (writer, fault) }

  func append(_ octets: ArraySlice<UInt8>) throws(FileFault) {
    try writer.append(octets.prefix(octets.count / 2))
    throw fault
  }
  func finish() throws(FileFault) { try writer.finish() }
}
