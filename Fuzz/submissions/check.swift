// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
public import Ingest
private import Names

private let guards: GuardList = {
  guard let never = try? DomainName(canonical: "big.example"),
    let narrow = try? DomainName(canonical: "shared.example")
  else { preconditionFailure("the names are well-formed") }
  return GuardList([GuardEntry(name: never, level: .never), GuardEntry(name: narrow, level: .narrow)])
}()

/// Takes a made-up body apart and judges its items. Every refusal has its place in the body, lines do not go back, and
/// what is admitted is guarded by nothing and no wider than what somebody registered. The body cut into pieces, one octet
/// each or at places that follow from it, is read as it is whole. Judged items,
/// put aside, come back the same.
public func checkSubmission(
  _ octets: [UInt8], _ format: SubmissionBody.Format, _ separator: SubmissionBody.Separator = .comma
) {
  var terms = SubmissionBody.Terms(format: format, now: Date(timeIntervalSince1970: 1_800_000_000))
  terms.separator = separator
  terms.maximumItems = 1_000
  let whole = Reading(Pieces(octets, .whole), terms)
  judge(whole, octets, terms)
  precondition(Reading(Pieces(octets, .anywhere), terms) == whole, "cut anywhere, another reading")
  // Each octet again and again with one more behind it: what is short only.
  if octets.count <= 128 {
    precondition(Reading(Pieces(octets, .octets), terms) == whole, "octet by octet, another reading")
  }
}

private func judge(_ reading: Reading, _ octets: [UInt8], _ terms: SubmissionBody.Terms) {
  let admission = Admission(names: NameRules(allowsReservedNames: true), guards: guards)
  let lines = octets.count { $0 == 0x0A } + 1
  var count = 0
  var last = 0
  var packed: [UInt8] = []
  var results: [Result<AdmittedItem, ItemRefusal>] = []
  for item in reading.items {
    let result = item.flatMap { admission.admit($0) }
    let line = check(result)
    PackedItems.append(result, to: &packed)
    results.append(result)
    precondition(terms.format == .json || line <= lines, "a line past the end")
    precondition(line >= last, "a line before the one before")
    last = line
    count += 1
  }
  precondition(PackedItems.unpacked(packed) == results, "put aside, other items came back")
  switch reading.end {
  case .success: precondition((1...terms.maximumItems).contains(count), "too many items or none")
  case .failure(let error):
    precondition(error.line >= 1 && error.line <= lines && error.column >= 1 && !error.detail.isEmpty)
    precondition(error.column <= octets.count + 1, "a column past the end")
  }
}

/// - Returns: the line it stands in.
private func check(_ result: Result<AdmittedItem, ItemRefusal>) -> Int {
  switch result {
  case .failure(let refusal):
    precondition(refusal.line >= 1 && refusal.column >= 1 && !refusal.rule.isEmpty && !refusal.detail.isEmpty)
    return refusal.line
  case .success(let item):
    precondition(item.entry.name.isSubdomain(of: item.host.registrable), "wider than registered")
    precondition(item.host.name.isSubdomain(of: item.entry.name), "another host than reported")
    switch guards.verdict(on: item.entry) {
    case .clear: break
    case .narrow: precondition(item.entry.scope == .host, "a shared host blocked whole")
    case .never: preconditionFailure("a guarded name admitted")
    }
    return item.line
  }
}
