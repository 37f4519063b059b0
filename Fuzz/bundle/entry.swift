// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import ListFollowing

/// libFuzzer's entry: any octets as a bundle for a machine that no network reaches, and as the pieces of one. The input is one file,
/// or several behind each other: each `0xFF 0xFE` begins the next.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBundle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count).octets
  check(input)
  let files = cut(input)
  if let whole = try? BundlePieces.join(files) {
    precondition(whole.count <= input.count, "more than all pieces together")
    // Two pieces of one number may differ; whichever is taken, the whole is what its digest says, or nothing.
    let other = try? BundlePieces.join(files.reversed())
    precondition(files.count == 1 || other == nil || other == whole, "the order of pieces counts")
    check(whole)
  }
  guard let pieces = BundlePieces.cut(input, size: BundlePieces.minimumOctets) else { return 0 }
  precondition((try? BundlePieces.join(pieces)) == input, "cut and joined it is another")
  return 0
}

private func check(_ octets: [UInt8]) {
  guard let bundle = try? UpdateBundle(parsing: octets) else { return }
  let unpacked = bundle.parts.values.reduce(0) { $0 + $1.count }
  precondition(unpacked <= 128 * octets.count, "more than what few octets may claim to be")
  precondition(bundle.parts.count <= UpdateBundle.maximumParts, "more parts than allowed")
  precondition((try? UpdateBundle(parsing: bundle.octets)) == bundle, "written as another")
  precondition((try? UpdateBundle(parsing: octets + [0])) == nil, "something behind it is passed over")
  precondition((try? UpdateBundle(parsing: Array(octets.dropLast()))) != bundle, "a part of it is taken")
}

private func cut(_ octets: [UInt8]) -> [[UInt8]] {
  var files: [[UInt8]] = [[]]
  var position = 0
  while position < octets.count {
    if position + 1 < octets.count, octets[position] == 0xFF, octets[position + 1] == 0xFE {
      files.append([])
      position += 2
    } else {
      files[files.count - 1].append(octets[position])
      position += 1
    }
  }
  return files
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzBundle) }
}
