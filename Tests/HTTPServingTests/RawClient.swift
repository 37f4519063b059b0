// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import CLinux
import Dispatch
import Glibc

/// A blocking TCP client that sends any octets at all, and keeps what comes back.
///
/// `@unchecked Sendable`: a test sends from one task while it reads from another, which the system
/// allows on one socket; only the reader touches `received`.
@safe final class RawClient: @unchecked Sendable {
  struct Failure: Error { let step: String }

  private let descriptor: Int32
  private(set) var received: [UInt8] = []
  private(set) var hasEnded = false

  init(port: UInt16, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(step: "socket") }
    if var size = receiveBuffer {
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, UInt32(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_storage()
    var length: socklen_t = 0
    guard unsafe cordon_parse_address("127.0.0.1", port, &address, &length) == 1 else {
      throw Failure(step: "address")
    }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, length)
      }
    }
    guard result == 0 else {
      close(descriptor)
      throw Failure(step: "connect")
    }
    setTimeout(seconds: 8)
  }

  /// Connects to a Unix socket.
  init(path: String) throws {
    descriptor = unsafe cordon_connect_locally(path)
    guard descriptor >= 0 else { throw Failure(step: "connect") }
    setTimeout(seconds: 8)
  }

  deinit { close(descriptor) }

  /// Ends with a reset, as a peer that died.
  func reset() {
    var nobody = sockaddr(
      sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    _ = unsafe connect(descriptor, &nobody, UInt32(MemoryLayout<sockaddr>.size))
  }

  private func setTimeout(seconds: Int) {
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, UInt32(MemoryLayout<timeval>.size))
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult
  func send(_ octets: [UInt8]) -> Bool {
    var rest = octets[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Reads once; false at the end, on a reset, or after eight seconds of silence.
  @discardableResult
  func readOnce() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    if count == 0 { hasEnded = true }
    guard count > 0 else { return false }
    unsafe buffer.withUnsafeBufferPointer { filled in
      unsafe received.append(contentsOf: UnsafeBufferPointer(rebasing: filled[..<count]))
    }
    return true
  }

  func readToEnd() async -> String {
    await readEverything()
    return text
  }

  /// As `readToEnd`, for content that is no text.
  func readEverything() async {
    await blocking { while self.readOnce() {} }
  }

  func read(until suffix: String) async -> String {
    let wanted = Array(suffix.utf8)
    await blocking { while !self.received.endsWithOctets(wanted), self.readOnce() {} }
    return text
  }

  /// Reads so many octets at least; false if they do not come.
  func read(octets count: Int) async -> Bool {
    await blocking { while self.received.count < count, self.readOnce() {} }
    return received.count >= count
  }

  func readSlowly(times: Int, pause: DispatchTimeInterval) async {
    await blocking {
      for _ in 0..<times where self.readOnce() {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + pause)
      }
    }
  }

  /// Sends on a thread that may wait.
  func sendAll(_ text: String) async {
    await blocking { self.send(text) }
  }

  /// Runs a call that may wait on a thread of its own: the pool that runs tests also runs the
  /// answers they wait for.
  private func blocking(_ work: @escaping @Sendable () -> Void) async {
    let queue = DispatchQueue(label: "client")
    await withCheckedContinuation { continuation in
      queue.async {
        work()
        continuation.resume()
      }
    }
    // ThreadSanitizer sees that a queue puts one after the other; it does not see that a continuation does.
    queue.sync {}
  }

  var text: String { String(decoding: received, as: UTF8.self) }

  /// Each piece goes out by itself, not with the next.
  func sendAtOnce() {
    var one: Int32 = 1
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, UInt32(MemoryLayout<Int32>.size))
  }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}
