// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
private import CLinux
private import Dispatch
private import Foundation
private import HTTPServing
private import Blocklists
private import HTTPWire
internal import ListService
private import Publication
private import Records
private import StrictJSON

/// `cordond serve`: opens everything, serves until told to stop, and lets requests in flight finish.
struct ServeCommand {
  private let deployment: Deployment
  let configuration: ServiceConfiguration
  let takesOver: Bool
  private let clockIsRight: Bool

  init(_ arguments: Arguments) throws(Failure) {
    takesOver = arguments.takesOver
    clockIsRight = arguments.clockIsRight
    deployment = try Deployment(arguments)
    configuration = deployment.configuration
  }

  func run() async throws(Failure) {
    // Whoever puts new certificates in place says so, whether the start is over or not.
    let reloading = ReloadSignal()
    try LocalFiles.requireWritable(configuration.data)
    let criteria = try deployment.criteria()
    let rules = try deployment.rules()
    let guards = try deployment.guards()
    let signers = try deployment.signers()
    let inherited = try inherit()
    let store = try await openStore(inherited)
    let records = store.records
    let mark = try PublishedMark(in: configuration.data)
    let clock = ClockTrust(mark: mark, isConfirmed: clockIsRight)
    var settings = try deployment.publication()
    settings.believesClock = { clock.believes($0) }
    let publisher = Publisher(records: records, signers: signers, settings: settings)
    try await open(publisher)
    if let signer = settings.fileSigner,
      let signed = publisher.current.repository.standing[FileSigner.keyTarget], signed != signer.publicKey
    {
      Console.complain(
        "the key that signs files is not the one in the targets: propose it as \(FileSigner.keyTarget)")
    }
    guard !mark.seen.isAhead(of: publisher.current.seen.merging(SeenState(lists: unserved(mark)))) else {
      throw Failure(
        "the store is older than what was published from here (published.json): see cordond resume, or restore a newer one"
      )
    }
    do throws(PublicationError) { try await publisher.lapseEnded() } catch {
      throw Failure(Upkeep.describe(error, root: configuration.root))
    }
    let note: @Sendable () -> Void = {
      let now = Date()
      mark.note(publisher.current.seen, at: clock.believes(now) ? now : nil)
    }
    note()
    publisher.observe(note)

    let gauge = EngineGauge()
    var parts = ServiceParts(
      configuration: configuration, records: records, publisher: publisher, rules: rules,
      criteria: criteria)
    parts.guards = guards
    parts.issuer = try deployment.issuer()
    parts.log = { Console.log($0, times: $1) }
    parts.engineMetrics = { gauge.values }
    let alarms = MachineAlarms(folder: configuration.data, clock: clock, ends: { gauge.ends })
    parts.machineAlarms = { alarms.standing(at: $0) }
    let responder = ServiceResponder(parts)
    guard await responder.refresh() else { throw Failure("the store cannot be read") }

    if let line = DescriptorLimit.raise(for: configuration.limits.connections) { Console.log(line) }
    let server = HTTPServer(configuration: engine(inherited.sockets, responder), responder: responder)
    let port: UInt16
    // What was said so far stands in the log before anybody is served.
    Console.flush()
    do throws(ServerError) { port = try server.start() } catch { throw Failure(error.description) }
    gauge.watch(server)
    publisher.observe { server.wakeParked() }
    let scheme = configuration.tls == nil ? "http" : "https"
    Console.log("cordond: serving \(scheme)://\(configuration.address):\(port)")

    let upkeep = Upkeep(
      publisher: publisher, responder: responder, lifetimes: settings.lifetimes, machine: alarms,
      changesElsewhere: store.changesElsewhere)
    let keeping = Task { await upkeep.run() }
    try await serve(
      Serving(
        server: server, keeping: keeping, records: records, mark: mark, predecessor: inherited.predecessor,
        reloading: reloading))
  }

  /// Shows what the store holds; at the first start installs the root of trust before. Nothing is released yet: the store may be older
  /// than what was published.
  private func open(_ publisher: Publisher) async throws(Failure) {
    do throws(PublicationError) {
      if try await !publisher.hasRoot() {
        try await install(try root(), try firstTargets(), publisher)
      }
      try await publisher.read()
    } catch { throw Failure(Upkeep.describe(error, root: configuration.root)) }
  }

  /// Lists that were served once and are not configured any more.
  private func unserved(_ mark: PublishedMark) -> [ListName: ListVersion] {
    mark.seen.lists.filter { list, _ in !configuration.lists.contains { $0.name == list } }
  }

  private func install(
    _ root: [UInt8], _ targets: [UInt8]?, _ publisher: Publisher
  ) async throws(PublicationError) {
    do throws(PublicationError) {
      try await publisher.installRoot(root, targets: targets, act: Act(by: nil, at: Date()))
      Console.log("cordond: installed the root of trust \(configuration.root)")
    } catch {
      // Another cordond on the same database may have been quicker.
      guard try await publisher.hasRoot() else { throw error }
    }
  }

  /// The first targets, where the root gives them to holders; nil when there is no such file.
  private func firstTargets() throws(PublicationError) -> [UInt8]? {
    guard LocalFiles.exists(configuration.firstTargets) else { return nil }
    do throws(Failure) {
      return try LocalFiles.read(configuration.firstTargets, what: "the first targets")
    } catch { throw .manifest(error.message) }
  }

  private func root() throws(PublicationError) -> [UInt8] {
    do throws(Failure) { return try LocalFiles.read(configuration.root, what: "the root of trust") } catch {
      throw .rootMissing
    }
  }

  private func engine(_ inherited: [Int32], _ responder: ServiceResponder) -> ServerConfiguration {
    var limits = configuration.limits
    limits.http2.streams = configuration.http2.streams
    var engine = ServerConfiguration(
      address: configuration.address, port: configuration.port, tls: tls, limits: limits,
      reactorCount: configuration.reactors, accessLog: { responder.note($0) })
    engine.inherited = inherited
    engine.balancers = configuration.balancers
    engine.administrationSocket = configuration.administrationSocket
    return engine
  }
}
