// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
private import FuzzDriver
private import SignedManifests
private import StrictJSON

/// libFuzzer's entry: any bytes as each kind of metadata, and through the client workflow as a follower gets them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMetadata(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  check(octets, as: Root.self)
  check(octets, as: Timestamp.self)
  check(octets, as: Snapshot.self)
  check(octets, as: Targets.self)
  checkConfiguration(octets)
  if var workflow = try? ClientWorkflow(trustedRoot: octets, now: Date(timeIntervalSince1970: 0)) {
    _ = try? workflow.receive(octets)
  }
  return 0
}

/// What was read and is written again must read as the same, and be signed by the same keys.
private func check<Role: ManifestRole>(_ octets: [UInt8], as role: Role.Type) {
  guard let metadata = try? UnverifiedMetadata<Role>(parsing: octets) else { return }
  guard let again = try? UnverifiedMetadata<Role>(parsing: metadata.encoded) else {
    preconditionFailure("what was read is not read again")
  }
  precondition(again.message == metadata.message, "the signed bytes changed")
  precondition(again.signatures == metadata.signatures, "the signatures changed")
  guard let own = try? UnverifiedMetadata(metadata.signed) else {
    preconditionFailure("what was read cannot be signed")
  }
  precondition(own.message == metadata.message, "a field was lost, added or changed")
  if let targets = metadata.signed as? Targets {
    for role in targets.delegations?.roles ?? [] { _ = role.covers("a/b") }
  }
}

private func checkConfiguration(_ octets: [UInt8]) {
  guard let value = try? JSONValue(json5: octets) else { return }
  let encoded = value.encoded()
  precondition(value == (try? JSONValue(parsing: encoded, limits: JSONLimits(octets: .max))), "JSON changed")
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzMetadata) }
}
