// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// What each reactor needs of the system: a listening socket, all on the same port, and an epoll
/// descriptor.
struct Listeners {
  struct Pair: Sendable {
    let listener: Int32
    let epoll: Int32

    func close() { for descriptor in [listener, epoll] { _ = Glibc.close(descriptor) } }
  }

  let pairs: [Pair]
  let port: UInt16

  /// - Throws: `ServerError`; a port that anyone else listens on is `addressInUse`, although the
  ///   sockets share it among themselves.
  static func open(_ configuration: ServerConfiguration) throws(ServerError) -> Listeners {
    var pairs: [Pair] = []
    var port = configuration.port
    do throws(ServerError) {
      for number in 0..<max(1, configuration.reactorCount, configuration.inherited.count) {
        let listener = try listener(number, configuration, port: port)
        if number == 0 { port = UInt16(clamping: cordon_local_port(listener)) }
        pairs.append(try pair(listener))
      }
    } catch {
      for pair in pairs { pair.close() }
      throw error
    }
    return Listeners(pairs: pairs, port: port)
  }

  /// One got from elsewhere, if there are such; each of them is used, lest what queues on it is lost.
  private static func listener(
    _ number: Int, _ configuration: ServerConfiguration, port: UInt16
  ) throws(ServerError) -> Int32 {
    let inherited = configuration.inherited
    guard !inherited.isEmpty else { return try listen(configuration, port: port, isExclusive: number == 0) }
    let isShared = number >= inherited.count
    let descriptor = isShared ? cordon_duplicate(inherited[number % inherited.count]) : inherited[number]
    guard cordon_adopt_listener(descriptor) == 0 else {
      if isShared { _ = close(descriptor) }
      throw .unusableSocket(number: number)
    }
    return descriptor
  }

  private static func pair(_ listener: Int32) throws(ServerError) -> Pair {
    let pair = Pair(listener: listener, epoll: cordon_epoll_create())
    if pair.epoll >= 0 { return pair }
    pair.close()
    throw .outOfResources(reason: "no epoll descriptor")
  }

  private static let backlog: Int32 = 4096

  private static func listen(
    _ configuration: ServerConfiguration, port: UInt16, isExclusive: Bool
  ) throws(ServerError) -> Int32 {
    let address = configuration.address
    let descriptor = unsafe cordon_listen(address, port, isExclusive ? 1 : 0, backlog)
    if descriptor >= 0 { return descriptor }
    if descriptor == -2 { throw .invalidAddress(address) }
    let error = cordon_errno()
    if error == EADDRINUSE { throw .addressInUse(address: address, port: port) }
    throw .cannotListen(address: address, port: port, reason: unsafe String(cString: strerror(error)))
  }
}
