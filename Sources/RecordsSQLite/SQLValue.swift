// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials

/// A value bound to a statement.
enum SQLValue {
  case integer(Int64)
  case text(String)
  case blob([UInt8])
  case null

  static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
  static func integer(_ value: UInt64) -> SQLValue { .integer(Int64(clamping: value)) }
  static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
  static func blob(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
  /// Whole seconds since 1970.
  static func time(_ value: Date?) -> SQLValue {
    value.map { .integer(Int64($0.timeIntervalSince1970.rounded(.down))) } ?? .null
  }
}
