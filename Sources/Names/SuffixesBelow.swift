// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The public suffixes below a name that is none itself: what a listing of the whole name would hit besides.
public struct SuffixesBelow: Hashable, Sendable {
  /// How many rules of the list lie below the name.
  public internal(set) var count = 0
  /// The first of them by their spelling, at most `told`; `*.` stands for any label.
  public internal(set) var first: [String] = []

  /// At most so many are told.
  public static let told = 3

  /// The suffixes in words: `a.host.example, *.b.host.example and 3 more`.
  public var words: String {
    let names = first.joined(separator: ", ")
    return count > first.count ? "\(names) and \(count - first.count) more" : names
  }
}

/// The rules of a public suffix list (https://publicsuffix.org/list/, "Format"), by each name that they lie below.
///
/// libpsl answers what is at or above a name, and cannot be asked what is below it.
struct SuffixTree: Sendable {
  private let below: [String: SuffixesBelow]

  /// Of libpsl's own data, of which nothing is known here.
  static let unknown = SuffixTree(rules: [])

  /// The rules in the published text; lines that spell no name are passed over, as libpsl does.
  init(text: [UInt8]) {
    let lines = text.split(separator: UInt8(ascii: "\n"))
    self.init(rules: lines.compactMap(Self.rule))
  }

  private init(rules: [(wildcard: Bool, name: DomainName)]) {
    var below: [String: SuffixesBelow] = [:]
    for rule in rules.sorted(by: { $0.name < $1.name }) {
      let spelled = (rule.wildcard ? "*." : "") + rule.name.text
      // What a wildcard stands for lies below its name already.
      var ancestor = rule.wildcard ? rule.name : rule.name.parent
      // A top-level name is never listed.
      while let name = ancestor, let parent = name.parent {
        below[name.text, default: SuffixesBelow()].add(spelled)
        ancestor = parent
      }
    }
    self.below = below
  }

  /// What lies below `name`; nil when nothing does.
  func below(_ name: DomainName) -> SuffixesBelow? { below[name.text] }

  /// The rule on one line: what comes before white space. An exception only takes away from a wildcard that is a line of its own.
  private static func rule(_ line: ArraySlice<UInt8>) -> (wildcard: Bool, name: DomainName)? {
    let spelled = line.prefix { $0 > 0x20 }
    guard let first = spelled.first, first != UInt8(ascii: "!"), !spelled.starts(with: "//".utf8) else {
      return nil
    }
    let isWildcard = spelled.starts(with: "*.".utf8)
    guard let text = String(validating: isWildcard ? spelled.dropFirst(2) : spelled, as: UTF8.self),
      let name = try? HostParser.domain(Placed.all(of: text))
    else { return nil }
    return (isWildcard, name)
  }
}

extension SuffixesBelow {
  fileprivate mutating func add(_ rule: String) {
    count += 1
    if first.count < Self.told { first.append(rule) }
  }
}
