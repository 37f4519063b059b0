// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `mikrotik.rsc`: a script for RouterOS 7 that replaces the static DNS entries of this list.
struct RouterScript: LineFormat {
  let commentMark: String? = "#"
  private let comment: String
  private let answers: [String]

  init(_ options: RenderOptions) {
    comment = "cordon \(options.list)"
    answers =
      switch options.action {
      case .nxdomain: ["type=NXDOMAIN"]
      case .redirect(let host):
        ["type=A address=\(host.ipv4)"] + (host.ipv6.map { ["type=AAAA address=\($0)"] } ?? [])
      }
  }

  func writeHead(to page: inout Page) {
    page.write("/ip dns static remove [find comment=\"\(comment)\"]\n/ip dns static\n")
  }

  func write(_ name: ArraySlice<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    for answer in answers {
      page.write("add name=\"")
      page.write(name)
      page.write(scope == .subtree ? "\" match-subdomain=yes " : "\" match-subdomain=no ")
      page.write(answer)
      page.write(" comment=\"")
      page.write(comment)
      page.write("\"\n")
    }
    return .whole
  }
}
