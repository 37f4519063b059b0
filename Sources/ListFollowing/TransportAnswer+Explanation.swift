// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

extension TransportAnswer {
  /// One line on an answer that is not the one hoped for.
  package var explanation: String {
    let problem = try? JSONValue(parsing: body)
    let title = problem?["title"]?.stringValue ?? problem?["detail"]?.stringValue
    let reason = title.map { ": \($0.prefix(200))" } ?? ""
    switch status {
    case 401, 403: return "the server does not accept this credential (\(status))\(reason)"
    default: return "the server answered \(status)\(reason)"
    }
  }
}
