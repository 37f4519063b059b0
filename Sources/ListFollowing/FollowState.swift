// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
internal import StrictJSON

/// What a follower remembers between rounds, in `state.json`.
public struct FollowState: Hashable, Sendable {
  /// The list followed.
  public var list: String
  /// The number of this follower, by which others know it.
  public var follower: String?
  /// The content that entries.txt has, once a round succeeded.
  public var applied: ListRecord?
  /// The content that entries.txt is about to get; it counts when a round was cut short after writing it.
  public var pending: ListRecord?
  /// Digests of the keys that spoke for the release held when it was last proven current; empty when that is not known.
  public var signers: Set<String> = []
  /// Whether the next round takes the full list because a delta was refused.
  public var needsFullList = false
  /// Whether outputs changed without a successful reload since.
  public var needsReload = false
  /// What each output was last written from.
  public var outputs: [OutputStamp] = []
  /// What each running resolver was last told.
  public var told: [ToldStamp] = []
  /// Mixed into markers, so that they tell nobody which list is in force.
  public var salt: String?
  /// The marker of outputs that were taken back because a resolver did not answer as it should, and when.
  public var rejected: Rejection?
  /// Outputs that no resolver has confirmed yet.
  public var unverified: Unverified?
  /// What outputs carry besides the list; nil before any was written.
  public var shown: Shown?
  /// What resolvers last confirmed.
  public var confirmed: Confirmed?
  /// Outputs, by their marker, that resolvers answer wrongly with, and with those before no better: they stay in place.
  public var unhelped: Rejection?
  /// A stop button pressed on this machine.
  public var hold: Hold?
  /// How many additions of the list held are not shown to resolvers yet.
  public var withheld = 0
  /// Those of them that the brake holds back, the newest last.
  public var braked: [Braked] = []
  /// The most subtrees of the list that an output or a resolver leaves open as a whole, because of names allowed in them.
  public var openSubtrees = 0
  /// The version last reported to the server.
  public var receiptVersion: UInt64?
  /// When a round last proved that the list held is current.
  public var lastSuccess: Date?
  /// The last round.
  public var lastAttempt: Attempt?
  /// Rounds in a row in which a mirror had nothing newer and no other source was asked.
  public var roundsUnchecked = 0
  /// How the list held stood by its approvals; nil when they are not asked for.
  public var quorum: Quorum?
  /// When the server last said that it does not know the compact form; it is asked again after a day.
  public var plainServerSeen: Date?
  /// Whether metadata in one body was refused, so that the next round looks at the files: cleared by a round that succeeds.
  public var needsPlainFiles = false
  /// What is known of the sources.
  public var sources = SourceMemory()

  /// Outputs that were taken back.
  public struct Rejection: Hashable, Sendable {
    /// Their marker.
    public var marker: String
    /// When.
    public var date: Date
    /// What the resolver did not do, in one plain line.
    public var detail: String
  }

  /// How a round ended.
  public struct Attempt: Hashable, Sendable {
    /// When.
    public var date: Date
    /// `current`, `updated`, `refused`, `unreachable`, `failed`, `reload-failed`, `resolver-failed` or `unverified`.
    public var outcome: String
    /// The name of the check that refused.
    public var check: String?
    /// One plain line.
    public var detail: String?
  }

  /// The state before the first round.
  public init(list: String) { self.list = list }
}

extension FollowState {
  /// Reads a state; nil for bytes that are none.
  package init?(parsing octets: [UInt8]) {
    guard let object = try? JSONValue(parsing: octets).objectValue, object["format"]?.integerValue == 1,
      let list = object["list"]?.stringValue
    else { return nil }
    self.init(list: list)
    follower = object["follower"]?.stringValue
    applied = ListRecord(object["applied"])
    pending = ListRecord(object["pending"])
    signers = Set((object["signers"]?.arrayValue ?? []).compactMap(\.stringValue))
    needsFullList = object["needs_full_list"]?.boolValue ?? false
    needsReload = object["needs_reload"]?.boolValue ?? false
    outputs = (object["outputs"]?.arrayValue ?? []).compactMap(OutputStamp.init)
    told = (object["told"]?.arrayValue ?? []).compactMap(ToldStamp.init)
    salt = object["salt"]?.stringValue
    rejected = object["rejected"].flatMap(Rejection.init)
    unverified = object["unverified"].flatMap(Unverified.init)
    shown = object["shown"].flatMap(Shown.init)
    confirmed = object["confirmed"].flatMap(Confirmed.init)
    unhelped = object["unhelped"].flatMap(Rejection.init)
    hold = object["hold"].flatMap(Hold.init)
    withheld = object["withheld"]?.integerValue.flatMap(Int.init(exactly:)) ?? 0
    braked = (object["braked"]?.arrayValue ?? []).compactMap(Braked.init)
    openSubtrees = object["open_subtrees"]?.integerValue.flatMap(Int.init(exactly:)) ?? 0
    receiptVersion = object["receipt_version"]?.integerValue.flatMap(UInt64.init(exactly:))
    lastSuccess = object["last_success"]?.stringValue.flatMap(RFC3339.parse)
    lastAttempt = object["last_attempt"].flatMap(Attempt.init)
    roundsUnchecked = object["rounds_unchecked"]?.integerValue.flatMap(Int.init(exactly:)) ?? 0
    quorum = object["quorum"].flatMap(Quorum.init)
    needsPlainFiles = object["needs_plain_files"]?.boolValue ?? false
    plainServerSeen = object["plain_server_seen"]?.stringValue.flatMap(RFC3339.parse)
    sources = SourceMemory(object["sources"])
  }

