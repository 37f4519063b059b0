// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// A change as input for `unbound-control`: which of its commands, and the lines it reads.
///
/// Unbound carries out one command at a time and answers no query meanwhile, so each is kept short. Every command may be repeated.
public struct UnboundBatches: Sendable {
  /// The most lines of one command: a few hundredths of a second.
  public static let lines = 1000

  /// One command.
  public struct Batch: Hashable, Sendable {
    /// `local_zones`, `local_datas` or `local_zones_remove`.
    public let command: String
    /// What it reads from standard input.
    public let input: [UInt8]
  }

  private let zones: UnboundZones

  /// Batches for what a resolver shall answer by the options.
  public init(options: RenderOptions) { zones = UnboundZones(options) }

  /// The commands, in the order to run them: first what is listed now, then what is not any more.
  public func forEach<Failure>(in delta: Delta, _ body: (Batch) throws(Failure) -> Void) throws(Failure) {
    let changes = ChangedNames(delta)
    var zone = Collector("local_zones")
    var data = Collector("local_datas")
    try changes.forEachListed { name, scope throws(Failure) in
      if let batch = zone.take(zones.zoneLine(name, scope)) { try body(batch) }
      for line in zones.dataLines(name, scope) {
        guard let batch = data.take(line) else { continue }
        if let before = zone.rest() { try body(before) }
        try body(batch)
      }
    }
    for rest in [zone.rest(), data.rest()] { if let rest { try body(rest) } }
    var gone = Collector("local_zones_remove")
    try changes.forEachUnlisted { name, _, now throws(Failure) in
      if now == nil, let batch = gone.take(name + Array(".\n".utf8)) { try body(batch) }
    }
    if let rest = gone.rest() { try body(rest) }
  }

  private struct Collector {
    let command: String
    var input: [UInt8] = []
    var count = 0

    init(_ command: String) { self.command = command }

    mutating func take(_ line: some Sequence<UInt8>) -> Batch? {
      input.append(contentsOf: line)
      count += 1
      return count == UnboundBatches.lines ? rest() : nil
    }

    mutating func rest() -> Batch? {
      guard count > 0 else { return nil }
      defer { (input, count) = ([], 0) }
      return Batch(command: command, input: input)
    }
  }
}

extension UnboundZones {
  /// `name. type`.
  fileprivate func zoneLine(_ name: ArraySlice<UInt8>, _ scope: Scope) -> [UInt8] {
    Array(name) + Array(". \(zoneType(scope))\n".utf8)
  }

  /// The records of a zone, a line each.
  fileprivate func dataLines(_ name: ArraySlice<UInt8>, _ scope: Scope) -> [[UInt8]] {
    records(scope).map { Array(name) + Array(". 60 IN \($0)\n".utf8) }
  }
}
