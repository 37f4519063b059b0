// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Names

/// One format: what stands before the first entry, for each entry, and after the last.
protocol LineFormat {
  /// What begins a comment line in this format; nil where it has no comments.
  var commentMark: String? { get }
  /// Whether a canary is written besides the entries: not where a file only says what is listed.
  var carriesCanary: Bool { get }
  func writeHead(to page: inout Page)
  /// - Returns: how well the format could express the entry; on `omitted` nothing has been written.
  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed
  /// Writes what is open within listed subtrees.
  func writeExceptions(_ exceptions: ListExceptions, to page: inout Page)
  func writeTail(to page: inout Page)
}

extension LineFormat {
  var carriesCanary: Bool { true }
  func writeHead(to page: inout Page) {}
  func writeExceptions(_ exceptions: ListExceptions, to page: inout Page) {}
  func writeTail(to page: inout Page) {}
}

/// How well a format could express one entry.
enum Expressed {
  case whole
  case nameOnly
  case omitted
}

/// Renders formats that treat entries one by one.
enum LineRenderer {
  static func write(
    _ list: Blocklist, _ options: RenderOptions, with format: some LineFormat, to page: inout Page
  ) -> RenderedCounts {
    if let mark = format.commentMark { page.writeTitle(mark, options, entries: list.count) }
    format.writeHead(to: &page)
    var listed = 0
    var narrowed = 0
    list.slab.forEachRun { run in
      let octets = run.span
      EntrySlices.forEachRange(in: octets) { name, scope in
        let expressed = format.write(octets.extracting(name), scope, isFirst: listed == 0, to: &page)
        if expressed != .omitted { listed += 1 }
        if expressed == .nameOnly { narrowed += 1 }
      }
      page.flush()
    }
    if let canary = options.canary, format.carriesCanary, !list.covers(canary) {
      _ = format.write(Array(canary.text.utf8).span, .host, isFirst: false, to: &page)
    }
    format.writeExceptions(options.exceptions, to: &page)
    format.writeTail(to: &page)
    return RenderedCounts(listed: listed, narrowed: narrowed, omitted: list.count - listed)
  }
}

extension Page {
  fileprivate mutating func writeTitle(_ mark: String, _ options: RenderOptions, entries: Int) {
    write(text: mark)
    write(text: " \(options.list) version \(options.version), \(entries) entries\n")
  }
}
