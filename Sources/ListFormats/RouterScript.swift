// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `mikrotik.rsc`: a script for RouterOS 7 that replaces the static DNS entries of this list.
struct RouterScript: LineFormat {
  let commentMark: String? = "#"
  private let comment: String
  /// What follows the name: for each answer, of a subtree and of a host.
  private let tails: [(subtree: [UInt8], host: [UInt8])]

  init(_ options: RenderOptions) {
    let comment = "cordon \(options.list)"
    let answers =
      switch options.action {
      case .nxdomain: ["type=NXDOMAIN"]
      case .redirect(let host):
        ["type=A address=\(host.ipv4)"] + (host.ipv6.map { ["type=AAAA address=\($0)"] } ?? [])
      }
    self.comment = comment
    tails = answers.map { answer in
      func tail(_ subdomains: String) -> [UInt8] {
        Array("\" match-subdomain=\(subdomains) \(answer) comment=\"\(comment)\"\n".utf8)
      }
      return (tail("yes"), tail("no"))
    }
  }

  func writeHead(to page: inout Page) {
    page.write(text: "/ip dns static remove [find comment=\"\(comment)\"]\n/ip dns static\n")
  }

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    for tail in tails {
      page.write("add name=\"")
      page.write(name)
      page.write(scope == .subtree ? tail.subtree : tail.host)
    }
    return .whole
  }
}
