// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import ListService
private import Records

/// `cordond check`: whether the configuration can be used and the store is sound.
struct CheckCommand {
  private let deployment: Deployment

  init(_ arguments: Arguments) throws(Failure) { deployment = try Deployment(arguments) }

  func run() async throws(Failure) {
    _ = try deployment.criteria()
    _ = try deployment.guards()
    _ = try deployment.signers()
    _ = try deployment.issuer()
    if case .sqlite(let path) = deployment.configuration.store, !LocalFiles.exists(path) {
      throw Failure("there is no store \(path): run cordond init first")
    }
    let records = try deployment.openStore().records
    let findings: [String]
    do throws(RecordsError) { findings = try await records.check() } catch {
      throw Failure("the store cannot be checked: \(error)")
    }
    await records.close()
    for finding in findings { Console.say(finding) }
    guard findings.isEmpty else { throw Failure("\(findings.count) things are wrong with the store") }
    Console.say("the configuration and the store are in order")
  }
}
