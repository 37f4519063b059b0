// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import ListFormats
private import Glibc
internal import Names

/// Whether a resolver really answers as it should, seen from outside as its users see it.
struct ResolverCheck {
  let probe: any ResolverProbe
  let address: ResolverAddress
  let patience: Duration
  /// The zone that holds the marker as a name of its own; nil for resolvers, which have it in force.
  var zone: DomainName?

  /// What must hold.
  struct Expectations {
    /// The marker that must be there, when an output carries one.
    var marker: ReleaseMarker?
    /// A name that must be blocked.
    var blocked: DomainName?
    /// Names that must be answered as if there were no list.
    var open: [String] = []
    /// What a blocked name answers.
    var action: BlockAction = .nxdomain
  }

  /// What the marker of a list says now; nil when there is none, or no answer.
  func marker(at name: DomainName) -> String? { marker(at: name)?.texts.first }

  private func marker(at name: DomainName) -> NameAnswer? {
    let place = zone.map { "\(name.text).\($0.text)" } ?? name.text
    return probe.ask(NameQuestion(place, .txt), at: address, patience: .seconds(2))
  }

  /// What was found, in plain lines without any listed name.
  enum Verdict: Hashable {
    /// All holds.
    case right
    /// Nothing speaks against it; what could not be seen.
    case partly(String)
    /// There was no answer to judge by: the resolver may be off, or starting.
    case silent(String)
    /// There was an answer, and it is another one than there should be.
    case wrong(String)
  }

  /// Waits until all holds, or the time is over: what it came to.
  func verdict(_ expected: Expectations) -> Verdict {
    let begin = ContinuousClock.now
    let deadline = begin + patience
    while true {
      let verdict = verdictNow(expected)
      let isOver =
        if case .partly = verdict {
          ContinuousClock.now >= min(deadline, begin + Self.patienceForProof)
        } else {
          ContinuousClock.now >= deadline
        }
      guard verdict != .right, !isOver else {
        return switch verdict {
        case .right: .right
        case .partly(let remark): .partly("\(address): \(remark)")
        case .silent(let problem): .silent("\(address): \(problem)")
        case .wrong(let problem): .wrong("\(address): \(problem)")
        }
      }
      usleep(50_000)
    }
  }

  /// What is wrong at present, each expectation by itself, so that it can be compared with what is wrong at another time.
  func faults(_ expected: Expectations) -> Set<String> {
    var (list, faults) = (expected, Set<String>())
    list.open = []
    if case .wrong = verdictNow(list) { faults.insert(Self.listFault) }
    for name in expected.open {
      if case .wrong = verdictNow(Expectations(open: [name], action: expected.action)) { faults.insert(name) }
    }
    return faults
  }

  /// How it is called that a resolver has other than the list in force.
  static let listFault = "the list"

  private func verdictNow(_ expected: Expectations) -> Verdict {
    var remark: String?
    if let wanted = expected.marker {
      guard let answer: NameAnswer = marker(at: wanted.name) else { return .silent("no answer") }
      guard answer.texts == [wanted.text] else {
        return .wrong("the release in force is not the one written (\(answer.texts.first ?? "no marker"))")
      }
    }
    if let name = expected.blocked {
      guard let answer = probe.ask(NameQuestion(name.text, .a), at: address, patience: .seconds(2)) else {
        return .silent("no answer")
      }
      // Where the resolver asks before it applies the list, the canary's own name servers may be down: then the marker decides.
      let isUndecided = answer.code == Self.serverFailure && expected.marker != nil
      if !isUndecided, !isBlocked(answer, expected.action) {
        guard answer.code == Self.noSuchName else { return .wrong("the canary is not blocked") }
        switch (expected.action, expected.marker) {
        case (.redirect, nil): return .wrong("the canary does not get the stop page")
        case (.redirect, _): remark = "blocked names get no such name there, and not the stop page"
        case (.nxdomain, nil) where Self.isReserved(name):
          remark =
            "that there is no such name as the canary proves nothing, since it is reserved: ask for it by hand"
        case (.nxdomain, _): break
        }
      }
    }
    for name in expected.open {
      guard let answer = probe.ask(NameQuestion(name, .a), at: address, patience: .seconds(5)) else {
        return .silent("no answer for \(name), which must stay open")
      }
      // No list makes a resolver say that it failed: the name's own servers may be down.
      guard answer.code != Self.serverFailure else {
        return .silent("\(name), which must stay open, cannot be resolved at present")
      }
      guard answer.code == 0, !answer.addresses.isEmpty, !isBlocked(answer, expected.action) else {
        return .wrong("\(name), which must stay open, is not answered")
      }
    }
    return remark.map { .partly($0) } ?? .right
  }

  private static let serverFailure: UInt8 = 2
  private static let noSuchName: UInt8 = 3

  /// So long a proof is waited for where there may be none.
  private static let patienceForProof = Duration.seconds(5)

  /// Whether an answer is one that only a list gives: the stop page, or no data, or an address that is none.
  private func isBlocked(_ answer: NameAnswer, _ action: BlockAction) -> Bool {
    switch action {
    // A policy file for Unbound says "no data" for a host alone, a hosts file that it is nowhere.
    case .nxdomain: answer.code == 0 && answer.addresses.allSatisfy { ["0.0.0.0", "::"].contains($0) }
    case .redirect(let host): answer.addresses.contains(host.ipv4.text)
    }
  }

  /// Whether no name below exists, whatever resolver is asked.
  private static func isReserved(_ name: DomainName) -> Bool {
    let labels = name.text.split(separator: ".").map(String.init)
    return ["example", "test", "invalid", "localhost"].contains(labels.last)
      || ["example.com", "example.net", "example.org"].contains(labels.suffix(2).joined(separator: "."))
  }
}
