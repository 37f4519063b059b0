// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import HTTPMessages
private import HTTPWire

/// libFuzzer's entry: a stream of HTTP/1.1 requests. The first octet chooses limits and whether it comes
/// through TLS, the second how the stream is cut in
/// pieces. Whole, in pieces and octet by octet, and with content that is taken as it comes, it must lead to the same requests and the
/// same refusal.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP1(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count).octets
  guard input.count > 2 else { return 0 }
  let stream = Array(input[2...])
  let hearing = Hearing(limits: input[0])
  let whole = hearing.hear(stream, cutting: 0)
  whole.check(hearing)
  let pieces = hearing.hear(stream, cutting: input[1] | 1)
  precondition(pieces.means(whole), "the pieces the stream came in changed its meaning")
  var taking = hearing
  taking.takesPieces = true
  let taken = taking.hear(stream, cutting: input[1] | 1)
  precondition(taken.means(whole), "content that was taken as it came is another")
  if stream.count <= 512 {
    let single = hearing.hear(stream, cutting: 1)
    precondition(single.means(whole), "octet by octet the stream means something else")
  }
  return 0
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzHTTP1) }
}
