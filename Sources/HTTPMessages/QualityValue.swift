// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A weight (RFC 9110 §12.4.2): `0`, `0.5`, `1.000`; never anything a floating-point reader would
/// take beside it.
public struct QualityValue: Hashable, Comparable, Sendable {
  /// 0 to 1000.
  public let thousandths: Int

  /// What a member without a weight has.
  public static let full = QualityValue(thousandths: 1000)
  /// Not acceptable.
  public static let zero = QualityValue(thousandths: 0)

  private init(thousandths: Int) { self.thousandths = thousandths }

  /// Reads the form on the wire, without whitespace; nil for anything else.
  public init?(parsing text: some StringProtocol) {
    let octets = Array(text.utf8)
    guard (1...5).contains(octets.count), octets[0] == 0x30 || octets[0] == 0x31 else { return nil }
    guard octets.count == 1 || octets[1] == 0x2E else { return nil }
    var value = Int(octets[0] - 0x30) * 1000
    var place = 100
    for octet in octets.dropFirst(2) {
      guard octet >= 0x30, octet <= 0x39 else { return nil }
      value += Int(octet - 0x30) * place
      place /= 10
    }
    guard value <= 1000 else { return nil }
    thousandths = value
  }

  /// By weight.
  public static func < (left: QualityValue, right: QualityValue) -> Bool {
    left.thousandths < right.thousandths
  }
}
