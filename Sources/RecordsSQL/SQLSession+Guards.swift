// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import Names
internal import Records

extension SQLSession {
  /// What is guarded, as a subject of revisions.
  static var guards: String { "guards" }

  // Guarded names that a line of the trail spells out.
  private static var namesTogether: Int { 20 }

  /// Tells whoever was judging by the guards as they were.
  func guardsChanged() throws(RecordsError) {
    try raiseRevision(of: Self.guards)
    try notify()
  }

  /// How each name is guarded now.
  func guardLevels() throws(RecordsError) -> [DomainName: GuardLevel] {
    let found = try rows("SELECT name, level FROM guarded", []) { (row: Row) throws(RecordsError) in
      (try row.name(0), try row.value(1) { GuardLevel(rawValue: $0) })
    }
    return Dictionary(uniqueKeysWithValues: found)
  }

  /// Every name that is guarded from now on, with its level, and the one it had where that is another.
  func noteGuards(
    _ entries: [GuardEntry], before: [DomainName: GuardLevel], _ act: Act
  ) throws(RecordsError) {
    var rest = entries[...]
    repeat {
      let together = rest.prefix(Self.namesTogether)
      rest = rest.dropFirst(Self.namesTogether)
      let levels = GuardLevel.allCases.map { level in
        "\(level.rawValue)=\(together.count { $0.level == level })"
      }
      let names = together.map { entry in
        let earlier = before[entry.name].flatMap { $0 == entry.level ? nil : "\($0.rawValue)->" }
        return "\(entry.name) \(earlier ?? "")\(entry.level.rawValue)"
      }
      try note(
        "names-guarded", "guard", levels.joined(separator: " "), act, reason: names.joined(separator: ", "))
    } while !rest.isEmpty
  }
}
