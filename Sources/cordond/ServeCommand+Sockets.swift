// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation
internal import HTTPServing
internal import ListService
internal import Records

// Where the listening sockets come from, and who gets them next.
extension ServeCommand {
  /// Sockets that the system's supervisor or a predecessor has open; none where this process opens its own.
  func sockets() throws(Failure) -> [Int32] {
    let activated = ActivatedSockets.take()
    guard takesOver else { return activated }
    guard activated.isEmpty else {
      throw Failure("--take-over: the supervisor has the sockets already")
    }
    guard let path = configuration.handoverSocket else {
      throw Failure("--take-over: the configuration has no handover_socket")
    }
    do throws(ServerError) {
      // From here on nobody else accepts: what can fail has to have failed before.
      if let tls { try HTTPServer.check(tls) }
      let sockets = try Handover.take(at: path)
      Console.log("cordond: took over \(sockets.count) listening sockets")
      return sockets
    } catch .noPredecessor {
      Console.log("cordond: nobody to take over from on \(path)")
      return []
    } catch { throw Failure(error.description) }
  }

  /// The store; a successor waits until its predecessor has let go of it, while connections queue.
  func openStore(waits: Bool) async throws(Failure) -> OpenedStore {
    let end = ContinuousClock.now + .seconds(configuration.drainSeconds + 20)
    while true {
      do throws(StoreOpeningError) { return try OpenedStore(configuration.store) } catch {
        guard waits, case .inUse = error, ContinuousClock.now < end else {
          throw Failure(error.description)
        }
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Lets a successor take over; this process then ends as by SIGTERM.
  ///
  /// - Returns: what to call at the end.
  func offerHandover(_ server: HTTPServer) -> @Sendable () -> Void {
    guard let path = configuration.handoverSocket else { return {} }
    do throws(ServerError) {
      return try Handover.offer(
        at: path, descriptors: { server.duplicateListeners() },
        taken: {
          Console.log("cordond: a successor took over")
          kill(getpid(), SIGTERM)
        })
    } catch {
      Console.complain("no successor will be able to take over: \(error.description)")
      return {}
    }
  }

  /// Certificates and the like, as the configuration names them.
  var tls: TLSConfiguration? {
    configuration.tls.map { files in
      var tls = TLSConfiguration(
        certificateChainFile: files.certificate, keyFile: files.key,
        clientAuthorityFile: files.clientAuthority)
      tls.clientRevocationsFile = files.clientRevocations
      tls.offersHTTP2 = configuration.http2.isOffered
      return tls
    }
  }
}
