// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FuzzDriver

/// libFuzzer's entry: any octets as the text of a change, and as a list.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDelta(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  checkDelta(octets)
  checkList(octets)
  return 0
}

private let held: Blocklist = {
  let lines = ["-h.example", ".a.example", ".bad.example", "c.example", "host.example"]
  guard let list = try? Blocklist(entries: lines.map { try BlocklistEntry(parsing: $0) }) else {
    preconditionFailure("the list held is one")
  }
  return list
}()

private func checkDelta(_ octets: [UInt8]) {
  guard let delta = try? Delta(parsing: octets) else { return }
  precondition(delta.text == octets, "a second spelling of a change")
  guard let list = try? delta.applied(to: held) else { return }
  precondition(Delta(from: held, to: list) == delta, "a change with more or less than it does")
  guard let change = try? CompactChange(delta, from: held.entries, level: 1) else {
    preconditionFailure("a change that cannot be packed")
  }
  let unpacked = try? change.delta(from: held.entries)
  precondition(unpacked == delta, "packed as another change")
}

private func checkList(_ octets: [UInt8]) {
  guard let list = try? Blocklist(parsing: octets) else { return }
  precondition(list.octets == octets, "a second spelling of a list")
  let again = try? Blocklist(entries: Array(list))
  precondition(again == list, "a list that is not canonical")
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzDelta) }
}
