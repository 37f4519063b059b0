// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records

/// What a SQLSTATE means here (PostgreSQL manual, appendix A). The server's own message may quote values, so it is dropped.
enum ServerFailure: Hashable {
  /// The connection is gone, or the server is going or coming.
  case lost
  /// Transactions got into each other's way: the same again may succeed.
  case collision(state: String)
  /// Others held a lock, or the statement ran, for longer than is waited.
  case tookTooLong(state: String)
  /// Anything else the environment did.
  case environment(state: String)
  /// The store can no longer be trusted, or is not what this program knows.
  case broken(state: String)

  /// - Parameter state: nil when the connection did not live to tell.
  init(state: String?) {
    guard let state else {
      self = .lost
      return
    }
    switch state {
    case "40001", "40P01", "23505": self = .collision(state: state)
    // Read-only: what was the primary no longer is.
    case "25006", "57P01", "57P02", "57P03", "57P05": self = .lost
    case "55P03", "57014": self = .tookTooLong(state: state)
    default:
      switch state.prefix(2) {
      case "08": self = .lost
      case "23", "42", "XX": self = .broken(state: state)
      default: self = .environment(state: state)
      }
    }
  }

  var error: RecordsError {
    switch self {
    case .lost: .fault("the connection to PostgreSQL was lost")
    case .collision(let state), .environment(let state): .fault("PostgreSQL: SQLSTATE \(state)")
    case .tookTooLong(let state): .fault("PostgreSQL is busy: SQLSTATE \(state)")
    case .broken(let state): .fatal("PostgreSQL: SQLSTATE \(state)")
    }
  }
}
