// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Names

/// What the people asked about reported, read once for each registrable domain: in one transaction that decides, nobody reports.
struct ReportMemory {
  /// A registrable domain on a list.
  struct Domain: Hashable {
    let list: ListName
    let registrable: DomainName

    init(list: ListName, registrable: DomainName) {
      self.list = list
      self.registrable = registrable
    }

    init(of submission: Submission) {
      self.init(list: submission.list, registrable: submission.host.registrable)
    }
  }

  var known: [Domain: [PrincipalID: ReportedNames]] = [:]
  /// Whether few hosts of a domain were ever reported.
  var hasFewHosts: [Domain: Bool] = [:]
}
