// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc

/// A UDP socket on loopback; waits at most half a second for a datagram.
struct Datagrams: ~Copyable {
  private let descriptor: Int32
  let port: UInt16

  /// A socket on a free port.
  init() {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var wait = timeval(tv_sec: 0, tv_usec: 500_000)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    var address = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe _ = bind(descriptor, pointer, length)
        unsafe _ = getsockname(descriptor, pointer, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }

  /// A port that was free a moment ago.
  static func freePort() -> UInt16 {
    let socket = Datagrams()
    return socket.port
  }

  func send(_ octets: [UInt8], to port: UInt16) {
    var address = Self.loopback(port: port)
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe _ = sendto(
          descriptor, octets, octets.count, 0, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  func receive() -> (octets: [UInt8], port: UInt16)? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var address = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe recvfrom(descriptor, &buffer, 4096, 0, pointer, &length)
      }
    }
    return count > 0 ? (Array(buffer.prefix(count)), UInt16(bigEndian: address.sin_port)) : nil
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
