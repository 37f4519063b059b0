// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import HTTPWire

/// libFuzzer's entry: what a balancer sends first, and what follows. The first octet chooses how it is cut in pieces. At once, in
/// pieces and octet by octet it must read as the same, and as what an independent reading of its octets says; nothing behind it
/// may be asked for; what it says, written anew, must read as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProxy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count).octets
  guard input.count > 1 else { return 0 }
  let stream = Array(input[1...])
  let whole = ProxyHearing.hear(stream, cutting: 0)
  whole.check(against: stream)
  for seed in [1, input[0] | 1] {
    let pieces = ProxyHearing.hear(stream, cutting: seed)
    precondition(pieces == whole, "the pieces it came in changed its meaning")
  }
  return 0
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzProxy) }
}
