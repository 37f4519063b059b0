// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
internal import StrictJSON

/// A stop button pressed on this machine: additions are paused until it is released.
public struct Hold: Hashable, Sendable {
  /// Why.
  public var reason: String
  /// When.
  public var date: Date
  /// The last good release: what later ones added is not shown. Nil: the one before the last that added anything.
  public var lastGood: UInt64?
  /// Up to which release it is not known one by one what was added, where the hold reaches back that far: this stays blocked.
  public var unknownUpTo: UInt64?
  /// How many entries that may concern: those that are shown.
  public var undated: Int?

  /// A hold.
  public init(reason: String, date: Date, lastGood: UInt64? = nil) {
    self.reason = reason
    self.date = date
    self.lastGood = lastGood
  }

  /// The longest reason, in octets of UTF-8.
  public static let maximumReasonOctets = 500
}

extension Hold {
  /// Where a hold in force lies once more, so that it outlives a damaged state.
  static func path(in stateDirectory: String) -> String { stateDirectory + "/hold.json" }

  var octets: [UInt8] { json.encoded() }

  init?(parsing octets: [UInt8]) {
    guard let value = try? JSONValue(parsing: octets) else { return nil }
    self.init(value)
  }
}

/// What `cordon hold` leaves for the follower, in a file of its own, since a following process has the state locked.
public enum HoldRequest: Hashable, Sendable {
  /// Hold.
  case hold(Hold)
  /// Hold no longer.
  case release

  /// Where it is left.
  public static func path(in stateDirectory: String) -> String { stateDirectory + "/hold-request.json" }

  /// The name that the follower gives it before reading it, so that another may be left meanwhile.
  static func takenPath(in stateDirectory: String) -> String { stateDirectory + "/hold-request.taken.json" }

  /// Whether one is left in a state directory that is not seen to yet.
  static func isLeft(in stateDirectory: String, _ files: any FileSystem) -> Bool {
    [path(in: stateDirectory), takenPath(in: stateDirectory)].contains {
      ((try? files.stamp(of: $0)) ?? nil) != nil
    }
  }

  /// The file.
  public var octets: [UInt8] {
    switch self {
    case .release: JSONValue.object(["release": .bool(true)]).encoded()
    case .hold(let hold): hold.json.encoded()
    }
  }

  init?(parsing octets: [UInt8]) {
    guard let value = try? JSONValue(parsing: octets) else { return nil }
    if value["release"]?.boolValue == true {
      self = .release
    } else if let hold = Hold(value) {
      self = .hold(hold)
    } else {
      return nil
    }
  }
}

extension Hold {
  init?(_ value: JSONValue) {
    guard let reason = value["reason"]?.stringValue,
      let date = value["at"]?.stringValue.flatMap(RFC3339.parse)
    else { return nil }
    self.init(
      reason: reason, date: date, lastGood: value["last_good"]?.integerValue.flatMap(UInt64.init(exactly:)))
    unknownUpTo = value["unknown_up_to"]?.integerValue.flatMap(UInt64.init(exactly:))
    undated = value["undated_entries"]?.integerValue.flatMap(Int.init(exactly:))
  }

  var json: JSONValue {
    var object: JSONObject = ["reason": .string(reason), "at": .string(RFC3339.format(date))]
    object["last_good"] = lastGood.map { .integer(Int64(clamping: $0)) }
    object["unknown_up_to"] = unknownUpTo.map { .integer(Int64(clamping: $0)) }
    object["undated_entries"] = undated.map { .integer(Int64($0)) }
    return .object(object)
  }
}
