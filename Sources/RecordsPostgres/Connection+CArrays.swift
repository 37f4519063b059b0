// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

// C arrays of texts and octets, for the length of one call.
extension Connection {
  static func withPointers<Result>(
    to texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    let copies = unsafe texts.map { unsafe strdup($0) }
    defer { _ = unsafe copies.map { unsafe free($0) } }
    let pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
  }

  static func send(
    _ values: [[UInt8]?],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) ->
      OpaquePointer?
  ) -> OpaquePointer? {
    var slab: [UInt8] = []
    slab.reserveCapacity(values.reduce(1) { $0 + ($1?.count ?? 0) })
    var starts: [Int?] = []
    for value in values {
      starts.append(value.map { _ in slab.count })
      if let value { slab += value }
    }
    slab.append(0)
    let lengths = values.map { Int32(clamping: $0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: values.count)
    return unsafe slab.withUnsafeBytes { octets in
      let base = unsafe octets.baseAddress?.assumingMemoryBound(to: CChar.self)
      let pointers = unsafe starts.map { start in
        unsafe start.flatMap { offset in unsafe base.map { unsafe $0 + offset } }
      }
      return unsafe pointers.withUnsafeBufferPointer { pointers in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          unsafe formats.withUnsafeBufferPointer { formats in
            unsafe body(pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
          }
        }
      }
    }
  }
}
