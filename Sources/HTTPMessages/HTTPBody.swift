// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A response's content.
public enum HTTPBody: Hashable, Sendable {
  case empty
  case octets([UInt8])
  /// Part of a larger, shared array, sent without a copy.
  case slice(ArraySlice<UInt8>)

  /// UTF-8 text.
  public static func text(_ text: String) -> HTTPBody { .octets(Array(text.utf8)) }

  /// Length in octets.
  public var count: Int {
    switch self {
    case .empty: 0
    case .octets(let octets): octets.count
    case .slice(let slice): slice.count
    }
  }

  /// The content as one array; copies a slice.
  public var octets: [UInt8] {
    switch self {
    case .empty: []
    case .octets(let octets): octets
    case .slice(let slice): Array(slice)
    }
  }
}
