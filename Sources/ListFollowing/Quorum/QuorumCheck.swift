// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
private import HTTPMessages
internal import Ingest
private import SignedManifests

/// Which entries of a verified list no quorum of agencies approved. They are kept in the list held, so that deltas go on
/// fitting it, and left out of all outputs. Removals need no quorum.
struct QuorumCheck {
  let list: ListName
  let countries: Int
  let transport: any Transport
  let download: Download
  let kept: QuorumFiles
  /// Approvals of what was added that came with the change.
  let offered: [UInt8]?
  /// What a person should know.
  var notes: [String] = []
  /// Whether all of the list was judged, since it is not known how the one before was, or it was by less than is asked for now.
  private(set) var isAnew = false

  /// The entries of `next` that are not proven, in order.
  ///
  /// - Parameter held: the list judged before, and its release; nil judges everything anew.
  mutating func unproven(
    in next: Blocklist, _ release: SignedRelease, over held: (list: Blocklist, version: UInt64)?
  ) throws(FollowFailure) -> EntryLines {
    let memory = try local { () throws(FileFault) in try kept.memory(of: held?.list.digest) }
    let earlier = try local { () throws(FileFault) in try kept.agencies(memory?.agencies) }
    let current = try agencies(release, earlier)
    let register = Self.register(current)
    let plan: Plan
    if let held, let memory, memory.entries == held.list.digest, memory.countries >= countries,
      (memory.agencies == nil) == (earlier == nil), Self.register(earlier).isContained(in: register)
    {
      let old = memory.unproven.filter { next.entries.contains(line: $0) }
      let new = held.list.digest == next.digest ? .none : Delta(from: held.list, to: next).additions
      let isSettled =
        memory.approvals == release.approvals?.description.sha256 && memory.countries == countries
        && memory.agencies == current.map { SHA256Digest(hashing: $0) }
      plan =
        isSettled || old.isEmpty
        ? Plan(candidates: new, isWhole: false, since: held.version, rest: old)
        : Plan(candidates: old.union(new), isWhole: true)
    } else {
      plan = Plan(candidates: next.entries, isWhole: true)
      isAnew = true
    }
    let unproven = try judge(plan, release, register)
    let version = release.record.version
    let known = QuorumMemory(
      countries: countries, entries: next.digest, agencies: current.map { SHA256Digest(hashing: $0) },
      approvals: isLookedThrough ? release.approvals?.description.sha256 : nil,
      since: isAnew ? version : min(version, memory?.since ?? version), unproven: unproven)
    let before = memory?.entries == held?.list.digest ? memory : nil
    try local { () throws(FileFault) in
      if let current, current != earlier { try kept.save(agencies: current) }
      if known != memory { try kept.save(known, over: before) }
    }
    return unproven
  }

  /// What is to be verified now, and with which approvals.
  private struct Plan {
    var candidates: EntryLines
    /// Whether all approvals are wanted, or only those since a release.
    var isWhole: Bool
    var since: UInt64 = 0
    /// What stays unproven without looking.
    var rest = EntryLines.none
  }

  /// Whether all there is was looked through, so that nothing more is to be found in it.
  private var isLookedThrough = false

  init(
    list: ListName, countries: Int, transport: any Transport, download: Download, kept: QuorumFiles,
    offered: [UInt8]? = nil
  ) {
    self.offered = offered
    self.list = list
    self.countries = countries
    self.transport = transport
    self.download = download
    self.kept = kept
  }

  private mutating func judge(
    _ plan: Plan, _ release: SignedRelease, _ register: AgencyRegister
  ) throws(FollowFailure) -> EntryLines {
    guard !plan.candidates.isEmpty else {
      isLookedThrough = true
      return plan.rest
    }
    var unproven = plan.candidates
    let quorum = ApprovalQuorum(register: register, countries: countries, list: list)
    if !plan.isWhole, let approvals = recent(since: plan.since, to: release.record.version) {
      unproven = Self.failing(unproven, approvals, quorum)
    }
    // Whatever was told of the recent ones, the signed file has the last word.
    if !unproven.isEmpty, let approvals = try whole(release) {
      unproven = Self.failing(unproven, approvals, quorum)
      isLookedThrough = true
    } else {
      isLookedThrough = unproven.isEmpty || release.approvals == nil
    }
    return plan.rest.union(unproven)
  }

  /// Approvals of a million entries are some hundred megabytes: what has been looked at leaves the memory.
  private static func failing(
    _ entries: EntryLines, _ approvals: ApprovalList, _ quorum: ApprovalQuorum
  ) -> EntryLines {
    var looked = 0
    let unproven = entries.filter { line in
      looked += 1
      if looked % 4096 == 0 {
        approvals.relax()
        entries.slab.relax()
      }
      guard let entry = try? BlocklistEntry(parsing: String(decoding: line, as: UTF8.self)) else {
        return true
      }
      return !quorum.isProven(entry, by: approvals.approvals(of: entry))
    }
    approvals.relax()
    return unproven
  }

  // MARK: What is fetched

  /// The approvals of what was added since a release; nil when this source does not tell.
  private func recent(since version: UInt64, to latest: UInt64) -> ApprovalList? {
    if let offered { return ApprovalList(claimed: offered) }
    let request = TransportRequest(
      path: "v1/lists/\(list.text)/approvals?since=\(version)", fields: ["Accept": "text/plain"],
      maximumOctets: 256 << 20)
    guard let answer = try? transport.send(request), answer.status == 200 else { return nil }
    return ApprovalList(claimed: Slab(answer.body))
  }

  /// The approvals of the release, as signed; nil when there are none, or they cannot be had now.
  private mutating func whole(_ release: SignedRelease) throws(FollowFailure) -> ApprovalList? {
    guard let signed = release.approvals else { return nil }
    guard let slab = try fetch(signed, what: "the approvals") else { return nil }
    return ApprovalList(claimed: slab)
  }

  /// The octets of agencies.json as signed now, or as kept when they cannot be had.
  private mutating func agencies(
    _ release: SignedRelease, _ earlier: [UInt8]?
  ) throws(FollowFailure) -> [UInt8]? {
    guard let signed = release.agencies else {
      notes.append(
        earlier == nil
          ? "no agencies.json is signed: nothing can be proven"
          : "no agencies.json is signed: the one kept counts on")
      return earlier
    }
    if let earlier, signed.description.sha256 == SHA256Digest(hashing: earlier) { return earlier }
    guard let octets = try fetch(signed, what: "agencies.json")?.octets else { return earlier }
    do throws(AgencyRegisterError) {
      _ = try AgencyRegister(parsing: octets)
      return octets
    } catch {
      notes.append("\(error); the one kept counts on")
      return earlier
    }
  }

  private static func register(_ octets: [UInt8]?) -> AgencyRegister {
    octets.flatMap { try? AgencyRegister(parsing: $0) } ?? .empty
  }

  /// A signed file; nil, with a word, when it cannot be had: removals do not wait for it.
  private mutating func fetch(
    _ signed: SignedRelease.Companion, what: String
  ) throws(FollowFailure) -> Slab? {
    guard let digest = signed.description.sha256, let length = Int(exactly: signed.description.length) else {
      return nil
    }
    do throws(FollowFailure) {
      let octets = try download.run("repository/targets/" + signed.location, length: length, digest: digest)
      if octets == nil { notes.append("\(what): the server's file is not the signed one") }
      return octets
    } catch {
      guard case .unreachable(let reason) = error else { throw error }
      notes.append("\(what) could not be had: \(reason)")
      return nil
    }
  }
}
