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
  }

  let pairs: [Pair]
  let port: UInt16

  /// - Throws: `ServerError`; a port that anyone else listens on is `addressInUse`, although the
  ///   sockets share it among themselves.
  static func open(_ configuration: ServerConfiguration) throws(ServerError) -> Listeners {
    var pairs: [Pair] = []
    var port = configuration.port
    do throws(ServerError) {
      for number in 0..<max(1, configuration.reactorCount) {
        let listener = try listen(configuration, port: port, isExclusive: number == 0)
        if number == 0 { port = UInt16(clamping: cordon_local_port(listener)) }
        pairs.append(Pair(listener: listener, epoll: try makeEpoll(beside: listener)))
      }
    } catch {
      for pair in pairs {
        _ = close(pair.listener)
        _ = close(pair.epoll)
      }
      throw error
    }
    return Listeners(pairs: pairs, port: port)
  }

  private static func makeEpoll(beside listener: Int32) throws(ServerError) -> Int32 {
    let epoll = cordon_epoll_create()
    if epoll >= 0 { return epoll }
    _ = close(listener)
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
