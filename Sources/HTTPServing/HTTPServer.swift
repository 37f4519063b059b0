// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Dispatch
private import Synchronization

/// An HTTP/1.1 server: reactors, each with its own listener, that feed one responder.
public final class HTTPServer: Sendable {
  private struct Running {
    var reactors: [Reactor] = []
    var listeners: [Int32] = []
    var hasStarted = false
  }

  private let configuration: ServerConfiguration
  private let core: ServerCore
  private let running = Mutex(Running())

  /// A server that listens once started.
  public init(configuration: ServerConfiguration, responder: any HTTPResponder) {
    self.configuration = configuration
    core = ServerCore(configuration, responder: responder)
  }

  /// Whether certificates and the like can be used, without serving.
  /// - Throws: `ServerError`, naming the file at fault.
  public static func check(_ tls: TLSConfiguration) throws(ServerError) {
    _ = try TLSContext(tls, limits: ServerLimits())
  }

  /// Binds, listens and serves until drained.
  /// - Returns: the port bound.
  /// - Throws: `ServerError`, naming the address or file at fault.
  public func start() throws(ServerError) -> UInt16 {
    cordon_ignore_sigpipe()
    let alreadyStarted = running.withLock { state in
      defer { state.hasStarted = true }
      return state.hasStarted
    }
    guard !alreadyStarted else { throw .alreadyStarted }
    let tls = try makeTLS()
    let listeners = try Listeners.open(configuration)
    let reactors = listeners.pairs.enumerated().map { number, pair in
      Reactor(number: number, sockets: pair, core: core, tls: tls)
    }
    if let path = configuration.administrationSocket, let first = reactors.first {
      first.administrationListener = try LocalSocket.listen(at: path)
    }
    running.withLock { state in
      state.reactors = reactors
      state.listeners = listeners.pairs.map(\.listener)
    }
    for reactor in reactors { reactor.start() }
    return listeners.port
  }

  /// The listening sockets, duplicated, for a successor; empty once the server drains.
  public func duplicateListeners() -> [Int32] {
    running.withLock { state in state.reactors.isEmpty ? [] : state.listeners.map { cordon_duplicate($0) } }
  }

  /// Stops accepting, lets requests in flight finish, and closes every connection, by force once
  /// `deadline` has passed.
  public func drain(deadline: Duration) async {
    let reactors = running.withLock { state in
      defer { state.reactors = [] }
      return state.reactors
    }
    // Only when no reactor accepts any more is nobody overlooked by the count of connections.
    for reactor in reactors {
      await withCheckedContinuation { continuation in
        reactor.post {
          reactor.beginDraining()
          continuation.resume()
        }
      }
    }
    let end = ContinuousClock.now + deadline
    while core.isServing, ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(10))
    }
    for reactor in reactors {
      await withCheckedContinuation { continuation in
        reactor.post {
          reactor.shutDown()
          continuation.resume()
        }
      }
    }
  }

  /// Reads certificate, key, client authorities and revocation lists again. No connection is dropped, but a client whose
  /// certificate the new ones do not accept is nobody from its next request on; no session is resumed from before.
  /// - Throws: `ServerError`, in which case the old ones stay in force.
  public func reloadTLS() throws(ServerError) {
    guard let tls = try makeTLS() else { return }
    let reactors = running.withLock { $0.reactors }
    for reactor in reactors { reactor.post { reactor.take(tls) } }
  }

  /// Asks parked requests whether there is an answer for them now; with many, spread over a moment.
  public func wakeParked() {
    for reactor in running.withLock({ $0.reactors }) { reactor.post { reactor.requestWaking() } }
  }

  private func makeTLS() throws(ServerError) -> TLSContext? {
    guard let tls = configuration.tls else { return nil }
    let context = try TLSContext(tls, limits: configuration.limits)
    core.revocationsEnd.store(context.revocationsEnd.map { Int($0) } ?? 0, ordering: .relaxed)
    core.certificateEnd.store(context.certificateEnd.map { Int($0) } ?? 0, ordering: .relaxed)
    return context
  }

  /// What the engine has done so far; all zero before `start()` and after `drain(deadline:)`.
  public var counters: ServerCounters {
    var sum = ServerCounters()
    for reactor in running.withLock({ $0.reactors }) { reactor.counters.add(to: &sum) }
    sum.requestsInFlight = core.requestsInFlight.value
    sum.octetsHeld = core.held.all.value
    sum.revocationsEnd = core.revocationsEnd.load(ordering: .relaxed)
    sum.certificateEnd = core.certificateEnd.load(ordering: .relaxed)
    return sum
  }
}
