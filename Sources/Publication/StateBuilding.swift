// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import ListFormats
internal import Names
internal import Records
internal import Cryptography
internal import SignedManifests

extension PublishedState {
  /// The state with one list and the metadata replaced.
  func replacing(_ list: PublishedList, repository: PublishedRepository) -> PublishedState {
    var lists = lists
    lists[list.name] = list
    return PublishedState(lists: lists, repository: repository)
  }
}

extension PublishedList {
  /// A list with its latest release in every format.
  init(
    _ release: Release, blocklist: Blocklist, files: ReleaseFiles, history: ReleaseHistory,
    updates: ReleaseUpdates? = nil
  ) {
    self.init(
      name: release.list, latest: PublishedRelease(release, digest: blocklist.digest), blocklist: blocklist,
      files: files.files, history: history, approvals: files.approvals, updates: updates)
  }
}

extension PublishedRelease {
  init(_ release: Release, digest: SHA256Digest) {
    self.init(
      list: release.list, version: release.version, publishedAt: release.publishedAt,
      entryCount: release.entries, length: release.length, digest: digest, added: release.added,
      removed: release.removed)
  }
}

extension PublishedRepository {
  /// Metadata as stored, and the current targets of all lists.
  init(_ files: [MetadataFile], signed: SignedRepository, lists: some Sequence<PublishedList>) {
    // What lies in a folder is no metadata: standing targets, and proposals.
    let metadata = files.filter { !$0.name.contains("/") }.map {
      ($0.name, PublishedFile(octets: $0.octets, mediaType: "application/json"))
    }
    let standing = StandingTargets.inForce(files, signed)
    var targets: [String: PublishedFile] = [:]
    for (name, file) in StandingTargets.earlier(files) + standing.map({ ($0.key, $0.value) }) {
      let description = TargetDescription(length: Int64(file.octets.count), sha256: file.digest)
      targets[RepositoryPath.target(name, description, consistent: true)] = file
    }
    for list in lists {
      for (format, file) in list.files {
        targets[ReleaseFiles.storedPath(list.name, list.version, format, file)] = file
      }
      if let file = list.approvals.file {
        targets["\(list.name)/\(list.version)/\(file.digest.hex).\(ApprovalList.fileName)"] = file
      }
    }
    let byName = Dictionary(metadata) { first, _ in first }
    self.init(
      metadata: byName, targets: targets,
      expiries: signed.expiries, standing: standing, stages: ReleaseStage.signed(in: signed),
      update: UpdateMetadata(signed, files: byName))
  }
}

extension UpdateMetadata {
  /// What `signed` has in force, its octets among `files`.
  convenience init(_ signed: SignedRepository, files: [String: PublishedFile]) {
    guard let current = signed.current else {
      self.init(inForce: Held(root: signed.root.signed.version), files: files)
      return
    }
    let snapshot = current.snapshot.signed
    let below = snapshot.meta.sorted { $0.key < $1.key }.map { name, described in
      RepositoryPath.metadata(
        String(name.dropLast(".json".utf8.count)), version: described.version, consistent: true)
    }
    self.init(
      inForce: Held(
        root: signed.root.signed.version, timestamp: current.timestamp.signed.version,
        snapshot: snapshot.version),
      named: [RepositoryPath.metadata("snapshot", version: snapshot.version, consistent: true)] + below,
      files: files)
  }
}
