// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Parameters that several routes share.
extension QueryParameter {
  static let after = QueryParameter(
    "after", .integer(0...Int64.max), "the `next` of the page before; 0 or none for the first")
  static func limit(_ maximum: Int64 = 1000) -> QueryParameter {
    QueryParameter("limit", .integer(1...maximum), "the most items a page; 100 unless given")
  }
  static func list(required: Bool = false) -> QueryParameter {
    QueryParameter("list", .text(maximumOctets: 64), required: required, "of this list")
  }
  static let reveal = QueryParameter(
    "reveal", .flag, "whether names are shown in full, which the audit trail records; masked unless true")
}
