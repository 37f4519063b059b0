// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import Foundation
internal import Ingest
internal import ListService
internal import Names
internal import Publication
internal import Records
internal import RecordsPostgres
internal import RecordsSQLite
internal import SignedManifests

/// The parts that a configuration names, read and opened.
struct Deployment {
  let configuration: ServiceConfiguration

  init(_ arguments: Arguments) throws(Failure) {
    let octets = try LocalFiles.read(arguments.config, what: "the configuration")
    do throws(ConfigurationError) {
      configuration = try ServiceConfiguration(
        json5: octets, folder: LocalFiles.folder(of: arguments.config), overrides: arguments.overrides)
    } catch { throw Failure("\(arguments.config): \(error.description)") }
    if !configuration.allowsCoreDumps { PrivateMemory.keep() }
  }

  /// What names are accepted, by the public suffix list on this machine: libpsl's own data does not tell what lies below a name.
  func rules() throws(Failure) -> NameRules {
    let path = configuration.publicSuffixes
    guard LocalFiles.exists(path) else {
      throw Failure(
        "there is no public suffix list \(path): install the package publicsuffix, or name one as public_suffixes"
      )
    }
    guard let suffixes = PublicSuffixes(parsing: try LocalFiles.read(path, what: "the public suffix list"))
    else {
      throw Failure("public_suffixes: \(path) is no public suffix list as publicsuffix.org publishes it")
    }
    return NameRules(allowsReservedNames: configuration.allowsReservedNames, publicSuffixes: suffixes)
  }

  /// How releases are made, with the key that signs files.
  func publication() throws(Failure) -> PublicationSettings {
    var settings = configuration.publication
    settings.fileSigner = try fileSigner()
    return settings
  }

  func openStore() throws(Failure) -> OpenedStore {
    do throws(StoreOpeningError) { return try OpenedStore(configuration.store) } catch {
      throw Failure(error.description)
    }
  }

  /// The newest version of the criteria that each list asks for.
  func criteria() throws(Failure) -> [ListName: Criteria] {
    var newest: [String: Criteria] = [:]
    var versions: [String: String] = [:]
    for name in try LocalFiles.names(in: configuration.criteria, what: "the criteria folder")
    where name.hasSuffix(".json5") {
      let path = "\(configuration.criteria)/\(name)"
      do throws(CriteriaError) {
        let criteria = try Criteria(json5: try Self.octets(path))
        if let other = versions.updateValue(path, forKey: "\(criteria.id)/\(criteria.version)") {
          throw CriteriaError.malformed("version \(criteria.version) of \(criteria.id) is \(other) already")
        }
        if criteria.version > newest[criteria.id]?.version ?? 0 { newest[criteria.id] = criteria }
      } catch { throw Failure("\(path): \(error)") }
    }
    var byList: [ListName: Criteria] = [:]
    for list in configuration.lists {
      guard let criteria = newest[list.criteria] else {
        throw Failure(
          "lists.\(list.name).criteria: \(configuration.criteria) holds no criteria \(list.criteria)")
      }
      byList[list.name] = criteria
    }
    return byList
  }

  private static func octets(_ path: String) throws(CriteriaError) -> [UInt8] {
    do throws(Failure) { return try LocalFiles.read(path, what: "criteria") } catch {
      throw .malformed(error.message)
    }
  }

  /// What the files guard: reviewed names one by one, popular sites by the million.
  func guards() throws(Failure) -> GuardList {
    var entries: [GuardEntry] = []
    for path in configuration.guardFiles { entries += try GuardFile.read(path) }
    var guards = GuardList(entries)
    for path in configuration.topSiteFiles {
      let octets = try LocalFiles.read(path, what: "the popular sites")
      do throws(GuardImportError) {
        guards = guards.merging(try GuardList(topSites: octets, level: configuration.topSiteLevel))
      } catch { throw Failure("\(path) \(error)") }
    }
    return guards
  }

  /// The key beside the online ones that signs rendered files; nil when there is none.
  func fileSigner() throws(Failure) -> FileSigner? {
    let path = fileKey
    guard LocalFiles.exists(path) else { return nil }
    let text = String(decoding: try LocalFiles.read(path, what: "the key for files"), as: UTF8.self)
    guard let key = try? PrivateKey(pem: text), let signer = FileSigner(key) else {
      throw Failure("\(path) is no Ed25519 private key in PEM that can be read without a passphrase")
    }
    return signer
  }

  /// The authority that client certificates are renewed under; nil when none is configured.
  func issuer() throws(Failure) -> CertificateIssuer? {
    let renewal = configuration.renewal
    guard let certificate = renewal.issuerCertificate, let key = renewal.issuerKey else { return nil }
    let texts = try [certificate, key].map { (path) throws(Failure) in
      String(decoding: try LocalFiles.read(path, what: "the issuer of client certificates"), as: UTF8.self)
    }
    do throws(KeyError) { return try CertificateIssuer(certificatePEM: texts[0], keyPEM: texts[1]) } catch {
      throw Failure("\(certificate) and \(key) are no authority's certificate with its key in PEM")
    }
  }

  /// Where that key lies.
  var fileKey: String { LocalFiles.folder(of: configuration.onlineKeys) + "/files.pem" }

  /// The private halves of the online keys: every PEM file beside their public description.
  func signers() throws(Failure) -> [any MetadataSigner] {
    let folder = LocalFiles.folder(of: configuration.onlineKeys)
    var signers: [any MetadataSigner] = []
    for name in try LocalFiles.names(in: folder, what: "the folder of online keys")
    where name.hasSuffix(".pem") {
      let path = "\(folder)/\(name)"
      let text = String(decoding: try LocalFiles.read(path, what: "the online key"), as: UTF8.self)
      do throws(KeyError) { signers.append(KeySigner(try PrivateKey(pem: text))) } catch {
        throw Failure("\(path) is no private key in PEM that can be read without a passphrase")
      }
    }
    guard !signers.isEmpty else {
      throw Failure("there is no online key in \(folder): run cordond init first")
    }
    return signers
  }
}
