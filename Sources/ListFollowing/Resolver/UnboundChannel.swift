// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import ListFormats
private import Names

/// Tells an Unbound by `unbound-control`: a thousand zones take it a few hundredths of a second, and between two commands it answers.
struct UnboundChannel: ResolverChannel {
  let basis: ChannelBasis

  func tell(_ delta: Delta, expected: String) -> String? {
    attempt { batches, take throws(Stop) in
      try mark(basis.marker.text + ":telling")
      for delta in [delta, canary].compactMap({ $0 }) { try batches.forEach(in: delta, take) }
      try mark(basis.marker.text)
    }
  }

  /// A local zone may have any name.
  func omitted(of list: Blocklist) -> Int { 0 }

  /// What Unbound has from elsewhere is left alone: nothing tells it apart.
  func withdraw(_ suspicion: Suspicion, beyond list: Blocklist) -> String? {
    attempt { batches, take throws(Stop) in
      let deltas = try removals(of: suspicion, beyond: list)
      guard !deltas.isEmpty else { return }
      try mark(basis.marker.text + ":telling")
      for delta in deltas { try batches.forEachRemoval(in: delta, take) }
    }
  }

  /// All entries again, since each may be told twice. What is not listed goes last: until then it may be all that covers a name.
  func repair(to list: Blocklist, without suspicion: Suspicion, answersDiffer: Bool) -> String? {
    attempt { batches, take throws(Stop) in
      let deltas = try removals(of: suspicion, beyond: list)
      try mark(basis.marker.text + ":telling")
      try batches.forEach(in: Delta(adding: list.entries), replacing: answersDiffer, take)
      for delta in deltas { try batches.forEachRemoval(in: delta, take) }
      if let canary { try batches.forEach(in: canary, replacing: answersDiffer, take) }
      try mark(basis.marker.text)
    }
  }

  private func removals(of suspicion: Suspicion, beyond list: Blocklist) throws(Stop) -> [Delta] {
    var deltas: [Delta] = []
    for earlier in suspicion.lists {
      do throws(FileFault) {
        deltas.append(try basis.files.difference(from: earlier, to: list, beside: basis.inputPath))
      } catch { throw Stop(problem: error.description) }
    }
    let canaries = suspicion.canaries.filter { $0 != basis.options.canary && !list.covers($0) }
    if let gone = try? Blocklist(entries: canaries.map { BlocklistEntry(name: $0, scope: .host) }) {
      deltas.append(Delta(removing: gone.entries))
    }
    deltas.removeAll { $0.removals.isEmpty }
    return deltas
  }

  /// The canary as one more entry, which every change brings along: whatever the change does to the name, it is blocked afterwards.
  private var canary: Delta? {
    basis.options.canary.flatMap { try? Blocklist(entries: [BlocklistEntry(name: $0, scope: .host)]) }.map {
      Delta(adding: $0.entries)
    }
  }

  private struct Stop: Error { let problem: String }

  private func attempt(
    _ work: (UnboundBatches, _ take: (UnboundBatches.Batch) throws(Stop) -> Void) throws(Stop) -> Void
  ) -> String? {
    do throws(Stop) {
      try work(UnboundBatches(options: basis.options)) { batch throws(Stop) in
        if let problem = basis.run(batch.input, batch.command) { throw Stop(problem: problem) }
      }
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
