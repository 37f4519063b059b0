// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import FuzzSubmissions
private import Ingest

/// libFuzzer's entry: any octets as a submission in csv.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBody(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  checkSubmission(octets, .csv)
  if octets.contains(UInt8(ascii: ";")) { checkSubmission(octets, .csv, .semicolon) }
  if octets.contains(UInt8(ascii: "\t")) { checkSubmission(octets, .csv, .tab) }
  return 0
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzBody) }
}
