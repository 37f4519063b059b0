// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Field lines in the order they came, found by name without regard to case (RFC 9110 §5).
public struct HTTPFields: Hashable, Sendable {
  /// Every line, in order.
  public private(set) var lines: [HTTPField]

  /// Lines as given.
  public init(_ lines: [HTTPField] = []) { self.lines = lines }

  /// The first value of `name`; setting replaces every line of that name, or removes them for nil.
  public subscript(_ name: String) -> String? {
    get { lines.first { HTTPGrammar.equalIgnoringCase($0.name, name) }?.value }
    set {
      remove(name)
      if let newValue { append(name, newValue) }
    }
  }

  /// Every value of `name`, in order.
  public func all(_ name: String) -> [String] {
    lines.lazy.filter { HTTPGrammar.equalIgnoringCase($0.name, name) }.map(\.value)
  }

  /// Whether any line has this name.
  public func contains(_ name: String) -> Bool {
    lines.contains { HTTPGrammar.equalIgnoringCase($0.name, name) }
  }

  /// The members of a comma-separated list field, over all its lines, trimmed, empty ones dropped.
  public func list(_ name: String) -> [String] {
    all(name).flatMap { value in
      // By octets: a comma is one whatever stands after it, a mark that joins the character before it too.
      value.utf8.split(separator: UInt8(ascii: ",")).map(Self.trimmed).filter { !$0.isEmpty }
    }
  }

  /// Adds a line at the end.
  public mutating func append(_ name: String, _ value: String) {
    lines.append(HTTPField(name: name, value: value))
  }

  /// Removes every line of this name.
  public mutating func remove(_ name: String) {
    lines.removeAll { HTTPGrammar.equalIgnoringCase($0.name, name) }
  }

  private static func trimmed(_ octets: Substring.UTF8View) -> String {
    func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }
    var octets = octets.drop(while: isBlank)
    while let last = octets.last, isBlank(last) { octets.removeLast() }
    return String(Substring(octets))
  }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
  /// Lines in the literal's order.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { HTTPField(name: $0.0, value: $0.1) })
  }
}
