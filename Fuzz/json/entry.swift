// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import FuzzSubmissions
private import Ingest
private import StrictJSON

/// libFuzzer's entry: any octets as a submission in JSON; read part by part, it is what it is as a whole.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBody(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  checkSubmission(octets, .json)
  let whole = try? JSONValue(parsing: octets, limits: limits)
  precondition(whole == (try? parts(octets)), "two readers read two values")
  return 0
}

private let limits = JSONLimits(octets: 1 << 20, depth: 8)

/// The value, its outermost object or array entered.
private func parts(_ octets: [UInt8]) throws(JSONError) -> JSONValue {
  var reader = try JSONReader(octets, limits: limits)
  let value: JSONValue
  if try reader.enterObject() {
    var object = JSONObject()
    while let key = try reader.nextKey() {
      object[key] = try reader.enterArray() ? .array(try elements(&reader)) : try reader.value()
    }
    value = .object(object)
  } else if try reader.enterArray() {
    value = .array(try elements(&reader))
  } else {
    value = try reader.value()
  }
  try reader.end()
  return value
}

private func elements(_ reader: inout JSONReader) throws(JSONError) -> [JSONValue] {
  var elements: [JSONValue] = []
  while try reader.hasElement() { elements.append(try reader.value()) }
  return elements
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzBody) }
}
