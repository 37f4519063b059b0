// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import StrictJSON

/// Takes the known fields out of an object; what remains is unrecognised and preserved.
struct FieldReader {
  let role: String
  private(set) var remaining: JSONObject

  init(_ value: JSONValue?, _ name: String, role: String) throws(ManifestRefusal) {
    guard let object = value?.objectValue else {
      throw .malformed(role: role, detail: "\(name) is not an object")
    }
    self.role = role
    remaining = object
  }

  func malformed(_ detail: String) -> ManifestRefusal { .malformed(role: role, detail: detail) }

  mutating func optional(_ name: String) -> JSONValue? {
    defer { remaining[name] = nil }
    return remaining[name]
  }

  mutating func required(_ name: String) throws(ManifestRefusal) -> JSONValue {
    guard let value = optional(name) else { throw malformed("\(name) is missing") }
    return value
  }

  mutating func string(_ name: String) throws(ManifestRefusal) -> String {
    guard let text = try required(name).stringValue else { throw malformed("\(name) is not a string") }
    return text
  }

  mutating func integer(_ name: String, atLeast least: Int64) throws(ManifestRefusal) -> Int64 {
    guard let integer = try required(name).integerValue, integer >= least else {
      throw malformed("\(name) is not a whole number of \(least) or more")
    }
    return integer
  }

  mutating func array(_ name: String) throws(ManifestRefusal) -> [JSONValue] {
    guard let array = try required(name).arrayValue else { throw malformed("\(name) is not an array") }
    return array
  }

  mutating func strings(_ name: String) throws(ManifestRefusal) -> [String] {
    var strings: [String] = []
    for value in try array(name) {
      guard let string = value.stringValue else { throw malformed("\(name) holds more than strings") }
      strings.append(string)
    }
    return strings
  }

  mutating func object(_ name: String) throws(ManifestRefusal) -> JSONObject {
    guard let object = try required(name).objectValue else {
      throw malformed("\(name) is not an object")
    }
    return object
  }

  mutating func date(_ name: String) throws(ManifestRefusal) -> Date {
    guard let date = RFC3339.parse(try string(name)) else {
      throw malformed("\(name) is not a time like 2026-01-31T00:00:00Z")
    }
    return date
  }

  /// Algorithm to lower-case hexadecimal digits, at least one.
  mutating func hashes(_ name: String) throws(ManifestRefusal) -> [String: String] {
    var hashes: [String: String] = [:]
    for (algorithm, value) in try object(name).members {
      guard let hex = value.stringValue, !hex.isEmpty, hex.utf8.allSatisfy(Self.isHexDigit) else {
        throw malformed("\(name) holds more than hexadecimal digits")
      }
      hashes[algorithm] = hex
    }
    guard !hashes.isEmpty else { throw malformed("\(name) is empty") }
    return hashes
  }

  private static func isHexDigit(_ octet: UInt8) -> Bool {
    (0x30...0x39).contains(octet) || (0x61...0x66).contains(octet)
  }
}

extension JSONObject {
  /// Known members first, then the preserved ones.
  func adding(_ unrecognized: JSONObject) -> JSONObject {
    var all = self
    for (key, value) in unrecognized.members where all[key] == nil { all[key] = value }
    return all
  }
}

extension [String: String] {
  var json: JSONValue {
    .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
  }
}
