// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FuzzDriver

/// libFuzzer's entry: any octets as an update body, for a reader who holds a small list.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUpdate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  check(unsafe FuzzInput(start, count).octets)
  return 0
}

private let limits: UpdateLimits = {
  var limits = UpdateLimits(
    octets: 1 << 16, metadataOctets: 1 << 16, metadataFiles: 16, approvalsOctets: 1 << 16)
  limits.list = ListLimits(entries: 1000, octets: 1 << 16, changes: 1000, deltaOctets: 1 << 16)
  return limits
}()

private let held: Blocklist = {
  let lines = [
    "-h.example", ".a.example", ".a.b.example", ".bad.example", "c.example", "d.test", "host.example",
    "xn--strae-oqa.invalid",
  ]
  let entries = lines.compactMap { try? BlocklistEntry(parsing: $0) }
  guard entries.count == lines.count, let list = try? Blocklist(entries: entries) else {
    preconditionFailure("the list held is one")
  }
  return list
}()

private func check(_ octets: [UInt8]) {
  guard let update = try? CompactUpdate(parsing: octets, limits: limits) else { return }
  precondition(update.from <= update.to, "it leads backwards")
  if let files = try? update.metadata(limits: limits) {
    precondition(Set(files.map(\.name)).count == files.count, "two files of one name")
    precondition(!files.contains { $0.name.contains("/") }, "a name with a folder")
  }
  _ = try? update.approvals(limits: limits)
  // What is written again is read as the same, whatever was skipped.
  let again = try? CompactUpdate(parsing: update.octets, limits: limits)
  precondition(again == update, "written as another")
  for base in [held, .empty] {
    guard let delta = try? update.change.delta(from: base.entries, limits: limits) else { continue }
    guard let list = try? delta.applied(to: base) else { continue }
    precondition(Delta(from: base, to: list) == delta, "a change with more or less than it does")
    let canonical = try? Blocklist(parsing: list.octets)
    precondition(canonical == list, "a list that is none")
    let back = try? delta.reversed.applied(to: list)
    precondition(back == base, "a change that cannot be undone")
  }
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzUpdate) }
}
