// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Names

/// What one line of a list may be.
enum LineGrammar {
  /// Two label dots apart, 253 octets of name and the dot in front of a subtree entry.
  static let maximumLength = 254

  /// Why `line` (without line feed) is not an entry's canonical spelling, or nil if it is.
  static func refusal(of line: Span<UInt8>) -> LineRefusal? {
    guard line.count > 0 else { return .empty }
    let name = line.extracting((line[0] == Octet.dot ? 1 : 0)...)
    if isPlainName(name) { return nil }
    if line.indices.contains(where: { line[$0] == Octet.carriageReturn }) { return .carriageReturn }
    return isCanonicalName(name) ? nil : .notCanonical
  }

  /// Whether `name` is surely canonical: at least two labels of letters and digits with single inner hyphens, the last one beginning
  /// with a letter. What is not plain may be canonical still; `DomainName` decides, at thirty times the cost.
  private static func isPlainName(_ name: Span<UInt8>) -> Bool {
    guard (3...253).contains(name.count) else { return false }
    var labelStart = 0
    var previous = Octet.dot
    for index in name.indices {
      let octet = name[index]
      if !Octet.isLowerLetterOrDigit(octet) {
        guard Octet.isLowerLetterOrDigit(previous) else { return false }
        if octet == Octet.dot {
          guard index - labelStart <= 63 else { return false }
          labelStart = index + 1
        } else if octet != Octet.hyphen {
          return false
        }
      }
      previous = octet
    }
    guard labelStart > 0, name.count - labelStart <= 63, labelStart < name.count else { return false }
    return Octet.isLowerLetterOrDigit(previous) && Octet.isLowerLetter(name[labelStart])
  }

  private static func isCanonicalName(_ name: Span<UInt8>) -> Bool {
    guard (1...253).contains(name.count) else { return false }
    var octets: [UInt8] = []
    octets.reserveCapacity(name.count)
    for index in name.indices { octets.append(name[index]) }
    guard let text = String(validating: octets, as: UTF8.self) else { return false }
    return (try? DomainName(canonical: text)) != nil
  }
}
