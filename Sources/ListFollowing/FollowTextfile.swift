// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials

/// What a follower remembers as Prometheus text, for node_exporter's textfile collector.
///
/// It names the list and the output files, never an entry.
package struct FollowTextfile {
  private let state: FollowState

  /// The metrics of a state.
  package init(_ state: FollowState) { self.state = state }

  /// The whole file.
  package var text: String {
    let list = Self.label(state.list)
    var lines: [String] = []
    func metric(_ name: String, _ help: String, _ samples: [(labels: String, value: Int64)]) {
      guard !samples.isEmpty else { return }
      lines.append("# HELP cordon_follow_\(name) \(help)")
      lines.append("# TYPE cordon_follow_\(name) gauge")
      lines += samples.map { "cordon_follow_\(name){list=\"\(list)\"\($0.labels)} \($0.value)" }
    }
    func one(_ value: Int64?) -> [(labels: String, value: Int64)] { value.map { [("", $0)] } ?? [] }

    metric("version", "The release held.", one(state.applied.map { Int64(clamping: $0.version) }))
    metric(
      "last_success_timestamp_seconds", "When the list held was last proven current.",
      one(state.lastSuccess.map(Self.seconds)))
    metric(
      "last_round_timestamp_seconds", "When the last round ended.",
      one(state.lastAttempt.map { Self.seconds($0.date) }))
    let outcome = state.lastAttempt?.outcome
    metric(
      "last_round", "How the last round ended: 1 for the one that applies.",
      outcome == nil
        ? [] : Self.outcomes.map { (",outcome=\"\($0)\"", $0 == outcome ? 1 : 0) })
    metric(
      "reload_pending", "Whether outputs changed without a successful reload.", one(state.needsReload ? 1 : 0)
    )
    metric(
      "resolver_pending", "Whether a running resolver could not be told the last change.",
      state.told.map { (",resolver=\"\(Self.label($0.key))\"", $0.isBehind ? 1 : 0) })
    metric(
      "verification_pending", "Whether outputs are in place that no resolver has confirmed.",
      one(state.unverified == nil ? 0 : 1))
    metric(
      "outputs_taken_back", "Whether the outputs before are back in place.",
      one(state.rejected == nil ? 0 : 1))
    metric("withheld_entries", "Additions that are not shown to resolvers yet.", one(Int64(state.withheld)))
    metric(
      "braked_entries", "Additions held back by the brake until a person agrees.",
      one(Int64(state.brakedAdditions)))
    metric(
      "hold_undated_entries", "Entries of which a hold cannot tell whether it should take them back.",
      one(state.hold?.unknownUpTo == nil ? 0 : Int64(state.hold?.undated ?? 0)))
    metric("hold", "Whether additions are paused by cordon hold.", one(state.hold == nil ? 0 : 1))
    metric(
      "open_subtrees", "Listed subtrees left open as a whole because of a name allowed in them.",
      one(Int64(state.openSubtrees)))
    metric(
      "output_entries", "Entries written to an output.",
      state.outputs.map { (",path=\"\(Self.label($0.path))\"", Int64($0.listed)) })
    metric(
      "output_omitted_entries", "Entries that an output's format cannot express.",
      state.outputs.map { (",path=\"\(Self.label($0.path))\"", Int64($0.omitted)) })
    metric(
      "output_narrowed_entries",
      "Entries that an output carries as the name alone, without what is below it.",
      state.outputs.map { (",path=\"\(Self.label($0.path))\"", Int64($0.narrowed)) })
    metric(
      "resolver_omitted_entries", "Entries that a running resolver cannot be told.",
      state.told.map { (",resolver=\"\(Self.label($0.key))\"", Int64($0.omitted)) })
    metric(
      "unproven_entries", "Entries left out because signed approvals do not prove them.",
      one(state.quorum.map { Int64($0.unproven) }))
    return lines.joined(separator: "\n") + "\n"
  }

  private static let outcomes = [
    "current", "updated", "refused", "unreachable", "failed", "reload-failed", "resolver-failed",
    "unverified",
  ]

  private static func seconds(_ date: Date) -> Int64 { Int64(date.timeIntervalSince1970) }

  /// A label's value, escaped as the text format wants.
  private static func label(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
