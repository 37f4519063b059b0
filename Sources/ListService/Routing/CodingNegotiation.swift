// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Publication

/// Which coding a reader shall get (RFC 9110 §12.5.3).
enum CodingNegotiation {
  typealias Coding = PackedForms.Coding

  /// The codings of `available` that the request accepts, the one it likes best first; those it likes alike by `order`.
  /// Empty when it wants the octets as they are, or says nothing.
  static func acceptable(_ available: Set<Coding>, for request: HTTPRequest) -> [Coding] {
    guard !available.isEmpty, request.fields.contains("Accept-Encoding") else { return [] }
    let members = request.fields.list("Accept-Encoding").map { MediaRange($0) }
    let plain = quality(of: "identity", in: members) ?? .zero
    var accepted: [(coding: Coding, quality: QualityValue)] = []
    for coding in Coding.allCases where available.contains(coding) {
      guard let quality = quality(of: coding.rawValue, in: members) else { continue }
      if quality > .zero, quality >= plain { accepted.append((coding, quality)) }
    }
    // A stable order: what is liked alike stays as the cases stand.
    accepted.sort { $0.quality > $1.quality }
    return accepted.map(\.coding)
  }

  /// The weight of a coding, else that of `*`; nil when neither is named.
  private static func quality(of coding: String, in members: [MediaRange]) -> QualityValue? {
    let names = coding == "gzip" ? ["gzip", "x-gzip"] : [coding]
    return (members.first { names.contains($0.type) } ?? members.first { $0.type == "*" })?.quality
  }
}
