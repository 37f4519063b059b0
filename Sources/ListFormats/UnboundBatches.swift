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
    /// `local_zones`, `local_datas_remove`, `local_datas` or `local_zones_remove`.
    public let command: String
    /// What it reads from standard input.
    public let input: [UInt8]
  }

  private let zones: UnboundZones

  /// Batches for what a resolver shall answer by the options.
  public init(options: RenderOptions) { zones = UnboundZones(options) }

  /// The commands, in the order to run them: first what is listed now, then what is not any more.
  ///
  /// - Parameter replacing: whether a name listed now may be there with another answer: that is taken away right before the one that
  ///   it shall have. For so long a host alone is open; a zone that redirects has no answer.
  public func forEach<Failure>(
    in delta: Delta, replacing: Bool = false, _ body: (Batch) throws(Failure) -> Void
  ) throws(Failure) {
    let changes = ChangedNames(delta)
    try replacing ? replace(changes, body) : add(changes, body)
    try forEachRemoval(in: delta, body)
  }

  /// The commands for what is not listed any more, under whatever scope.
  public func forEachRemoval<Failure>(
    in delta: Delta, _ body: (Batch) throws(Failure) -> Void
  ) throws(Failure) {
    var gone = Collector("local_zones_remove")
    try ChangedNames(delta).forEachUnlisted { name, _, now throws(Failure) in
      if now == nil, let batch = gone.take(name + Array(".\n".utf8)) { try body(batch) }
    }
    if let rest = gone.rest() { try body(rest) }
  }

  private func add<Failure>(
    _ changes: ChangedNames, _ body: (Batch) throws(Failure) -> Void
  ) throws(Failure) {
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
  }

  private func replace<Failure>(
    _ changes: ChangedNames, _ body: (Batch) throws(Failure) -> Void
  ) throws(Failure) {
    var batches = ["local_zones", "local_datas_remove", "local_datas"].map(Collector.init)
    func send() throws(Failure) {
      for index in batches.indices { if let batch = batches[index].rest() { try body(batch) } }
    }
    try changes.forEachListed { name, scope throws(Failure) in
      // Two lines of data a name: what is taken away here is told anew in the command after.
      if batches[1].count == Self.lines / 2 { try send() }
      batches[0].add(zones.zoneLine(name, scope))
      batches[1].add(name + Array(".\n".utf8))
      for line in zones.dataLines(name, scope) { batches[2].add(line) }
    }
    try send()
  }

  private struct Collector {
    let command: String
    var input: [UInt8] = []
    var count = 0

    init(_ command: String) { self.command = command }

    mutating func add(_ line: some Sequence<UInt8>) {
      input.append(contentsOf: line)
      count += 1
    }

    mutating func take(_ line: some Sequence<UInt8>) -> Batch? {
      add(line)
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
