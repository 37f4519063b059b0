// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FuzzDriver
private import HTTPServing
private import ListService
private import StrictJSON

/// libFuzzer's entry: up to its first line feed one `key=value` as on a command line, what follows as a configuration. What is
/// taken must be within the bounds that the engine counts on, mean the same in plain JSON, and take no key that there is not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  let end = octets.firstIndex(of: 0x0A) ?? octets.count
  let file = Array(octets.dropFirst(end + 1))
  check(file, [])
  guard let text = String(validating: octets[..<end], as: UTF8.self) else { return 0 }
  let words = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
  if words.count == 2 { check(file, [(path: String(words[0]), value: String(words[1]))]) }
  return 0
}

private func check(_ file: [UInt8], _ overrides: [(path: String, value: String)]) {
  guard let taken = read(file, overrides) else { return }
  checkBounds(taken)
  guard let tree = try? JSONValue(json5: file), var object = tree.objectValue ?? (tree.isNull ? [:] : nil)
  else {
    preconditionFailure("what is no object was taken")
  }
  guard let again = read(tree.encoded(), overrides) else {
    preconditionFailure("in plain JSON it is refused")
  }
  precondition("\(again)" == "\(taken)", "in plain JSON it means something else")
  object["no such key"] = .null
  precondition(read(JSONValue.object(object).encoded(), overrides) == nil, "a key that there is not")
}

/// Nil when it is refused; always in one line, whatever is quoted in it.
private func read(
  _ file: [UInt8], _ overrides: [(path: String, value: String)]
) -> ServiceConfiguration? {
  do throws(ConfigurationError) {
    return try ServiceConfiguration(json5: file, folder: "folder", overrides: overrides)
  } catch {
    let text = error.description
    precondition(!text.isEmpty && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "not one line: \(text)")
    return nil
  }
}

private func checkBounds(_ configuration: ServiceConfiguration) {
  let limits = configuration.limits
  for count in [
    limits.connections, limits.connectionsPerAddress, limits.requestsInFlight, limits.requestsPerConnection,
    limits.heldOctets, limits.tlsSessions, limits.bodyOctetsPerSecond, limits.writeOctetsPerSecond,
    limits.handshakesPerAddressPerSecond, limits.retryAfterSeconds, limits.outputBacklogOctets,
    configuration.http2.streams, configuration.handoverSeconds,
  ] { precondition(count > 0, "a bound of nothing") }
  for time in [
    limits.handshakeDeadline, limits.headerDeadline, limits.bodyPause, limits.idleDeadline, limits.writePause,
    limits.tlsSessionLifetime,
  ] { precondition(time > .zero, "a deadline of nothing") }
  precondition(
    limits.handshakeBurstPerAddress >= limits.handshakesPerAddressPerSecond, "a burst below the rate")
  precondition(limits.bodyOctets >= configuration.submissions.bodyOctets, "a body that no connection takes")
  precondition(!configuration.lists.isEmpty, "no list")
  precondition(configuration.lists.allSatisfy { (2...10).contains($0.countries) }, "a list of one country")
  let names = configuration.lists.map(\.name)
  precondition(zip(names, names.dropFirst()).allSatisfy { $0 < $1 }, "a list twice")
  precondition(
    configuration.tls?.clientAuthority != nil || configuration.tls?.clientRevocations == nil,
    "revocations of no authority")
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzConfiguration) }
}
