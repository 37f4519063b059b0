// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Glibc

/// Answers one connection with fixed octets, whatever was asked, and closes: for answers no sound server gives.
struct CannedServer {
  let port: UInt16
  var url: String { "http://127.0.0.1:\(port)/" }

  init(_ answer: String) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe _ = bind(listener, pointer, length)
        unsafe _ = getsockname(listener, pointer, &length)
      }
    }
    listen(listener, 1)
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { Self.serve(listener, Array(answer.utf8)) }
  }

  private static func serve(_ listener: Int32, _ answer: [UInt8]) {
    let connection = accept(listener, nil, nil)
    var request = [UInt8](repeating: 0, count: 4096)
    unsafe _ = recv(connection, &request, request.count, 0)
    unsafe _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
    shutdown(connection, Int32(SHUT_WR))
    unsafe _ = recv(connection, &request, request.count, 0)
    close(connection)
    close(listener)
  }
}
