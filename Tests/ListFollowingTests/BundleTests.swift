// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import HTTPMessages
import ListFollowing
import Testing

struct BundleTests {
  let server: SimulatedServer
  let follower: Follower

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    try server.publish([".one.example", ".two.example"])
  }

  /// What a maker on the network puts into a file.
  func bundle(since: UInt64? = nil) throws -> UpdateBundle {
    let recorder = RecordingTransport(server)
    var settings = follower.settings
    settings.outputs = []
    settings.stateDirectory = "maker"
    let files = OverlayFileSystem(over: follower.disk, hiding: "maker")
    let report = FollowRound(settings: settings, transport: recorder, files: files, now: server.now).run()
    #expect(report.summary == "updated 0 \(server.version)")
    var parts = recorder.parts
    if let since {
      parts = parts.filter { !$0.key.hasPrefix("repository/targets/") }
      let path = "v1/lists/worst-of/changes?since=\(since)"
      parts[path] = try server.send(TransportRequest(path: path, maximumOctets: 1 << 20)).body
    }
    return UpdateBundle(
      list: "worst-of", version: server.version, since: since, madeAt: server.now, parts: parts)
  }

  func apply(_ bundle: UpdateBundle, at date: Date? = nil) -> FollowReport {
    var settings = follower.settings
    settings.takesChangesAlone = bundle.since != nil
    return FollowRound(
      settings: settings, transport: BundleTransport(bundle), files: follower.disk,
      now: date ?? server.now
    ).run()
  }

  @Test func `changes to a list of which no name was held are applied from a bundle, whole list or not`()
    throws
  {
    let lists = ["first", "second"].map { word in (0..<4000).map { ".\(word)-name-\($0).example" } }
    try server.publish(lists[0])
    #expect(apply(try bundle()).summary == "updated 0 2")
    try server.publish(lists[1])
    let changes = try bundle(since: 2)
    var settings = follower.settings
    settings.takesChangesAlone = true
    settings.acceptsLargeChange = true
    let report = FollowRound(
      settings: settings, transport: BundleTransport(changes), files: follower.disk, now: server.now
    ).run()
    #expect(report.summary == "updated 2 3")
  }

  @Test func `a bundle reads back as it was written`() throws {
    let bundle = try bundle()
    #expect(try UpdateBundle(parsing: bundle.octets) == bundle)
  }

  @Test func `parts are packed where that pays, and one that was damaged or claims too much is refused`()
    throws
  {
    try server.publish((0..<1000).map { ".name-\($0).example" })
    let bundle = try bundle()
    let whole = bundle.parts.values.reduce(0) { $0 + $1.count }
    #expect(bundle.octets.count < whole / 2)
    #expect(try UpdateBundle(parsing: bundle.octets) == bundle)
    var damaged = bundle.octets
    damaged[damaged.count - 20] ^= 1
    let read = try? UpdateBundle(parsing: damaged)
    #expect(read != bundle)
    let head =
      #"{"list":"worst-of","made_at":"2026-11-27T00:00:00Z","parts":[{"length":1,"path":"a","unpacked":"#
    for (unpacked, error) in [
      (128, BundleError.damagedPart), (129, .unpacksTooFar(ratio: 128)),
      (UpdateBundle.maximumOctets + 1, .tooLong(limit: UpdateBundle.maximumOctets)), (-1, .malformedHeader),
    ] {
      let text = "cordon-bundle 2\n" + head + "\(unpacked)}],\"version\":1}\nx"
      #expect(throws: error) { try UpdateBundle(parsing: Array(text.utf8)) }
    }
    let flat = UpdateBundle(
      list: "worst-of", version: 1, since: nil, madeAt: server.now,
      parts: ["a": [UInt8](repeating: 7, count: 1 << 20)])
    #expect(try UpdateBundle(parsing: flat.octets) == flat)
    let old = "cordon-bundle 1\n" + head.dropLast(12) + #"}],"version":1}"# + "\nx"
    #expect(try UpdateBundle(parsing: Array(old.utf8)).parts == ["a": [0x78]])
  }

  @Test func `a full bundle brings a new machine up`() throws {
    #expect(try apply(bundle()).summary == "updated 0 1")
    #expect(follower.output == ".one.example\n.two.example\n")
  }

  @Test func `a bundle of changes leads on from the release it starts from, across a root rotation`() throws {
    _ = try apply(bundle())
    try server.rotate()
    try server.publish([".two.example", ".three.example"])
    #expect(try apply(bundle(since: 1)).summary == "updated 1 2")
    #expect(follower.output == ".three.example\n.two.example\n")
    #expect(try apply(bundle(since: 1)).summary == "current 2")
  }

  @Test func `changes from another release than the one held are not applied`() throws {
    _ = try apply(bundle())
    try server.publish([".two.example", ".three.example"])
    try server.publish([".three.example"])
    let report = try apply(bundle(since: 2))
    #expect(report.summary.contains("leads from version 2 to 3, and version 1 is held"))
    #expect(follower.output == ".one.example\n.two.example\n")
  }

  @Test(arguments: ["entries.txt", "timestamp.json", "snapshot.json", "targets.json"])
  func `one bit changed in a part is refused`(_ name: String) throws {
    var bundle = try bundle()
    let path = try #require(bundle.parts.keys.first { $0.hasSuffix(name) })
    bundle.parts[path]?[20] ^= 1
    #expect(apply(bundle).check != nil)
    #expect(follower.output == nil)
  }

  @Test func `an older bundle than what is held is a rollback`() throws {
    let old = try bundle()
    try server.publish([".three.example"])
    _ = try apply(bundle())
    #expect(apply(old).check == "metadata")
    #expect(follower.output == ".three.example\n")
  }

  @Test func `an expired bundle is refused at its own time's end`() throws {
    let bundle = try bundle()
    let later = server.now.addingTimeInterval(400 * 86_400)
    #expect(apply(bundle, at: later).check == "metadata")
  }

  @Test func `a file cut short, too long or of another kind is told apart`() throws {
    let octets = try bundle().octets
    #expect(throws: BundleError.notABundle) { try UpdateBundle(parsing: Array("hello\n".utf8)) }
    #expect(throws: BundleError.incomplete) { try UpdateBundle(parsing: octets.dropLast()) }
    #expect(throws: BundleError.trailingOctets(1)) { try UpdateBundle(parsing: octets + [0]) }
    for length in stride(from: 0, to: octets.count, by: 97) {
      #expect(throws: BundleError.self) { try UpdateBundle(parsing: Array(octets[..<length])) }
    }
  }

  @Test func `pieces in any order make the whole, and a missing or strange one is named`() throws {
    let octets = [UInt8](repeating: 7, count: 10_000) + [UInt8](repeating: 9, count: 5000)
    let pieces = try #require(BundlePieces.cut(octets, size: BundlePieces.minimumOctets))
    #expect(pieces.count == 4 && pieces.allSatisfy { $0.count <= BundlePieces.minimumOctets })
    #expect(try BundlePieces.join(pieces.reversed()) == octets)
    #expect(throws: BundleError.missingPieces([2])) {
      try BundlePieces.join([pieces[3], pieces[0], pieces[2]])
    }
    var damaged = pieces
    damaged[1][2000] ^= 1
    #expect(throws: BundleError.strangePiece) { try BundlePieces.join(damaged) }
    let other = try #require(BundlePieces.cut(octets + [1], size: BundlePieces.minimumOctets))
    #expect(throws: BundleError.strangePiece) { try BundlePieces.join([pieces[0], other[1]]) }
    #expect(BundlePieces.cut(octets, size: BundlePieces.minimumOctets - 1) == nil)
  }

  @Test func `so many pieces are made and not one more`() {
    let room = BundlePieces.minimumOctets - 128
    let most = [UInt8](repeating: 0, count: room * BundlePieces.maximumCount)
    #expect(BundlePieces.cut(most, size: BundlePieces.minimumOctets)?.count == BundlePieces.maximumCount)
    #expect(BundlePieces.cut(most + [0], size: BundlePieces.minimumOctets) == nil)
  }
}

extension UpdateBundle {
  init(parsing octets: ArraySlice<UInt8>) throws(BundleError) { try self.init(parsing: Array(octets)) }
}
