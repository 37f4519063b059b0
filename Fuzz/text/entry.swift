// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import FuzzSubmissions
private import Ingest

/// libFuzzer's entry: any octets as a submission in text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBody(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  checkSubmission(unsafe FuzzInput(start, count).octets, .text)
  return 0
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzBody) }
}
