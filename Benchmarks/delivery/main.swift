// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import ListFormats

/// `bench-delivery make DIR SIZE CHANGES`: two lists and what carries the difference, for peers to be tried on.
/// `bench-delivery body DIR OLDER NEWER FILE…`: an update body of lists and metadata that lie in a folder.
/// `bench-delivery cpu SIZE CHANGES`: what a follower does with it, in milliseconds of processor time.
func write(_ octets: [UInt8], _ path: String) throws {
  try Data(octets).write(to: URL(fileURLWithPath: path))
}

/// The change for `nsupdate`, a hundred lines a message.
func zoneUpdate(_ delta: Delta) -> String {
  var lines: [String] = []
  func write(_ verb: String, _ tail: String, _ entries: EntryLines) {
    for entry in entries {
      for owner in entry.scope == .subtree ? ["", "*."] : [""] {
        lines.append("update \(verb) \(owner)\(entry.name).rpz.cordon.invalid. \(tail)")
        if lines.count % 100 == 0 { lines.append("send") }
      }
    }
  }
  write("delete", "CNAME", delta.removals)
  write("add", "60 CNAME .", delta.additions)
  return lines.joined(separator: "\n") + "\nsend\n"
}

func make(_ folder: String, size: Int, changes: Int) throws {
  let change = try Change(size: size, changes: changes)
  let compact = try CompactChange(change.delta, from: change.older.entries)
  let metadata = try PackedMetadata(try SignedSample.metadata(of: change.newer, version: 1002))
  let body = CompactUpdate(
    from: ListVersion(1001), to: ListVersion(1002), metadata: metadata, change: compact)
  try write(change.older.octets, folder + "/older.txt")
  try write(change.newer.octets, folder + "/newer.txt")
  try write(change.delta.text, folder + "/delta.txt")
  try write(body.octets, folder + "/update.bin")
  let zone = RenderOptions(list: try ListName("worst-of"), version: ListVersion(1001))
  try write(ListFormat.rpz.render(change.older, options: zone).octets, folder + "/older.zone")
  try write(Array(zoneUpdate(change.delta).utf8), folder + "/change.nsupdate")
  let read = try CompactUpdate(parsing: body.octets)
  guard try read.change.delta(from: change.older.entries).applied(to: change.older) == change.newer else {
    fatalError("the update does not lead to the newer list")
  }
  print("changes \(change.delta.count)")
  print("bound \(Int(change.bound.rounded(.up)))")
  print("delta \(compact.octetCount)")
  print("metadata \(metadata.octetCount)")
  print("body \(body.octets.count)")
}

func full(_ size: Int) throws {
  let list = try Change(size: size, changes: 0).older
  print("plain \(list.octets.count)")
  for level: Int32 in [9, 19] {
    let begin = Processor.milliseconds
    let change = try CompactChange(whole: list, level: level)
    print("full\(level) \(change.octetCount)")
    print("packing\(level) \(Int(Processor.milliseconds - begin))")
    guard try change.delta(from: .none).applied(to: .empty) == list else { fatalError("not the list") }
  }
}

func cpu(size: Int, changes: Int) throws {
  let change = try Change(size: size, changes: changes)
  let compact = try CompactChange(change.delta, from: change.older.entries)
  let body = CompactUpdate(from: ListVersion(1), to: ListVersion(2), change: compact).octets
  let text = change.delta.text
  func say(_ name: String, _ milliseconds: Double) {
    print("\(name) \((milliseconds * 10).rounded() / 10)")
  }
  let older = change.older.hashedInBlocks
  let signed = SignedText(
    length: change.newer.slab.count, digest: change.newer.digest,
    blocks: ListBlocks(of: change.newer.slab).digest)
  // What comparing one digest of the whole text takes by itself, and making its block digests.
  say(
    "digest",
    Processor.median {
      guard change.newer.slab.digest == change.newer.digest else { fatalError("digest") }
    })
  say(
    "blocks",
    Processor.median {
      guard ListBlocks(of: change.newer.slab).digest == signed.blocks else { fatalError("blocks") }
    })
  say(
    "apply-text",
    try Processor.median {
      guard try Delta(parsing: text).applied(to: older, expecting: signed) != nil else { fatalError("apply") }
    })
  say(
    "apply-compact",
    try Processor.median {
      let delta = try CompactUpdate(parsing: body).change.delta(from: older)
      guard try delta.applied(to: older, expecting: signed) != nil else { fatalError("apply") }
    })
  // As a service without block digests makes one do it.
  say(
    "apply-whole",
    try Processor.median {
      let delta = try CompactUpdate(parsing: body).change.delta(from: change.older)
      guard try delta.applied(to: change.older) == change.newer else { fatalError("apply") }
    })
  say(
    "start",
    try Processor.median {
      guard try Blocklist(parsing: change.older.octets) == change.older else { fatalError("parse") }
    })
  let options = RenderOptions(list: try ListName("worst-of"), version: ListVersion(2))
  say(
    "rpz",
    Processor.median {
      guard ListFormat.rpz.render(change.newer, options: options).omitted == 0 else { fatalError("rpz") }
    })
  say(
    "make-compact",
    try Processor.median {
      _ = try CompactChange(change.delta, from: change.older.entries)
    })
  let whole = try CompactChange(whole: change.newer, level: 9)
  say(
    "unpack-full",
    try Processor.median {
      guard try whole.delta(from: .none).applied(to: .empty) == change.newer else { fatalError("full") }
    })
}

/// An update body from release `older` to `newer`, whose lists are `FOLDER/RELEASE.txt`, with metadata of that folder.
func body(_ folder: String, _ older: UInt64, _ newer: UInt64, _ names: [String]) throws -> [UInt8] {
  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
  }
  let list = try Blocklist(parsing: try read("\(newer).txt"))
  let files = try names.map { CompactUpdate.File(name: $0, octets: try read($0)) }
  let change: CompactChange
  if older == 0 {
    change = try CompactChange(whole: list, level: 19)
  } else {
    let held = try Blocklist(parsing: try read("\(older).txt"))
    change = try CompactChange(Delta(from: held, to: list), from: held.entries)
  }
  return CompactUpdate(
    from: ListVersion(older), to: ListVersion(newer),
    metadata: files.isEmpty ? nil : try PackedMetadata(files),
    change: change
  ).octets
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.dropFirst().compactMap(Int.init)) {
case ("body", let numbers) where numbers.count >= 2 && arguments.count >= 4:
  let octets = try body(arguments[1], UInt64(numbers[0]), UInt64(numbers[1]), Array(arguments.dropFirst(4)))
  FileHandle.standardOutput.write(Data(octets))
case ("make", let numbers) where numbers.count == 2 && arguments.count == 4:
  try make(arguments[1], size: numbers[0], changes: numbers[1])
case ("full", let numbers) where numbers.count == 1: try full(numbers[0])
case ("cpu", let numbers) where numbers.count == 2: try cpu(size: numbers[0], changes: numbers[1])
default:
  print(
    "usage: bench-delivery make DIR SIZE CHANGES | full SIZE | cpu SIZE CHANGES | body DIR OLDER NEWER FILE…")
  exit(2)
}
