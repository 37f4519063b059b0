// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import ListFormats
private import Names

/// Tells an Unbound by `unbound-control`: a thousand zones take it a few hundredths of a second, and between two commands it answers.
struct UnboundChannel: ResolverChannel {
  let basis: ChannelBasis

  func tell(_ delta: Delta, expected: String) -> String? { run([delta]) }

  /// All entries again, since each may be told twice; then away with those told once and no longer listed. What Unbound has from
  /// elsewhere is left alone: nothing tells it apart.
  func repair(to list: Blocklist, suspected: [Blocklist]) -> String? {
    var deltas = [Delta(from: .empty, to: list)]
    for earlier in suspected {
      let gone = Delta(from: earlier, to: list).removals
      if !gone.isEmpty { deltas.append(Delta(removing: gone)) }
    }
    return run(deltas)
  }

  /// The canary as one more entry, which every change brings along: whatever the change does to the name, it is blocked afterwards.
  private var canary: Delta? {
    basis.options.canary.flatMap { try? Blocklist(entries: [BlocklistEntry(name: $0, scope: .host)]) }.map {
      Delta(from: .empty, to: $0)
    }
  }

  private struct Stop: Error { let problem: String }

  private func run(_ deltas: [Delta]) -> String? {
    let batches = UnboundBatches(options: basis.options)
    do throws(Stop) {
      try mark(basis.marker.text + ":telling")
      for delta in deltas + [canary].compactMap({ $0 }) {
        try batches.forEach(in: delta) { batch throws(Stop) in
          if let problem = basis.run(batch.input, batch.command) { throw Stop(problem: problem) }
        }
      }
      try mark(basis.marker.text)
      return nil
    } catch {
      return error.problem
    }
  }

  private func mark(_ text: String) throws(Stop) {
    let name = basis.marker.name.text
    for (input, command) in [
      ("\(name).\n", "local_datas_remove"), ("\(name). 60 IN TXT \"\(text)\"\n", "local_datas"),
    ] {
      if let problem = basis.run(Array(input.utf8), command) { throw Stop(problem: problem) }
    }
  }
}
