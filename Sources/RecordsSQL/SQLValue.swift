// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials

/// A value sent with a statement.
public enum SQLValue {
  case integer(Int64)
  case text(String)
  case blob([UInt8])
  case texts([String?])
  case integers([Int64?])
  case null

  package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  package static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
  package static func integer(_ value: UInt64) -> SQLValue { .integer(Int64(clamping: value)) }
  package static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
  package static func blob(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
  /// Whole seconds since 1970.
  package static func time(_ value: Date?) -> SQLValue { .integer(value.map(seconds)) }

  package static func seconds(_ value: Date) -> Int64 { Int64(value.timeIntervalSince1970.rounded(.down)) }
}
