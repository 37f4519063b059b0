// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Letters of Latin, Greek and Cyrillic beside each other in one label: they look alike, so that the name written may not
/// be the name meant (Unicode TS #39 §5.1 holds such labels suspect, and registries refuse them). Who means one gives its
/// A-label.
enum MixedScripts {
  private enum Script: String {
    case latin = "Latin"
    case greek = "Greek"
    case cyrillic = "Cyrillic"
  }

  /// - Throws: `mixed-scripts` at the first letter of another script in its label.
  static func check(_ host: [Placed]) throws(NameRefusal) {
    guard host.contains(where: { !$0.scalar.isASCII }) else { return }
    var first: Script?
    for placed in host {
      if placed.scalar.isLabelSeparator { first = nil }
      guard let script = script(of: placed.scalar) else { continue }
      guard let known = first, known != script else {
        first = script
        continue
      }
      throw NameRefusal(
        .mixedScripts, column: placed.column,
        detail:
          "\(known.rawValue) and \(script.rawValue) letters, here \(placed.scalar.called), stand in one label: "
          + "if that is the name, give its A-label, xn--….")
    }
  }

  private static func script(of scalar: Unicode.Scalar) -> Script? {
    guard !scalar.isASCII else { return scalar.isASCIILetter ? .latin : nil }
    guard scalar.properties.isAlphabetic else { return nil }
    switch scalar.value {
    case 0xC0...0x24F, 0x1E00...0x1EFF, 0xFF21...0xFF5A: return .latin
    case 0x370...0x3FF, 0x1F00...0x1FFF: return .greek
    case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: return .cyrillic
    default: return nil
    }
  }
}
