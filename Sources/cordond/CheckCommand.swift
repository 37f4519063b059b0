// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import Cryptography
private import HTTPServing
private import ListService
private import Publication
private import Records

/// `cordond check`: whether the configuration can be used and the store is sound. Ends with 1 when it cannot tell, with 2 when
/// something is wrong with the store.
struct CheckCommand {
  private let deployment: Deployment

  init(_ arguments: Arguments) throws(Failure) { deployment = try Deployment(arguments) }

  func run() async throws(Failure) {
    _ = try deployment.criteria()
    _ = try deployment.guards()
    _ = try deployment.rules()
    let signers = try deployment.signers()
    _ = try deployment.issuer()
    if let tls = deployment.configuration.servedTLS {
      do throws(ServerError) { try HTTPServer.check(tls) } catch { throw Failure(error.description) }
    }
    if case .sqlite(let path) = deployment.configuration.store, !LocalFiles.exists(path) {
      throw Failure("there is no store \(path): run cordond init first")
    }
    let records = try deployment.openStore().records
    var findings: [String]
    do throws(RecordsError) {
      findings = try await records.check()
      findings += try await latestReleases(of: records)
    } catch .fatal(let words) {
      findings = [words]
    } catch { throw Failure("the store cannot be checked: \(error.words)") }
    if findings.isEmpty {
      let publisher = Publisher(records: records, signers: signers, settings: try deployment.publication())
      findings += await signedRepository(publisher)
    }
    await records.close()
    for finding in findings { Console.say(finding) }
    guard findings.isEmpty else {
      throw Failure("\(findings.count) things are wrong with the store", status: 2)
    }
    Console.say("the configuration and the store are in order")
  }

  /// Whether what each latest release holds is what its digest says.
  private func latestReleases(of records: any Records) async throws(RecordsError) -> [String] {
    var findings: [String] = []
    for list in try await records.lists() {
      guard let latest = try await records.latestRelease(list: list) else { continue }
      let text = try await records.publishedText(list: list, version: latest.version)
      if text.count != latest.length || SHA256Digest(hashing: text).octets != latest.digest {
        findings.append("\(list): release \(latest.version) does not hold what its digest says")
      } else {
        Console.say("\(list): release \(latest.version), \(latest.entries) entries, digest as on record")
      }
    }
    return findings
  }

  /// Whether the signed metadata verifies, and names the latest releases.
  private func signedRepository(_ publisher: Publisher) async -> [String] {
    do throws(PublicationError) {
      guard try await publisher.hasRoot() else { return [] }
      // A store that is only looked at is not changed: no lease ends here.
      try await publisher.read()
    } catch { return [Upkeep.describe(error, root: "")] }
    return []
  }
}
