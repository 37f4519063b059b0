// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Compression
internal import StrictJSON

/// One answer in a bundle, as it is carried: as it is, or as a Zstandard frame where that spares an eighth.
///
/// What a few octets claim to be costs no more memory than `maximumRatio` times their number.
struct BundlePart {
  let path: String
  /// The octets in the file.
  let carried: [UInt8]
  /// Octets of the answer; nil where it is carried as it is.
  let unpacked: Int?

  /// How many times its length a part is at most when unpacked.
  static let maximumRatio = 128

  /// Zstandard's level: a list of a million entries takes a second or two.
  private static let level: Int32 = 12

  init(_ path: String, _ octets: [UInt8]) {
    self.path = path
    if let packed = try? Zstandard.compress(octets, level: Self.level),
      packed.count < octets.count - octets.count / 8, octets.count <= packed.count * Self.maximumRatio
    {
      (carried, unpacked) = (packed, octets.count)
    } else {
      (carried, unpacked) = (octets, nil)
    }
  }

  /// What the header says of it.
  var json: JSONValue {
    var object: JSONObject = ["path": .string(path), "length": .integer(Int64(carried.count))]
    object["unpacked"] = unpacked.map { .integer(Int64($0)) }
    return .object(object)
  }

  /// The answer that a part of the file is. Nothing is unpacked that says it is longer than the limit.
  static func content(_ entry: JSONValue, _ carried: ArraySlice<UInt8>, limit: Int) throws(BundleError)
    -> [UInt8]
  {
    guard let value = entry["unpacked"] else {
      guard carried.count <= limit else { throw .tooLong(limit: UpdateBundle.maximumOctets) }
      return Array(carried)
    }
    guard let length = value.integerValue.flatMap(Int.init(exactly:)), length >= 0 else {
      throw .malformedHeader
    }
    guard length <= limit else { throw .tooLong(limit: UpdateBundle.maximumOctets) }
    guard length <= carried.count * maximumRatio else { throw .unpacksTooFar(ratio: maximumRatio) }
    do { return try Zstandard.decompress(carried, length: length) } catch { throw .damagedPart }
  }
}
