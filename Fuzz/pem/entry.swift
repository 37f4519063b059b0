// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
private import FoundationEssentials
private import FuzzDriver

/// libFuzzer's entry: any octets as a certificate to be pinned, as a request for one and as a public key; as the text, and as what
/// stands in it. What is taken must be all of its block, and the same whatever stands before.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPEM(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  check(input, label: "CERTIFICATE") { try? CertificateSPKI.digest(ofPEM: $0).octets }
  check(input, label: "CERTIFICATE REQUEST") { try? CertificateRequest(pem: $0).keyDigest.octets }
  check(input, label: "PUBLIC KEY") { try? PublicKey(pem: $0).spki }
  if let key = try? PublicKey(spki: input.octets) {
    precondition((try? PublicKey(spki: key.spki))?.spki == key.spki, "a key is read as another")
  }
  return 0
}

private func check(_ input: FuzzInput, label: String, reading: (String) -> [UInt8]?) {
  for text in [block(input.octets, label)] + (input.text.map { [$0] } ?? []) {
    guard let read = reading(text) else { continue }
    precondition(reading("about it\n" + text) == read, "what stands before changes it")
    guard let octets = content(text, label) else { continue }
    precondition(reading(block(octets, label)) == read, "written anew it is another")
    precondition(reading(block(octets + [0], label)) == nil, "something behind it is passed over")
    precondition(reading(block(Array(octets.dropLast()), label)) == nil, "a part of it is taken")
  }
}

private func block(_ octets: [UInt8], _ label: String) -> String {
  "-----BEGIN \(label)-----\n\(Data(octets).base64EncodedString())\n-----END \(label)-----\n"
}

/// The octets of a block in the plain form; nil in another.
private func content(_ text: String, _ label: String) -> [UInt8]? {
  let lines = text.split(separator: "\n").map(String.init)
  guard let first = lines.firstIndex(of: "-----BEGIN \(label)-----"),
    let last = lines[first...].firstIndex(of: "-----END \(label)-----")
  else { return nil }
  return Data(base64Encoded: lines[(first + 1)..<last].joined()).map { Array($0) }
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzPEM) }
}
