// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import StrictJSON
import Synchronization

/// Answers requests from a script and keeps what was asked.
final class ScriptedTransport: Transport, Sendable {
  private let answers: Mutex<[String: TransportAnswer]>
  private let log = Mutex<[TransportRequest]>([])

  /// Answers by method and path without query: "POST v1/reviews".
  init(_ answers: [String: TransportAnswer]) {
    self.answers = Mutex(answers)
  }

  var requests: [TransportRequest] { log.withLock { $0 } }

  /// The body of the last request, as JSON.
  var lastBody: JSONValue? { requests.last?.body.flatMap { try? JSONValue(parsing: $0) } }

  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    log.withLock { $0.append(request) }
    let path = String(request.path.prefix { $0 != "?" })
    guard let answer = answers.withLock({ $0["\(request.method) \(path)"] }) else {
      throw .unreachable("nothing listens there")
    }
    return answer
  }
}

extension TransportAnswer {
  static func json(_ value: JSONValue, _ status: Int = 200) -> TransportAnswer {
    TransportAnswer(status: status, body: value.encoded())
  }
}
