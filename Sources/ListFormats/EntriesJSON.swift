// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `entries.json`: `{"list":…,"version":…,"entries":[{"name":…,"scope":…},…]}`, one entry a line.
struct EntriesJSON: LineFormat {
  let commentMark: String? = nil
  let carriesCanary = false
  private let options: RenderOptions

  init(_ options: RenderOptions) { self.options = options }

  func writeHead(to page: inout Page) {
    page.write(text: "{\"list\":\"\(options.list)\",\"version\":\(options.version),\"entries\":[")
  }

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    page.write(isFirst ? "\n{\"name\":\"" : ",\n{\"name\":\"")
    page.write(name)
    page.write(scope == .subtree ? "\",\"scope\":\"subtree\"}" : "\",\"scope\":\"host\"}")
    return .whole
  }

  func writeTail(to page: inout Page) { page.write("\n]}\n") }
}
