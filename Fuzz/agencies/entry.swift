// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import Ingest

/// libFuzzer's entry: any octets as `agencies.json`, as it comes from a server or a mirror. What is read names each agency and each
/// key once, with the keyid that is its own, and is the same when it is written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAgencies(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  guard let register = try? AgencyRegister(parsing: octets) else { return 0 }
  precondition(register.version >= 0, "a version below none")
  precondition(
    Set(register.members.map(\.agency)).count == register.members.count, "an agency that is there twice")
  let keys = register.members.flatMap(\.keys)
  precondition(Set(keys.map(\.keyid)).count == keys.count, "a key that is there twice")
  precondition(register.members.allSatisfy { !$0.keys.isEmpty }, "an agency without a key")
  for key in keys {
    precondition(key.keyid == AgencySigningKey.keyid(of: key.publicOctets), "a key under another's name")
    precondition(!key.isVoid && key.counts(at: key.validFrom), "a key that never counts")
    if let end = key.validUntil { precondition(!key.counts(at: end), "a key that counts behind its end") }
  }
  for member in register.members { precondition(register[member.agency] == member, "a member not found") }
  precondition((try? AgencyRegister(parsing: register.encoded)) == register, "written as another")
  return 0
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzAgencies) }
}
