// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import ListFollowing
private import Names

/// `--apply nsupdate@127.0.0.1:53=nsupdate -l`.
package func resolverTargets(_ arguments: Arguments) throws(CommandFailure) -> [ResolverTarget] {
  var targets: [ResolverTarget] = []
  for (place, command) in try arguments.pairs("apply") {
    let parts = place.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = ResolverTarget.Kind(rawValue: parts[0]), !command.isEmpty,
      let address = parts.count == 2 ? ResolverAddress(parts[1]) : .local
    else {
      let kinds = ResolverTarget.Kind.allCases.map(\.rawValue).joined(separator: " or ")
      throw CommandFailure(
        .badValue(option: "apply", value: place, wanted: "\(kinds), then @ADDRESS:PORT, then =COMMAND"))
    }
    let target = ResolverTarget(
      kind: kind, address: address, command: command, transferCommand: arguments.value("transfer"))
    guard !targets.contains(where: { $0.kind == kind && $0.address == address }) else {
      throw CommandFailure("--apply names \(place) twice")
    }
    targets.append(target)
  }
  return targets
}

/// `--verify 127.0.0.1:53`.
package func verifiedResolvers(_ arguments: Arguments) throws(CommandFailure) -> [ResolverAddress] {
  var addresses: [ResolverAddress] = []
  for text in arguments.all("verify") {
    guard let address = ResolverAddress(text) else {
      throw CommandFailure(
        .badValue(option: "verify", value: text, wanted: "an IP address, then :PORT if not 53"))
    }
    addresses.append(address)
  }
  return addresses
}

/// `--verify-open www.isp.example`.
package func openNames(_ arguments: Arguments) throws(CommandFailure) -> [String] {
  var names: [String] = []
  for text in arguments.all("verify-open") {
    guard let name = try? DomainName(canonical: text) else {
      throw CommandFailure(
        .badValue(option: "verify-open", value: text, wanted: "a domain name in lower case"))
    }
    names.append(name.text)
  }
  return names
}
