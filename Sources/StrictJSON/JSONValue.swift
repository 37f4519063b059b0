// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A JSON value as RFC 8259 has it, with whole numbers kept apart from fractional ones.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction or exponent, within 64 bits.
  case integer(Int64)
  /// A number written with a fraction or an exponent; always finite when parsed.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  /// Reads exactly one JSON value, refusing everything RFC 8259 calls an error or leaves undefined.
  ///
  /// - Throws: ``JSONError`` with the position of the first octet that cannot stand there.
  public init(parsing octets: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    self = try JSONParser.parse(octets, dialect: .json, limits: limits)
  }

  /// Reads a configuration file: JSON with comments, trailing commas, unquoted keys and single quotes.
  ///
  /// - Throws: ``JSONError``, as for ``init(parsing:limits:)``.
  public init(json5 octets: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    self = try JSONParser.parse(octets, dialect: .json5, limits: limits)
  }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The truth value, when this is one.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The whole number, when this is one.
  public var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The string, when this is one.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements, when this is an array.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The members, when this is an object.
  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The member `key`, when this is an object that has it.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }
}
