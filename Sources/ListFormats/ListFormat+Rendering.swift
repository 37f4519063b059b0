// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

extension ListFormat {
  /// `list` in this format: a function of its arguments, the same octets every time.
  public func render(_ list: Blocklist, options: RenderOptions) -> RenderedList {
    guard self != .entries else { return RenderedList(octets: list.octets, counts: Self.whole(list)) }
    var page = Page(capacity: list.slab.count * 3 + 1024)
    let counts = write(list, options, to: &page)
    return RenderedList(octets: page.octets, counts: counts)
  }

  /// The same octets, handed over part by part, so that neither the list nor the file need be in memory.
  public func render(
    _ list: Blocklist, options: RenderOptions, to take: @escaping (ArraySlice<UInt8>) -> Void
  ) -> RenderedCounts {
    guard self != .entries else {
      list.slab.forEachRun(take)
      return Self.whole(list)
    }
    var page = Page(capacity: 0, take: take)
    let counts = write(list, options, to: &page)
    page.flush()
    return counts
  }

  private static func whole(_ list: Blocklist) -> RenderedCounts {
    RenderedCounts(listed: list.count, narrowed: 0, omitted: 0)
  }

  private func write(_ list: Blocklist, _ options: RenderOptions, to page: inout Page) -> RenderedCounts {
    switch self {
    case .entries: Self.whole(list)
    case .domains: DomainsText.write(list, to: &page)
    case .rpz: LineRenderer.write(list, options, with: PolicyZone(options), to: &page)
    case .unbound: LineRenderer.write(list, options, with: UnboundZones(options), to: &page)
    case .dnsmasq: LineRenderer.write(list, options, with: DnsmasqDomains(options), to: &page)
    case .hosts: LineRenderer.write(list, options, with: HostsFile(options), to: &page)
    case .squid: LineRenderer.write(list, options, with: SquidDomains(), to: &page)
    case .mikrotik: LineRenderer.write(list, options, with: RouterScript(options), to: &page)
    case .csv: LineRenderer.write(list, options, with: EntriesCSV(), to: &page)
    case .json: LineRenderer.write(list, options, with: EntriesJSON(options), to: &page)
    }
  }
}
