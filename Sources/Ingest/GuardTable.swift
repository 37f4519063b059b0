// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Names

/// A file of guarded names: `name,level,reason` lines below a header that says so. Blank lines, and lines that begin with `#`, are
/// skipped.
public enum GuardTable {
  /// The entries of `octets`, in their order.
  ///
  /// - Throws: `GuardImportError` at the first line of another form: nothing is half imported.
  public static func entries(_ octets: [UInt8]) throws(GuardImportError) -> [GuardEntry] {
    guard let text = String(validating: octets, as: UTF8.self) else {
      throw GuardImportError(line: 1, detail: "the file is not UTF-8")
    }
    var entries: [GuardEntry] = []
    var lines: [String: Int] = [:]
    var hasHeader = false
    var number = 0
    // By octets: to Swift, CR LF is one character and no line feed.
    for octets in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let line = Substring(octets.last == UInt8(ascii: "\r") ? octets.dropLast() : octets)
      if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
      guard hasHeader else {
        guard ["name,level,reason", "name,level"].contains(line) else {
          throw GuardImportError(line: number, detail: "the first line says name,level,reason")
        }
        hasHeader = true
        continue
      }
      let entry = try self.entry(line, number)
      if let before = lines.updateValue(number, forKey: entry.name.text) {
        throw GuardImportError(line: number, detail: "\(entry.name) stands in line \(before) already")
      }
      entries.append(entry)
    }
    return entries
  }

  private static func entry(_ line: Substring, _ number: Int) throws(GuardImportError) -> GuardEntry {
    let fields = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count >= 2, let level = GuardLevel(rawValue: String(fields[1])) else {
      throw GuardImportError(line: number, detail: "name,level,reason is wanted, level never or narrow")
    }
    do throws(NameRefusal) {
      let name = try DomainName(canonical: String(fields[0]))
      guard name.parent != nil else {
        throw NameRefusal(
          .singleLabel, column: 1, detail: "a guard on a top-level name would guard all below it")
      }
      return GuardEntry(name: name, level: level, reason: fields.count > 2 ? String(fields[2]) : "")
    } catch { throw GuardImportError(line: number, detail: error.detail) }
  }
}
