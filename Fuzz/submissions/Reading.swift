// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest

/// What a body is read as: its items and refusals in their order, and what it is as a whole.
struct Reading: Equatable {
  private(set) var items: [Result<ParsedItem, ItemRefusal>] = []
  private(set) var end: Result<SubmissionBody, SubmissionBodyError>

  init(_ pieces: Pieces, _ terms: SubmissionBody.Terms) {
    var items: [Result<ParsedItem, ItemRefusal>] = []
    do throws(SubmissionBodyError) {
      end = .success(try SubmissionBody(pieces: pieces, terms) { items.append($0) })
    } catch { end = .failure(error) }
    self.items = items
  }
}

/// A body cut into pieces, some of which may be empty.
struct Pieces: IteratorProtocol {
  enum Cut { case whole, octets, anywhere }

  private var rest: ArraySlice<UInt8>
  private let cut: Cut
  private var state: UInt64

  /// - Parameter cut: `anywhere` is always at the same places for the same octets, so that a find can be run again.
  init(_ octets: [UInt8], _ cut: Cut) {
    rest = octets[...]
    self.cut = cut
    state = octets.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  mutating func next() -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    let size = size
    defer { rest = rest.dropFirst(size) }
    return Array(rest.prefix(size))
  }

  private var size: Int {
    mutating get {
      switch cut {
      case .whole: return rest.count
      case .octets: return 1
      case .anywhere:
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Mostly small ones, where a cut is likely to meet something; few enough that long bodies stay quick.
        let most = (state >> 60) == 0 ? rest.count : max(24, rest.count / 8)
        return Int((state >> 20) % UInt64(most + 1))
      }
    }
  }
}
