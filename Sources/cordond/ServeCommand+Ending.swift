// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation
internal import HTTPServing
private import ListService
internal import Records

// From serving to the end, and what a successor has to do with it.
extension ServeCommand {
  /// What is there to be ended.
  struct Serving {
    let server: HTTPServer
    let keeping: Task<Void, Never>
    let records: any Records
    let mark: PublishedMark
    let predecessor: HandoverLink?
    let reloading: ReloadSignal
  }

  /// Serves until a signal or a successor ends it, and lets requests in flight finish.
  func serve(_ serving: Serving) async throws(Failure) {
    let server = serving.server
    let end = ServiceEnd(patience: patience)
    let withdrawHandover = offerHandover(server, to: end)
    let signals = end.heedSignals()
    serving.reloading.heed {
      do throws(ServerError) { try server.reloadTLS() } catch { Console.complain(error.description) }
    }
    defer { withExtendedLifetime(signals) {} }
    serving.predecessor?.say(.serves)
    let cause = await end.cause()
    serving.keeping.cancel()
    var sockets: [Int32] = []
    if case .wantsStore(let successor) = cause {
      sockets = server.duplicateListeners()
      await close(serving)
      if await giveStore(to: successor) || end.isTheLast { sockets = [] }
    }
    Console.log("cordond: stopping")
    if case .signal = cause { withdrawHandover(false) } else { withdrawHandover(true) }
    await server.drain(deadline: .seconds(configuration.drainSeconds))
    await close(serving)
    if !sockets.isEmpty { throw serveAgain(sockets) }
  }

  private func close(_ serving: Serving) async {
    await serving.keeping.value
    serving.mark.settle()
    await serving.records.close()
  }

  /// Lets a successor have the sockets; it then ends this process by its word.
  ///
  /// - Returns: what to call at the end, and whether the name is the successor's then.
  private func offerHandover(_ server: HTTPServer, to end: ServiceEnd) -> @Sendable (Bool) -> Void {
    guard let path = configuration.handoverSocket else { return { _ in } }
    do throws(ServerError) {
      return try Handover.offer(
        at: path,
        descriptors: {
          guard end.isFree else {
            Console.complain("a second successor was turned away: one is on its way")
            return []
          }
          return server.duplicateListeners()
        }, came: { end.follow($0) })
    } catch {
      Console.complain("no successor will be able to take over: \(error.description)")
      return { _ in }
    }
  }

  /// The successor gets the store; this process answers from memory until it serves.
  /// - Returns: whether it does.
  private func giveStore(to successor: HandoverLink) async -> Bool {
    successor.say(.storeIsFree)
    switch await successor.hear(within: patience) {
    case .word(.serves): return true
    case .gone: return false
    case .late, .word:
      // It hangs, and has the store.
      successor.endPeer()
      return false
    }
  }

  /// This process serves again, from the start, with the sockets it has.
  private func serveAgain(_ sockets: [Int32]) -> Failure {
    Console.complain("the successor failed: this process starts anew with its sockets")
    Console.flush()
    let words = CommandLine.arguments.filter { $0 != "--take-over" }
    return Failure("cannot start anew: \(ActivatedSockets.runAgain(words, with: sockets))")
  }
}
