// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The value of If-Match or If-None-Match: any representation, or one of a list.
enum EntityTagCondition {
  case any
  case oneOf([EntityTag])

  /// Nil without the field. A member that is no entity tag matches nothing.
  init?(_ fields: HTTPFields, _ name: String) {
    guard fields.contains(name) else { return nil }
    let members = fields.list(name)
    self = members == ["*"] ? .any : .oneOf(members.compactMap { EntityTag(parsing: $0) })
  }

  func holds(_ matches: (EntityTag) -> Bool) -> Bool {
    switch self {
    case .any: true
    case .oneOf(let tags): tags.contains(where: matches)
    }
  }
}
