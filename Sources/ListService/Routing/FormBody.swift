// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import StrictJSON

/// What a browser sends from a form (`application/x-www-form-urlencoded`), as the object that the same fields would be in
/// JSON; fields left empty are left out.
enum FormBody {
  /// - Throws: `malformed-body` for broken encoding or a field given twice.
  static func object(_ exchange: Exchange) throws(Problem) -> JSONValue {
    var object = JSONObject()
    for part in exchange.request.body.split(separator: UInt8(ascii: "&")) {
      let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try decoded(pair[0])
      guard pair.count == 2, !pair[1].isEmpty else { continue }
      guard object[name] == nil else { throw Problem(.malformedBody, "A field is given twice.") }
      object[name] = .string(try decoded(pair[1]))
    }
    return .object(object)
  }

  /// `+` is a blank, and the CR LF by which browsers end the lines of a text field one LF.
  private static func decoded(_ coded: ArraySlice<UInt8>) throws(Problem) -> String {
    let blanks = coded.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    var octets: [UInt8]
    do { octets = try PercentEncoding.octets(String(decoding: blanks, as: UTF8.self)) } catch {
      throw Problem(.malformedBody, "The form's percent-encoding is broken.")
    }
    let ends = zip(octets, octets.dropFirst() + [0]).map { $0 == 0x0D && $1 == 0x0A }
    octets = zip(octets, ends).filter { !$0.1 }.map(\.0)
    guard let text = String(validating: octets, as: UTF8.self) else {
      throw Problem(.malformedBody, "The form is not UTF-8.")
    }
    return text
  }
}
