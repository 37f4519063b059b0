// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import ListFormats
private import Names

/// Tells a name server with a response policy zone by `nsupdate`. The server applies each message whole or not at all.
struct NSUpdateChannel: ResolverChannel {
  let basis: ChannelBasis

  func tell(_ delta: Delta, expected: String) -> String? {
    var script = script(expected: expected)
    var pending = PendingInput(basis: basis)
    do throws(PendingInput.Stop) {
      try script.write(delta) { message throws(PendingInput.Stop) in try pending.add(message) }
      try pending.end()
      return nil
    } catch {
      return error.problem
    }
  }

  func omitted(of list: Blocklist) -> Int { script(expected: nil).omitted(of: list) }

  /// The zone can be asked for.
  func withdraw(_ suspicion: Suspicion, beyond list: Blocklist) -> String? { nil }

  /// Fetches the zone as it is, and puts right what is not as it should be: what is missing first, since until then a record that is
  /// not wanted may be all that covers a name. The server answers all the while.
  func repair(to list: Blocklist, without suspicion: Suspicion, answersDiffer: Bool) -> String? {
    var script = script(expected: nil)
    var pending = PendingInput(basis: basis)
    let spool = FileSpool(path: basis.inputPath + ".gone", files: basis.files)
    var comparison = ZoneComparison(
      list: list, named: basis.options.list, zone: basis.options.zone.text, target: script.target,
      canary: basis.options.canary?.text, spool: spool)
    do throws(PendingInput.Stop) {
      if let problem = transfer(into: &comparison) { throw PendingInput.Stop(problem: problem) }
      try comparison.forEachMissing { name, scope, isWildcard throws(PendingInput.Stop) in
        guard script.expresses(name, scope) else { return }
        if let message = script.add(name, isWildcard: isWildcard) { try pending.add(message) }
      }
      if let message = script.flush() { try pending.add(message) }
      try comparison.forEachUnwanted { name, isWildcard throws(PendingInput.Stop) in
        if let message = script.delete(name, isWildcard: isWildcard) { try pending.add(message) }
      }
      do throws(FileFault) { try spool.check() } catch { throw PendingInput.Stop(problem: error.description) }
      try pending.add(script.end())
      try pending.end()
      return nil
    } catch {
      return error.problem
    }
  }

  private func transfer(into comparison: inout ZoneComparison) -> String? {
    let (address, zone) = (basis.target.address, basis.options.zone.text)
    let command =
      basis.target.transferCommand
      ?? "dig +noall +answer +onesoa +nocookie -p \(address.port) @\(address.host) \(zone) axfr"
    let problem = ShellCommand(
      command, timeout: max(basis.timeout, .seconds(300)), state: basis.folder
    ).run { part in comparison.take(part) }
    if let problem { return "the transfer of the zone \(problem.text)" }
    guard comparison.isWholeZone else {
      return "the zone \(zone) could not be transferred: \(comparison.complaint)"
    }
    return comparison.otherList.map {
      "the zone \(zone) carries the list \($0): give each list a zone of its own by --zone"
    }
  }

  private func script(expected: String?) -> NSUpdateScript {
    let address = basis.target.address
    // With this option the program knows the server, and refuses to be told another.
    let knowsServer = basis.target.command.split(separator: " ").contains("-l")
    return NSUpdateScript(
      options: basis.options, server: knowsServer ? nil : "\(address.host) \(address.port)",
      marker: basis.marker, expected: expected)
  }
}

/// Messages gathered until a run of the program is worth while.
struct PendingInput {
  struct Stop: Error { let problem: String }

  static let octets = 1 << 20

  let basis: ChannelBasis
  private var input: [UInt8] = []

  init(basis: ChannelBasis) { self.basis = basis }

  mutating func add(_ message: [UInt8]) throws(Stop) {
    input += message
    if input.count >= Self.octets { try end() }
  }

  mutating func end() throws(Stop) {
    guard !input.isEmpty else { return }
    defer { input = [] }
    if let problem = basis.run(input) { throw Stop(problem: problem) }
  }
}
