// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import FuzzDriver
private import HTTPServing

/// libFuzzer's entry: up to its first line feed any text as a range of addresses, what follows as an address in it or not, and as
/// the octets of a peer. What a range holds must be what its bits say.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAddresses(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  checkPeer(Array(input.octets.prefix(16)))
  guard let text = input.text else { return 0 }
  let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
  guard let range = NetworkRange(String(parts[0])) else { return 0 }
  check(range, String(parts[0]))
  if parts.count == 2 { check(range, String(parts[0]), holds: String(parts[1])) }
  return 0
}

/// The address before any slash, and the bits behind it.
private func read(_ text: String) -> (address: String, bits: Int?) {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false)
  precondition(parts.count <= 2, "two lengths")
  guard parts.count == 2 else { return (text, nil) }
  guard let bits = Int(parts[1]), bits >= 0 else { preconditionFailure("a length that is none") }
  return (String(parts[0]), bits)
}

/// Every address that differs in one bit is inside if the bit is behind the length, outside otherwise.
private func check(_ range: NetworkRange, _ text: String) {
  precondition(text.utf8.allSatisfy(isOfAnAddress), "characters that no range has")
  let (address, length) = read(text)
  guard let base = octets(of: address) else { preconditionFailure("an address that is none") }
  let bits = length ?? base.count * 8
  precondition(bits <= base.count * 8, "longer than an address")
  precondition(range.contains(address), "its own address is not in it")
  for bit in 0..<base.count * 8 {
    var other = base
    other[bit / 8] ^= 0x80 >> UInt8(bit % 8)
    if bit >= bits { precondition(base[bit / 8] & (0x80 >> UInt8(bit % 8)) == 0, "a bit behind the length") }
    // IPv6 that holds IPv4 counts as that.
    guard other.count == 4 || octets(of: spelled(other))?.count == 16 else { continue }
    precondition(range.contains(spelled(other)) == (bit >= bits), "bit \(bit) of \(text)")
  }
}

/// Compared bit by bit.
private func check(_ range: NetworkRange, _ text: String, holds other: String) {
  let (address, length) = read(text)
  guard let base = octets(of: address), let octets = octets(of: other), octets.count == base.count else {
    precondition(!range.contains(other), "what is no address of its kind is in it")
    return
  }
  var agrees = true
  for bit in 0..<(length ?? base.count * 8) where agrees {
    let mask: UInt8 = 0x80 >> UInt8(bit % 8)
    agrees = base[bit / 8] & mask == octets[bit / 8] & mask
  }
  precondition(range.contains(other) == agrees, "\(other) in \(text)")
}

/// The peer that a balancer names is never taken for a local one, and its text is its address.
private func checkPeer(_ octets: [UInt8]) {
  guard octets.count == 4 || octets.count == 16 else { return }
  var peer = cordon_peer()
  unsafe cordon_peer_at(octets, Int32(octets.count), &peer)
  precondition(peer.is_loopback == 0, "local by its own word")
  let text = unsafe withUnsafeBytes(of: &peer.text) { text in
    unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
  }
  let isMapped = octets.count == 16 && octets.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
  guard let range = NetworkRange(text) else { preconditionFailure("a peer whose text is no address") }
  let spelling = spelled(isMapped ? Array(octets[12...]) : octets)
  precondition(range.contains(spelling), "a peer with another's text")
}

private func isOfAnAddress(_ octet: UInt8) -> Bool {
  switch octet {
  case 0x2E...0x3A, 0x41...0x46, 0x61...0x66: true
  default: false
  }
}

private func octets(of address: String) -> [UInt8]? {
  guard address.utf8.allSatisfy(isOfAnAddress) else { return nil }
  var buffer = [UInt8](repeating: 0, count: 16)
  let count = unsafe cordon_address_octets(address, &buffer)
  return count > 0 ? Array(buffer.prefix(Int(count))) : nil
}

/// The longest spelling: no part left out.
private func spelled(_ octets: [UInt8]) -> String {
  guard octets.count == 16 else { return octets.map(String.init).joined(separator: ".") }
  return stride(from: 0, to: 16, by: 2)
    .map { String(Int(octets[$0]) << 8 | Int(octets[$0 + 1]), radix: 16) }.joined(separator: ":")
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzAddresses) }
}
