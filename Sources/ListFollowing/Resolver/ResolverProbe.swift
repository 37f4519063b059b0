// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Asks resolvers; replaced in tests.
package protocol ResolverProbe {
  /// The answer, nil when none came in time.
  func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer?
}

/// Asks over UDP.
package struct NetworkProbe: ResolverProbe {
  /// A probe.
  package init() {}

  /// Sends the question once and waits.
  package func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer? {
    let id = UInt16.random(in: 0...UInt16.max)
    guard let message = question.message(id: id), let socket = connected(to: address) else { return nil }
    defer { close(socket) }
    guard
      unsafe message.withUnsafeBytes({ unsafe send(socket, $0.baseAddress, $0.count, 0) }) == message.count
    else { return nil }
    let deadline = ContinuousClock.now + patience
    while let octets = receive(socket, until: deadline) {
      if let answer = NameAnswer(octets, to: question, id: id) { return answer }
    }
    return nil
  }

  private func connected(to address: ResolverAddress) -> Int32? {
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(address.host, String(address.port), &hints, &found) == 0, let info = unsafe found
    else { return nil }
    defer { unsafe freeaddrinfo(info) }
    let descriptor = unsafe socket(
      info.pointee.ai_family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    guard unsafe connect(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private func receive(_ socket: Int32, until deadline: ContinuousClock.Instant) -> [UInt8]? {
    let left = deadline - ContinuousClock.now
    let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
    var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    guard milliseconds > 0, unsafe poll(&waiting, 1, Int32(clamping: milliseconds)) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
