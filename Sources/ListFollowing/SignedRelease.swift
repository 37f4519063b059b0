// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
private import Ingest
internal import ListFormats
internal import Names
internal import SignedManifests
private import StrictJSON

/// The newest release of a list that verified metadata names.
struct SignedRelease {
  /// Its version and the content of its entries.txt.
  let record: ListRecord
  /// The publisher's brake, when one is signed.
  let brake: BrakeLimits?
  /// From when on the general ring shows what it adds.
  let settle: SettleTerms
  /// A name that resolvers block besides the list, when one is signed that may be.
  let canary: DomainName?
  /// Where its entries.txt lies below the repository's targets.
  let location: String
  /// Digests of the keys that speak for it.
  let signers: Set<String>
  /// The agencies' approvals of its entries, when they are signed.
  let approvals: Companion?
  /// The agencies and their keys, when they are signed.
  let agencies: Companion?
  private let targets: [String: TargetDescription]
  private let list: ListName

  /// A signed file besides the list.
  struct Companion {
    /// What is signed of it.
    let description: TargetDescription
    /// Where it lies below the repository's targets.
    let location: String
  }

  /// The highest release number that is taken: what JSON carries as an integer.
  static let maximumVersion = UInt64(Int64.max)

  /// The release held, by what is remembered of it: enough to show it again where no source can be asked.
  init(held record: ListRecord, of list: ListName, canary: String?) {
    self.record = record
    self.list = list
    self.canary = canary.flatMap { list.canary($0) }
    (brake, settle, location, signers) = (nil, .none, "", [])
    (approvals, agencies, targets) = (nil, nil, [:])
  }

  /// Finds it.
  /// - Throws: `FollowRefusal.listNotSigned` when there is none, or one of a number beyond `maximumVersion`, or of more octets than
  ///   `ListLimits` lets a list have.
  init(of list: ListName, in repository: TrustedRepository) throws(FollowFailure) {
    let targets = repository.describedTargets
    let versions = targets.keys.compactMap { path -> UInt64? in
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == list.text, parts[2] == ListFormat.entries.rawValue else {
        return nil
      }
      return ListVersion(parsing: parts[1])?.number
    }
    // Numbers from a key that may be stolen: what no publisher can count to, and no list can be long, is no release.
    guard let version = versions.max(), (1...Self.maximumVersion).contains(version) else {
      throw .refused(.listNotSigned)
    }
    let path = "\(list.text)/\(version)/\(ListFormat.entries.rawValue)"
    guard let description = targets[path],
      let digest = description.sha256, let length = Int(exactly: description.length),
      length <= ListLimits().octets
    else { throw .refused(.listNotSigned) }
    let blocks = description.custom?["blocks"]?["sha256"]?.stringValue
    record = ListRecord(
      version: version, length: length, digest: digest, blocks: blocks.flatMap { SHA256Digest(hex: $0) })
    brake = BrakeLimits(signed: description.custom?["brake"])
    settle = SettleTerms(signed: description.custom?["settle"])
    canary = description.custom?["canary"]?.stringValue.flatMap { list.canary($0) }
    location = repository.location(of: path, description)
    signers = repository.signers(of: path)
    func companion(_ path: String) -> Companion? {
      targets[path].map { Companion(description: $0, location: repository.location(of: path, $0)) }
    }
    approvals = companion("\(list.text)/\(version)/\(ApprovalList.fileName)")
    // The top-level role's word alone: whoever signs releases must not say who has a vote.
    agencies = repository.targets.signed.targets[AgencyRegister.fileName].map {
      Companion(description: $0, location: repository.location(of: AgencyRegister.fileName, $0))
    }
    self.targets = targets
    self.list = list
  }

  /// Where the entries.txt of an earlier release lies.
  func location(of earlier: ListRecord) -> String {
    let name = ListFormat.entries.rawValue
    let isConsistent = location.hasSuffix("/\(record.digest.hex).\(name)")
    return "\(list.text)/\(earlier.version)/" + (isConsistent ? "\(earlier.digest.hex).\(name)" : name)
  }

  /// What is signed of the release in a format.
  func description(of format: ListFormat) -> TargetDescription? {
    targets["\(list.text)/\(record.version)/\(format.rawValue)"]
  }
}
