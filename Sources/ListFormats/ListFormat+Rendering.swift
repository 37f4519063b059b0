// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

extension ListFormat {
  /// `list` in this format: a function of its arguments, the same octets every time.
  public func render(_ list: Blocklist, options: RenderOptions) -> RenderedList {
    RenderedList(octets: list.octets, listed: list.count, omitted: 0)
  }
}
