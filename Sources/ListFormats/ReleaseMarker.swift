// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Names

/// A TXT record that rides along with a list into a resolver, so that anyone can ask the resolver which release it has in force.
public struct ReleaseMarker: Hashable, Sendable {
  /// The name it stands at.
  public let name: DomainName
  /// What it says: letters, digits, `:` and `-` alone, so that no format has to quote it.
  public let text: String

  /// The marker of a list: `worst-of.version.cordon.example` says `cordon1:42:` and a digest of what was written.
  /// - Parameter follower: who wrote it, eight hexadecimal digits.
  public init(list: ListName, version: ListVersion, digest: String, follower: String? = nil) {
    name = Self.name(of: list)
    text = "cordon1:\(version):\(digest)" + (follower.map { "-" + $0 } ?? "")
  }

  /// The marker of a list that says a text, as it was remembered.
  public init(list: ListName, saying text: String) {
    name = Self.name(of: list)
    self.text = text
  }

  /// The follower whose marker says so, whatever it adds while it tells; nil when none is named.
  public static func follower(in text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0] == "cordon1", let dash = parts[2].lastIndex(of: "-") else { return nil }
    return String(parts[2][parts[2].index(after: dash)...])
  }

  /// Where the marker of a list stands. The name is a reserved one, which no resolver has another answer for.
  public static func name(of list: ListName) -> DomainName {
    DomainName(proven: "\(list.text).version.cordon.example")
  }

  /// The lines that carry it at the end of a file; nil for formats that have no such record.
  public func lines(in format: ListFormat) -> [UInt8]? {
    switch format {
    case .rpz: Array("\(name.text) TXT \"\(text)\"\n".utf8)
    case .unbound: Array("local-data: '\(record)'\n".utf8)
    case .dnsmasq: Array("txt-record=\(name.text),\(text)\n".utf8)
    case .entries, .domains, .hosts, .squid, .mikrotik, .csv, .json: nil
    }
  }

  /// The record as `unbound-control local_data` takes it.
  public var record: String { "\(name.text). 60 IN TXT \"\(text)\"" }
}
