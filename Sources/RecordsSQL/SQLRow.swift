// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists
package import FoundationEssentials
package import Names
package import Records

/// The row a query stands on; used only inside the closure it is given to.
public protocol SQLRow {
  func integer(_ column: Int32) -> Int64
  func text(_ column: Int32) -> String
  func octets(_ column: Int32) -> [UInt8]
  func isNull(_ column: Int32) -> Bool
}

extension SQLRow {
  package func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  package func optionalOctets(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : octets(column) }

  package func time(_ column: Int32) -> Date { Date(timeIntervalSince1970: Double(integer(column))) }

  package func optionalTime(_ column: Int32) -> Date? { isNull(column) ? nil : time(column) }

  /// The value that `parse` makes of the column's text.
  package func value<Value>(_ column: Int32, _ parse: (String) -> Value?) throws(RecordsError) -> Value {
    guard let value = parse(text(column)) else {
      throw .fatal("a stored \(Value.self) cannot be read")
    }
    return value
  }

  package func entry(_ column: Int32) throws(RecordsError) -> BlocklistEntry {
    try value(column) { try? BlocklistEntry(parsing: $0) }
  }

  package func version(_ column: Int32) throws(RecordsError) -> ListVersion {
    guard let number = UInt64(exactly: integer(column)) else { throw .fatal("a stored version is negative") }
    return ListVersion(number)
  }

  package func list(_ column: Int32) throws(RecordsError) -> ListName {
    try value(column) { try? ListName($0) }
  }

  package func name(_ column: Int32) throws(RecordsError) -> DomainName {
    try value(column) { try? DomainName(canonical: $0) }
  }
}
