// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Synchronization

/// Stands for the rest of the DNS: gives every name the address 10.0.0.1.
final class Upstream: Sendable {
  static let address: [UInt8] = [10, 0, 0, 1]
  private let boundPort = Mutex<UInt16>(0)
  private let isStopped = Mutex(false)

  var port: UInt16 { boundPort.withLock { $0 } }

  func start() {
    let isReady = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [self] in
      let socket = Datagrams()
      boundPort.withLock { $0 = socket.port }
      isReady.signal()
      while !isStopped.withLock({ $0 }) {
        guard let (query, port) = socket.receive() else { continue }
        socket.send(Self.answer(to: query), to: port)
      }
    }
    isReady.wait()
  }

  func stop() { isStopped.withLock { $0 = true } }

  private static func answer(to query: [UInt8]) -> [UInt8] {
    var end = 12
    while query[end] != 0 { end += Int(query[end]) + 1 }
    let asksForAddress = query[end + 2] == 1
    var answer = Array(query[0..<2]) + [0x84, 0x80, 0, 1, 0, asksForAddress ? 1 : 0, 0, 0, 0, 0]
    answer += query[12..<end + 5]
    if asksForAddress { answer += [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + address }
    return answer
  }
}
