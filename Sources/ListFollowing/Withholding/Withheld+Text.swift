// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// A section for each batch, `+ VERSION UNTIL LIMIT`, and one of what is kept, `=`; UNTIL is `-` while frozen, LIMIT without the brake.
extension Withheld {
  private static let title = "withheld 3"

  /// Reads the follower's own file as far as it goes.
  /// - Parameter isWhole: set to whether nothing is missing.
  init(parsing slab: Slab, isWhole: inout Bool) {
    if slab.count > 10, slab[0..<10].elementsEqual("withheld 2".utf8),
      let earlier = Withheld(earlier: slab.octets)
    {
      isWhole = true
      self = earlier
      return
    }
    self.init()
    let file = SectionedLines(parsing: slab, as: Self.title)
    isWhole = file.isWhole
    var (batches, kept) = ([Batch](), EntryLines.none)
    for section in file.sections {
      guard let lines = section.lines() else {
        isWhole = false
        break
      }
      let words = section.words
      switch (words.first, words.count) {
      case ("=", 1): kept = lines
      case ("+", 4):
        guard let version = UInt64(words[1]), let until = Self.number(words[2], Int64.self),
          let limit = Self.number(words[3], Int.self)
        else { fallthrough }
        batches.append(Batch(version: version, until: until, limit: limit, lines: lines))
      default: isWhole = false
      }
    }
    self.init(batches, keeping: kept)
  }

  /// The file.
  var file: SectionedLines {
    var sections = batches.map { batch in
      SectionedLines.Section(
        ["+", "\(batch.version)", Self.text(batch.until), Self.text(batch.limit)], batch.lines)
    }
    if !kept.isEmpty { sections.append(SectionedLines.Section(["="], kept)) }
    return SectionedLines(sections)
  }

  func write(to draft: FileDraft) { file.write(to: draft, as: Self.title) }

  /// Nil within for `-`, nil itself for what is no number.
  static func number<Number: FixedWidthInteger>(_ word: String, _: Number.Type) -> Number?? {
    word == "-" ? .some(nil) : Number(word).map { .some($0) }
  }

  static func text(_ number: (some FixedWidthInteger)?) -> String { number.map { "\($0)" } ?? "-" }
}
