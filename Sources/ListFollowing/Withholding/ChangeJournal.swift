// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists

/// What each release changed, a file each, so that a hold can go back to any of the last ones, and what settles can be told once more
/// when the file that said so is lost. Each file names the release before, so that they are a chain.
package struct ChangeJournal {
  /// The most releases that are remembered.
  package var mostReleases = 512
  /// The most octets of their lines, where there is more than one.
  package var mostOctets = 256 << 20

  private let folder: String
  private let files: any FileSystem

  /// A journal in a folder of its own.
  package init(folder: String, files: any FileSystem) { (self.folder, self.files) = (folder, files) }

  /// What a release changed.
  package struct Change {
    /// The release.
    package let version: UInt64
    /// The one that was held before.
    package let from: UInt64
    /// Seconds since 1970 until which its additions settled, as was signed when it came; nil when it came frozen.
    let until: Int64?
    fileprivate let file: SectionedLines

    /// How many entries it added.
    var additions: Int { file.sections[1].announced }
    fileprivate var octets: Int { file.sections[0].octets + file.sections[1].octets }

    /// The change; nil when the file is damaged.
    package func delta() -> Delta? {
      guard let removals = file.sections[0].lines(), let additions = file.sections[1].lines() else {
        return nil
      }
      return Delta(remembered: removals, additions)
    }

    fileprivate init?(_ version: UInt64, _ file: SectionedLines) {
      guard file.isWhole, file.sections.count == 2, file.sections[0].words.count == 3,
        file.sections[0].words[0] == "-", file.sections[1].words == ["+"],
        let from = UInt64(file.sections[0].words[1]), from < version,
        let until = Withheld.number(file.sections[0].words[2], Int64.self)
      else { return nil }
      (self.version, self.from, self.until, self.file) = (version, from, until, file)
    }
  }

  private static let title = "changes 1"

  /// Notes what a release changes, before it is adopted.
  /// - Parameters:
  ///   - applied: the release held.
  ///   - until: see `Change`.
  package func note(_ change: Delta, _ version: UInt64, from applied: UInt64, until: Int64?) throws(FileFault)
  {
    try files.makeDirectory(folder)
    if let last = try latest() {
      // One that was noted last time and did not come through belongs to no chain.
      if last != applied, last != version { try files.remove(path(last)) }
    } else {
      try files.synchronize(directory: directoryPart(of: folder))
    }
    let file = SectionedLines([
      .init(["-", "\(applied)", Withheld.text(until)], change.removals), .init(["+"], change.additions),
    ])
    let draft = try FileDraft(of: path(version), permissions: 0o640, isHashed: false, files: files)
    file.write(to: draft, as: Self.title)
    try draft.finish()
    try draft.replace()
    try files.replace(latestPath, with: Array("\(version)\n".utf8), permissions: 0o640)
    try forget(from: version)
  }

  /// What the last releases changed, the newest first, as far as it is known without a gap.
  package func chain(from version: UInt64?) throws(FileFault) -> [Change] {
    var found: [Change] = []
    var next = version
    while let version = next, let change = try change(version) {
      found.append(change)
      next = found.count < 2 * mostReleases ? change.from : nil
    }
    return found
  }

  /// The release noted last.
  func latest() throws(FileFault) -> UInt64? {
    try files.read(latestPath, maximumOctets: 64).flatMap {
      UInt64(String(decoding: $0, as: UTF8.self).split(separator: "\n").first ?? "")
    }
  }

  /// Forgets all that led to a release.
  func clear(from version: UInt64) throws(FileFault) {
    for change in try chain(from: version).reversed() { try files.remove(path(change.version)) }
  }

  /// Removes what is too much, the oldest first.
  private func forget(from version: UInt64) throws(FileFault) {
    var octets = 0
    var surplus: [UInt64] = []
    for (index, change) in try chain(from: version).enumerated() {
      octets += change.octets
      if index > 0, index >= mostReleases || octets > mostOctets { surplus.append(change.version) }
    }
    for version in surplus.reversed() { try files.remove(path(version)) }
  }

  private func change(_ version: UInt64) throws(FileFault) -> Change? {
    let slab = try files.map(path(version), maximumOctets: StateDirectory.maximumListOctets)
    return slab.flatMap { Change(version, SectionedLines(parsing: $0, as: Self.title)) }
  }

  private func path(_ version: UInt64) -> String { "\(folder)/\(version).txt" }
  private var latestPath: String { folder + "/latest" }
}
