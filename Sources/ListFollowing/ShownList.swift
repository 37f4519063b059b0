// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography

/// The list as it is shown to resolvers: the verified one, with what is decided on this machine.
final class ShownList {
  /// The verified list.
  let verified: Blocklist
  /// What was signed of it.
  let record: ListRecord
  private let overrides: LocalOverrides
  private let withheld: Withheld
  private var worked: Blocklist?

  init(
    _ verified: Blocklist, _ record: ListRecord, _ overrides: LocalOverrides,
    _ withheld: Withheld = Withheld()
  ) {
    self.withheld = withheld
    self.verified = verified
    self.record = record
    self.overrides = overrides
  }

  /// Whether it is the verified list, as it was signed.
  var isAsSigned: Bool { overrides.isEmpty && withheld.isEmpty }

  /// Everything it depends on, in one digest (hexadecimal), made without making the list.
  var identity: String { identity(of: record) }

  /// What the identity was, or would be, with another release.
  func identity(of record: ListRecord) -> String {
    let parts = [String(record.version), record.digest.hex, overrides.digest.hex, withheld.digest.hex]
    return SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
  }

  /// The list, worked out when first asked for.
  /// - Throws: `FollowFailure.override` when it exceeds the limits of a list.
  func list() throws(FollowFailure) -> Blocklist {
    if let worked { return worked }
    do throws(BlocklistError) {
      let list = try overrides.applied(to: withheld.applied(to: verified))
      worked = list
      return list
    } catch {
      throw .override(path: "overrides", line: 1, reason: "\(error)")
    }
  }
}
