// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// An object's members in the order written, no key twice; equality ignores the order.
public struct JSONObject: Sendable {
  /// The keys in order; `values` holds exactly these.
  public private(set) var keys: [String]
  private var values: [String: JSONValue]

  /// No members.
  public init() {
    keys = []
    values = [:]
  }

  /// Members in order; a repeated key keeps its first place and takes the last value.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.init()
    for (key, value) in members { self[key] = value }
  }

  /// How many members there are.
  public var count: Int { keys.count }
  /// Whether there is no member.
  public var isEmpty: Bool { keys.isEmpty }

  /// The members in order.
  public var members: [(key: String, value: JSONValue)] {
    keys.compactMap { key in values[key].map { (key, $0) } }
  }

  /// The value of `key`; setting `nil` removes the member, a new key goes last.
  public subscript(key: String) -> JSONValue? {
    get { values[key] }
    set {
      if let newValue {
        if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
      } else if values.removeValue(forKey: key) != nil {
        keys.removeAll { $0 == key }
      }
    }
  }

  /// Adds a member, or answers `false` and changes nothing when the key is there already.
  mutating func insert(_ value: JSONValue, forNewKey key: String) -> Bool {
    guard values[key] == nil else { return false }
    values[key] = value
    keys.append(key)
    return true
  }
}

extension JSONObject: Hashable {
  /// Whether both have equal members, in whatever order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool { left.values == right.values }
  /// Hashes the members, whatever their order.
  public func hash(into hasher: inout Hasher) { hasher.combine(values) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Members in order; a repeated key takes the last value.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
