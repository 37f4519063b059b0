// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import RecordsSQL

/// Values in PostgreSQL's binary form.
extension SQLValue {
  /// The type's object identifier; 0 lets the server infer it.
  var type: UInt32 {
    switch self {
    case .integer: Self.bigint
    case .text: Self.textual
    case .blob: 17
    case .texts: 1009
    case .integers: 1016
    case .null: 0
    }
  }

  private static var bigint: UInt32 { 20 }
  private static var textual: UInt32 { 25 }

  /// The octets as sent; nil for null.
  var octets: [UInt8]? {
    switch self {
    case .integer(let number): Self.bigEndian(number)
    case .text(let text): Array(text.utf8)
    case .blob(let octets): octets
    case .texts(let texts): Self.array(of: Self.textual, texts.map { $0.map { Array($0.utf8) } })
    case .integers(let numbers): Self.array(of: Self.bigint, numbers.map { $0.map { Self.bigEndian($0) } })
    case .null: nil
    }
  }

  // Dimensions, whether it has nulls, the element's type, then count and lower bound, then each with its length.
  private static func array(of type: UInt32, _ elements: [[UInt8]?]) -> [UInt8] {
    var octets = bigEndian(Int32(1)) + bigEndian(elements.contains { $0 == nil } ? Int32(1) : 0)
    octets += bigEndian(type) + bigEndian(Int32(clamping: elements.count)) + bigEndian(Int32(1))
    for element in elements {
      octets += bigEndian(element.map { Int32(clamping: $0.count) } ?? -1)
      if let element { octets += element }
    }
    return octets
  }

  static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: number >> Number($0))
    }
  }
}
