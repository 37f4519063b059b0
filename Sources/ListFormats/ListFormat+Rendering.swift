// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

extension ListFormat {
  /// `list` in this format: a function of its arguments, the same octets every time.
  public func render(_ list: Blocklist, options: RenderOptions) -> RenderedList {
    switch self {
    case .entries: RenderedList(octets: list.octets, listed: list.count, narrowed: 0, omitted: 0)
    case .domains: DomainsText.render(list)
    case .rpz: LineRenderer.render(list, options, with: PolicyZone(options))
    case .unbound: LineRenderer.render(list, options, with: UnboundZones(options))
    case .dnsmasq: LineRenderer.render(list, options, with: DnsmasqDomains(options))
    case .hosts: LineRenderer.render(list, options, with: HostsFile(options))
    case .squid: LineRenderer.render(list, options, with: SquidDomains())
    case .mikrotik: LineRenderer.render(list, options, with: RouterScript(options))
    case .csv: LineRenderer.render(list, options, with: EntriesCSV())
    case .json: LineRenderer.render(list, options, with: EntriesJSON(options))
    }
  }
}
