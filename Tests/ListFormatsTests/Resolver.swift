// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation

/// Asks a resolver on loopback for a name's IPv4 address.
enum Resolver {
  enum Answer: Equatable {
    case resolved
    case blocked
    case redirected([UInt8])
    case failed(rcode: UInt8)
    case silent
  }

  static func ask(_ name: String, at port: UInt16) -> Answer {
    let socket = Datagrams()
    var query: [UInt8] = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    for label in name.split(separator: ".") { query += [UInt8(label.utf8.count)] + Array(label.utf8) }
    socket.send(query + [0, 0, 1, 0, 1], to: port)
    guard let (octets, _) = socket.receive(), octets.count > 12 else { return .silent }
    let rcode = octets[3] & 15
    guard rcode == 0 || rcode == 3 else { return .failed(rcode: rcode) }
    guard rcode == 0, octets[7] > 0 else { return .blocked }
    guard let address = octets.firstAddress(after: 12 + name.utf8.count + 6) else { return .blocked }
    return address == Upstream.address ? .resolved : .redirected(address)
  }

  /// Asks until the answer is as expected, for a resolver that is still loading.
  static func await(_ expected: Answer, for name: String, at port: UInt16) -> Bool {
    for _ in 0..<100 {
      if ask(name, at: port) == expected { return true }
      Thread.sleep(forTimeInterval: 0.1)
    }
    return false
  }
}

extension [UInt8] {
  /// The data of the first record of type A, class IN and four octets that begins at or after `start`.
  fileprivate func firstAddress(after start: Int) -> [UInt8]? {
    guard start + 14 <= count else { return nil }
    for index in start...count - 14 where self[index..<index + 4] == [0, 1, 0, 1] {
      if self[index + 8..<index + 10] == [0, 4] { return Array(self[index + 10..<index + 14]) }
    }
    return nil
  }
}
