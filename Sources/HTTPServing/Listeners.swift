// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// One listening socket for each reactor, all on the same port.
struct Listeners {
  let descriptors: [Int32]
  let port: UInt16

  /// - Throws: `ServerError`; a port that anyone else listens on is `addressInUse`, although the
  ///   sockets share it among themselves.
  static func open(_ configuration: ServerConfiguration) throws(ServerError) -> Listeners {
    let first = try listen(configuration, port: configuration.port, isExclusive: true)
    var descriptors = [first]
    let port = UInt16(clamping: cordon_local_port(first))
    do throws(ServerError) {
      for _ in 1..<max(1, configuration.reactorCount) {
        descriptors.append(try listen(configuration, port: port, isExclusive: false))
      }
    } catch {
      for descriptor in descriptors { _ = close(descriptor) }
      throw error
    }
    return Listeners(descriptors: descriptors, port: port)
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
