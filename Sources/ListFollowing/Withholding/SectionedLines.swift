// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// A file of the follower's own: lines of entries in sections. The first line says what it is, each section begins with a heading
/// that ends in how many lines and octets it has, and the last line is `end`, so that a file cut short is known as one.
struct SectionedLines {
  /// Lines under a heading.
  struct Section {
    /// The heading without the two numbers.
    var words: [String]
    private let text: Slab
    private let count: Int

    init(_ words: [String], _ lines: EntryLines) {
      (self.words, text, count) = (words, lines.slab, lines.count)
    }

    fileprivate init?(_ heading: String, of slab: Slab, at start: Int) {
      var words = heading.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard words.count >= 3, let octets = words.popLast().flatMap({ Int($0) }),
        let count = words.popLast().flatMap({ Int($0) }), octets >= 0, octets <= slab.count - start
      else { return nil }
      text = slab.part(start..<start + octets)
      (self.words, self.count) = (words, count)
    }

    var heading: String { (words + ["\(count)", "\(text.count)"]).joined(separator: " ") }
    var octets: Int { text.count }
    /// How many lines there are by the heading.
    var announced: Int { count }

    /// The lines; nil for what none wrote so.
    func lines() -> EntryLines? {
      guard let lines = try? EntryLines(checking: text), lines.count == count else { return nil }
      return lines
    }
  }

  var sections: [Section] = []
  /// Whether nothing is missing.
  private(set) var isWhole = true

  init(_ sections: [Section]) { self.sections = sections }

  /// Reads a file as far as it goes.
  init(parsing slab: Slab, as title: String) {
    isWhole = false
    guard var position = Self.end(ofLine: title, in: slab, at: 0) else { return }
    while let heading = Self.line(in: slab, at: position) {
      position += heading.utf8.count + 1
      if heading == "end" {
        isWhole = position == slab.count
        return
      }
      guard let section = Section(heading, of: slab, at: position) else { return }
      sections.append(section)
      position += section.octets
    }
  }

  /// Writes the file.
  func write(to draft: FileDraft, as title: String) {
    draft.append(Array("\(title)\n".utf8)[...])
    for section in sections {
      draft.append(Array("\(section.heading)\n".utf8)[...])
      section.write(to: draft)
    }
    draft.append(Array("end\n".utf8)[...])
  }

  private static let longestHeading = 200

  private static func line(in slab: Slab, at start: Int) -> String? {
    let octets = slab[start..<min(start + longestHeading, slab.count)]
    guard let end = octets.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    return String(decoding: octets[..<end], as: UTF8.self)
  }

  private static func end(ofLine expected: String, in slab: Slab, at start: Int) -> Int? {
    line(in: slab, at: start) == expected ? start + expected.utf8.count + 1 : nil
  }
}

extension SectionedLines.Section {
  fileprivate func write(to draft: FileDraft) { text.forEachPiece { draft.append($0) } }
}
