// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FuzzDriver
private import Ingest

/// libFuzzer's entry: any octets as the approvals of a release, checked as a mirror does, and as what is only said to be such a list.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzApprovals(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  check(octets)
  checkClaimed(octets)
  return 0
}

private let lineFeed = UInt8(ascii: "\n")

/// What is read is all that is there, each line spelled in the one way, and found by its entry.
private func check(_ octets: [UInt8]) {
  guard let list = try? ApprovalList(parsing: octets) else { return }
  precondition(list.octets == octets, "read as another text")
  let lines = octets.split(separator: lineFeed)
  let approvals = lines.compactMap { SignedApproval(line: $0) }
  precondition(list.count == lines.count && approvals.count == lines.count, "a line that is no approval")
  precondition(
    zip(lines, approvals).allSatisfy { Array($1.line.utf8)[...] == $0 }, "an approval with two spellings")
  precondition(ApprovalList(approvals).octets == octets, "written as another")
  let entries = Set(approvals.map(\.entry))
  precondition(
    entries.reduce(0) { $0 + list.approvals(of: $1).count } == list.count, "an approval that is not found")
  precondition(list.restricted(to: entries).octets == octets, "all of its entries are not all of it")
  let none = list.replacing(entries, by: [])
  precondition(none.count == 0 && none.octets.isEmpty, "what is taken out is still there")
  precondition(none.replacing([], by: approvals).octets == octets, "what is put in is not there")
  for entry in entries {
    let own = list.approvals(of: entry)
    precondition(own.allSatisfy { $0.entry == entry }, "an approval of something else")
    let without = list.replacing([entry], by: [])
    precondition(without.approvals(of: entry).isEmpty && without.count == list.count - own.count, "kept")
    let again = without.replacing([entry], by: own)
    precondition(again.octets == octets && again.count == list.count, "put back it is another list")
  }
}

private let asked = [".a.example", "b.example", "c.example"].compactMap { try? BlocklistEntry(parsing: $0) }

/// Octets that nobody has looked at: what is found in them is an approval of what was asked for, whatever else they are.
private func checkClaimed(_ octets: [UInt8]) {
  let list = ApprovalList(claimed: octets)
  var found: [SignedApproval] = []
  for entry in asked {
    let own = list.approvals(of: entry)
    precondition(own.allSatisfy { $0.entry == entry }, "an approval of something else")
    found += own
  }
  _ = list.restricted(to: asked)
  _ = list.replacing(asked, by: found)
  _ = list.replacing([], by: found)
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzApprovals) }
}
