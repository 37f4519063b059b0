// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography

/// A running resolver, or a primary that resolvers transfer a zone from, that is told what changed, so that it never has to read the whole list again.
public struct ResolverTarget: Hashable, Sendable {
  /// How it is told.
  public enum Kind: String, CaseIterable, Sendable {
    /// Dynamic updates (RFC 2136) of a response policy zone, by the program `nsupdate`.
    case nsupdate
    /// The same at a primary name server that others transfer the zone from, and that resolves nothing itself.
    case nsupdatePrimary = "nsupdate-primary"
    /// Local zones of an Unbound, by the program `unbound-control`.
    case unboundControl = "unbound-control"
  }

  /// How it is told.
  public var kind: Kind
  /// Where it answers.
  public var address: ResolverAddress
  /// The program with its options, for `/bin/sh -c`.
  public var command: String
  /// For `nsupdate`: prints the whole zone, one record a line; nil for a transfer by `dig`.
  public var transferCommand: String?

  /// A resolver.
  public init(kind: Kind, address: ResolverAddress, command: String, transferCommand: String? = nil) {
    self.kind = kind
    self.address = address
    self.command = command
    self.transferCommand = transferCommand
  }

  /// What the follower remembers it under.
  var key: String { "\(kind.rawValue)@\(address)" }

  /// A file name of its own.
  var fileName: String { String(SHA256Digest(hashing: Array(key.utf8)).hex.prefix(12)) }
}

/// What a resolver was last told, in the follower's memory.
public struct ToldStamp: Hashable, Sendable {
  /// Which resolver.
  public var key: String
  /// The marker of what it was told last, wholly; its list is kept beside.
  public var told: String?
  /// SHA-256 of that list, in hexadecimal digits; nil if it was told before this was noted.
  var toldDigest: String?
  /// How names were answered in that.
  var terms: ToldTerms?
  /// The marker of what it is being told: set while that goes on, and left standing by an interruption.
  public var telling: String?
  /// How names are answered in that.
  var tellingTerms: ToldTerms?
  /// Whether names may have been told by yet other terms: until it was told all by one.
  var answersDiffer = false

  /// Entries of what it was told last that cannot be expressed there.
  public var omitted = 0

  /// What it was told and taken back from, because it did not answer as it should with it.
  var rejected: FollowState.Rejection?

  /// What it answers wrongly with, and with what it was told before no better: it holds that all the same.
  var unhelped: FollowState.Rejection?

  /// What is the matter with it since the last round, in one plain line.
  public var problem: String?

  /// Whether it may hold something else than it was told last, or could not be asked.
  package var isBehind: Bool { isOwing || problem != nil }

  /// Whether it may hold something else than it was told last.
  public var isOwing: Bool { telling != nil }
}

/// What decides, besides the list, what a resolver was told: when it changes, everything told before says the wrong thing.
struct ToldTerms: Hashable, Sendable {
  /// What blocked names answer.
  var answer: String
  /// What was blocked besides the list.
  var canary: String?
}

extension FollowState {
  /// Whether a running resolver is owed a change.
  package var isOwing: Bool { told.contains(where: \.isBehind) }
}
