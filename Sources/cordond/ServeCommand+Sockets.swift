// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation
internal import HTTPServing
internal import ListService
internal import Records

// Where the listening sockets come from, and who gets them next.
extension ServeCommand {
  /// Sockets that the system's supervisor or a predecessor has open, and the line to that predecessor.
  struct Inherited {
    /// None where this process opens its own.
    var sockets: [Int32] = []
    var predecessor: HandoverLink?
  }

  /// Where a predecessor is taken over from, it serves on until it is told otherwise.
  func inherit() throws(Failure) -> Inherited {
    let activated = ActivatedSockets.take()
    guard takesOver else { return Inherited(sockets: activated) }
    guard activated.isEmpty else {
      throw Failure("--take-over: the supervisor has the sockets already")
    }
    guard let path = configuration.handoverSocket else {
      throw Failure("--take-over: the configuration has no handover_socket")
    }
    do throws(ServerError) {
      if let tls { try HTTPServer.check(tls) }
      let (sockets, predecessor) = try Handover.take(at: path)
      Console.log("cordond: got \(sockets.count) listening sockets")
      return Inherited(sockets: sockets, predecessor: predecessor)
    } catch .noPredecessor {
      Console.log("cordond: nobody to take over from on \(path)")
      return Inherited()
    } catch { throw Failure(error.description) }
  }

  /// The store. One that one process alone may have is asked of the predecessor, which answers from memory meanwhile; a
  /// process that is just ending may hold it a moment longer.
  func openStore(_ inherited: Inherited) async throws(Failure) -> OpenedStore {
    if case .sqlite = configuration.store, let predecessor = inherited.predecessor {
      predecessor.say(.wantsStore)
      let heard = await predecessor.hear(within: patience)
      // One that ended in the meantime lets go of it too.
      guard heard == .word(.storeIsFree) || heard == .gone else {
        throw Failure("--take-over: the predecessor did not let go of the store")
      }
    }
    let end = ContinuousClock.now + .seconds(configuration.drainSeconds + 20)
    while true {
      do throws(StoreOpeningError) { return try OpenedStore(configuration.store) } catch {
        guard !inherited.sockets.isEmpty, case .inUse = error, ContinuousClock.now < end else {
          throw Failure(error.description)
        }
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// How long a successor, or a predecessor, may take to its next word.
  var patience: Duration { .seconds(configuration.handoverSeconds) }

  /// Certificates and the like, as the configuration names them.
  var tls: TLSConfiguration? { configuration.servedTLS }
}

extension ServiceConfiguration {
  /// The certificates and authorities as the engine wants them; nil where it serves without.
  var servedTLS: TLSConfiguration? {
    tls.map { files in
      var tls = TLSConfiguration(
        certificateChainFile: files.certificate, keyFile: files.key,
        clientAuthorityFile: files.clientAuthority)
      tls.clientRevocationsFile = files.clientRevocations
      tls.offersHTTP2 = http2.isOffered
      return tls
    }
  }
}
