// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import HTTPMessages
private import HTTPWire

/// libFuzzer's entry: what a peer sends on an HTTP/2 connection. The first octet chooses limits and whether the preface is
/// already sent, the second how the stream is cut in pieces. In whatever pieces it comes, the same requests must be read; nothing
/// may be held beyond its bound, answered at once or late; and time must end what stalls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP2(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count).octets
  guard input.count > 2 else { return 0 }
  let choice = input[0]
  let stream = (choice & 0x40 == 0 ? HTTP2Hearing.opening : []) + input[2...]
  let whole = HTTP2Hearing(choice).hear(stream, cutting: 0)
  let pieces = HTTP2Hearing(choice).hear(stream, cutting: input[1] | 1)
  precondition(whole == pieces, "the pieces the stream came in changed its meaning")
  _ = HTTP2Hearing(choice).hear(stream, cutting: input[1] | 1, isLive: true)
  return 0
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzHTTP2) }
}