  /// The bytes of `state.json`.
  package var octets: [UInt8] {
    var object: JSONObject = ["format": 1, "list": .string(list)]
    object["follower"] = follower.map { .string($0) }
    object["applied"] = applied?.json
    object["pending"] = pending?.json
    if !signers.isEmpty { object["signers"] = .array(signers.sorted().map { .string($0) }) }
    object["needs_full_list"] = .bool(needsFullList)
    object["needs_reload"] = .bool(needsReload)
    object["outputs"] = .array(outputs.map(\.json))
    if !told.isEmpty { object["told"] = .array(told.map(\.json)) }
    object["salt"] = salt.map { .string($0) }
    object["rejected"] = rejected?.json
    object["unverified"] = unverified?.json
    object["shown"] = shown?.json
    object["confirmed"] = confirmed?.json
    object["unhelped"] = unhelped?.json
    object["hold"] = hold?.json
    if withheld > 0 { object["withheld"] = .integer(Int64(withheld)) }
    if !braked.isEmpty { object["braked"] = .array(braked.map(\.json)) }
    if openSubtrees > 0 { object["open_subtrees"] = .integer(Int64(openSubtrees)) }
    object["receipt_version"] = receiptVersion.map { .integer(Int64(clamping: $0)) }
    object["last_success"] = lastSuccess.map { .string(RFC3339.format($0)) }
    object["last_attempt"] = lastAttempt?.json
    if roundsUnchecked > 0 { object["rounds_unchecked"] = .integer(Int64(roundsUnchecked)) }
    object["quorum"] = quorum?.json
    if needsPlainFiles { object["needs_plain_files"] = true }
    object["plain_server_seen"] = plainServerSeen.map { .string(RFC3339.format($0)) }
    object["sources"] = sources.json
    return JSONValue.object(object).encoded(pretty: true)
  }
}

extension FollowState {
  /// Whether the server may know the compact form: one that does not costs a request a day, not one a round.
  func mayAskCompact(at now: Date) -> Bool {
    // A clock set back must not keep it from being asked.
    !needsPlainFiles && plainServerSeen.map { abs(now.timeIntervalSince($0)) >= 86_400 } ?? true
  }
}

extension FollowState.Rejection {
  init?(_ value: JSONValue) {
    guard let marker = value["marker"]?.stringValue, let detail = value["detail"]?.stringValue,
      let date = value["at"]?.stringValue.flatMap(RFC3339.parse)
    else { return nil }
    self.init(marker: marker, date: date, detail: detail)
  }

  var json: JSONValue {
    ["marker": .string(marker), "at": .string(RFC3339.format(date)), "detail": .string(detail)]
  }
}

extension FollowState.Braked {
  init?(_ value: JSONValue) {
    guard let version = value["version"]?.integerValue.flatMap(UInt64.init(exactly:)),
      let additions = value["additions"]?.integerValue.flatMap(Int.init(exactly:)),
      let limit = value["limit"]?.integerValue.flatMap(Int.init(exactly:))
    else { return nil }
    self.init(version: version, additions: additions, limit: limit)
  }

  var json: JSONValue {
    [
      "version": .integer(Int64(clamping: version)), "additions": .integer(Int64(additions)),
      "limit": .integer(Int64(limit)),
    ]
  }
}

extension FollowState.Quorum {
  init?(_ value: JSONValue) {
    func number(_ key: String) -> Int? { value[key]?.integerValue.flatMap(Int.init(exactly:)) }
    guard let countries = number("countries"), let unproven = number("unproven"), let count = number("of")
    else { return nil }
    self.init(countries: countries, unproven: unproven, of: count)
  }

  var json: JSONValue {
    [
      "countries": .integer(Int64(countries)), "unproven": .integer(Int64(unproven)),
      "of": .integer(Int64(of)),
    ]
  }
}

extension FollowState.Attempt {
  init?(_ value: JSONValue) {
    guard let date = value["at"]?.stringValue.flatMap(RFC3339.parse),
      let outcome = value["outcome"]?.stringValue
    else { return nil }
    self.init(
      date: date, outcome: outcome, check: value["check"]?.stringValue, detail: value["detail"]?.stringValue)
  }

  var json: JSONValue {
    var object: JSONObject = ["at": .string(RFC3339.format(date)), "outcome": .string(outcome)]
    object["check"] = check.map { .string($0) }
    object["detail"] = detail.map { .string($0) }
    return .object(object)
  }
}
