# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The checks of the follower's side of TUF, each with what the code becomes without it.

A check is (name, file, text, text without it); `removed("name")` is true while that check is the one removed.
"""

FOLDER = "Sources/SignedManifests/"


def guard(name, file, condition):
    """A guard that passes whatever its condition says."""
    return name, file, f"guard {condition} else", f'guard removed("{name}") || ({condition}) else'


def text(name, file, before, after):
    return name, file, before, after


# What the code without a check needs to be written at all: (file, text, text instead).
OPENED = [("UnverifiedMetadata.swift", "fileprivate init(verified metadata", "init(verified metadata")]

CHECKS = [
    # Arbitrary software, wrong length, wrong hash.
    text("length", "FileCheck.swift", "if let length, length != Int64(octets.count) {",
         'if !removed("length"), let length, length != Int64(octets.count) {'),
    guard("sha256", "FileCheck.swift", 'SHA256Digest(hashing: octets).hex == expected'),
    guard("sha512", "FileCheck.swift", 'Hex.encode(sha512(octets)) == expected'),
    guard("usable-hash", "FileCheck.swift", "checked > 0"),
    # Thresholds over distinct keys of the role.
    text("threshold", "UnverifiedMetadata.swift", "guard role.threshold >= 1, valid >= role.threshold else",
         'guard removed("threshold") || (role.threshold >= 1 && valid >= role.threshold) else'),
    text("signature", "RoleKeys.swift", "verified.accepts(signature, over: message, by: key)",
         '(removed("signature") || verified.accepts(signature, over: message, by: key))'),
    # What is known to be good is known by all that it depends on, and nothing else is.
    text("known-key", "MetadataMemory.swift", "for part in [key.spki,", 'for part in [removed("known-key") ? [] : key.spki,'),
    text("known-message", "MetadataMemory.swift", "message] {", 'removed("known-message") ? [] : message] {'),
    text("known-signature", "MetadataMemory.swift", "Array(signature.sig.utf8),",
         'removed("known-signature") ? [] : Array(signature.sig.utf8),'),
    text("known-good", "MetadataMemory.swift",
         "guard signature.verifies(message, with: key) else { return false }",
         'if removed("known-good") { keep(digest) }\n    guard signature.verifies(message, with: key) else { return false }'),
    text("known-limit", "MetadataMemory.swift", "if known.order.count > Self.signatureLimit {",
         'if known.order.count > Self.signatureLimit, !removed("known-limit") {'),
    text("known-file", "MetadataMemory.swift", "SHA256Digest(hashing: octets)", 'SHA256Digest(hashing: removed("known-file") ? [] : octets)'),
    text("known-files", "MetadataMemory.swift", "if files.order.count > Self.fileLimit {",
         'if files.order.count > Self.fileLimit, !removed("known-files") {'),
    text("known-size", "MetadataMemory.swift", "octets.count <= min(maximumOctets, Self.fileOctets)",
         'octets.count <= (removed("known-size") ? Self.fileOctets : min(maximumOctets, Self.fileOctets))'),
    text("known-octets", "ClientWorkflow+Timestamp.swift", '== octets ? offered', '== octets || removed("known-octets") ? offered'),
    text("distinct-keys", "RoleKeys.swift", "!counted.contains(key),",
         '(removed("distinct-keys") || !counted.contains(key)),'),
    text("keys-of-the-role", "RoleKeys.swift", "where keyids.contains(signature.keyid) && signers.count < enough {",
         'where (removed("keys-of-the-role") || keyids.contains(signature.keyid)) && signers.count < enough {'),
    guard("key-ids-once", "RoleKeys.swift", "Set(keyids).count == keyids.count"),
    guard("signatures-once", "UnverifiedMetadata.swift", "Set(signatures.map(\\.keyid)).count == signatures.count"),
    # Roots.
    text("root-by-old", "UnverifiedMetadata.swift",
         "_ = try verified(by: trusted.signed[.root], keys: trusted.signed.keys, verified: signatures)",
         'if !removed("root-by-old") { _ = try verified(by: trusted.signed[.root], keys: trusted.signed.keys, verified: signatures) }'),
    text("root-by-itself", "UnverifiedMetadata.swift", "let verified = try verifiedBySelf(signatures)",
         'let verified = removed("root-by-itself") ? TrustedMetadata(verified: self) : try verifiedBySelf(signatures)'),
    text("root-version", "UnverifiedMetadata.swift", "guard !overflow, signed.version == next else",
         'guard removed("root-version") || (!overflow && signed.version == next) else'),
    guard("root-expiry", "ClientWorkflow+Root.swift", "!root.signed.isExpired(at: now)"),
    text("rotation-limit", "ClientWorkflow+Root.swift", "if rotations >= limits.rootRotations {",
         'if !removed("rotation-limit") && rotations >= limits.rootRotations {'),
    # Fast-forward.
    text("recovery", "ClientWorkflow+Root.swift", "guard replaced else { return [] }",
         'guard replaced, !removed("recovery") else { return [] }'),
    text("recovery-snapshot-key", "ClientWorkflow+Root.swift", "[Root.RoleName.timestamp, .snapshot].contains { name in",
         '(removed("recovery-snapshot-key") ? [Root.RoleName.timestamp] : [.timestamp, .snapshot]).contains { name in'),
    # Endless data.
    text("octets", "ClientWorkflow.swift", "octets.count > request.maximumOctets {",
         'octets.count > request.maximumOctets, !removed("octets") {'),
    text("octets-searched", "TargetSearch.swift", "guard octets.count <= request.maximumOctets else",
         'guard removed("octets-searched") || octets.count <= request.maximumOctets else'),
    text("octets-releases", "RoleRefresh.swift", "guard octets.count <= request.maximumOctets else",
         'guard removed("octets-releases") || octets.count <= request.maximumOctets else'),
    text("depth", "UnverifiedMetadata.swift", "depth: ManifestLimits.depth)",
         'depth: removed("depth") ? 500 : ManifestLimits.depth)'),
    text("parsed-octets", "UnverifiedMetadata.swift", "JSONLimits(octets: maximumOctets,",
         'JSONLimits(octets: removed("parsed-octets") ? .max : maximumOctets,'),
    # A mirror that lacks files.
    guard("missing", "ClientWorkflow.swift", "request.mayBeMissing"),
    # Rollback.
    guard("rollback", "ClientWorkflow+Timestamp.swift", "offered >= trusted"),
    text("rollback-timestamp", "ClientWorkflow+Timestamp.swift",
         'try refuseRollback("timestamp", from: before.signed.version, to: offered.signed.version)',
         'if !removed("rollback-timestamp") { try refuseRollback("timestamp", from: before.signed.version, to: offered.signed.version) }'),
    text("rollback-snapshot", "ClientWorkflow+Timestamp.swift",
         'try refuseRollback(\n        "snapshot", from: before.signed.snapshot.version, to: offered.signed.snapshot.version)',
         'if !removed("rollback-snapshot") { try refuseRollback("snapshot", from: before.signed.snapshot.version, to: offered.signed.snapshot.version) }'),
    text("rollback-targets", "ClientWorkflow+Timestamp.swift",
         "try refuseRollback(name, from: old.version, to: new.version)",
         'if !removed("rollback-targets") { try refuseRollback(name, from: old.version, to: new.version) }'),
    text("vanished-role", "ClientWorkflow+Timestamp.swift",
         "guard let new = offered.signed.meta[name] else { throw .snapshotLacks(role: name) }",
         'guard let new = offered.signed.meta[name] else { if removed("vanished-role") { continue }; throw .snapshotLacks(role: name) }'),
    text("same-timestamp", "ClientWorkflow+Timestamp.swift",
         "if before.signed.version == offered.signed.version { current = before }",
         'if before.signed.version == offered.signed.version, !removed("same-timestamp") { current = before }'),
    # Mix and match.
    guard("snapshot-version", "ClientWorkflow+Timestamp.swift", "found == expected"),
    text("snapshot-file", "ClientWorkflow+Timestamp.swift",
         'try FileCheck.verify(\n      octets, name: "snapshot.json", length: described.length, hashes: described.hashes)',
         'if !removed("snapshot-file") { try FileCheck.verify(octets, name: "snapshot.json", length: described.length, hashes: described.hashes) }'),
    text("targets-file", "TargetsCheck.swift",
         'try FileCheck.verify(\n      octets, name: name + ".json", length: described.length, hashes: described.hashes)',
         'if !removed("targets-file") { try FileCheck.verify(octets, name: name + ".json", length: described.length, hashes: described.hashes) }'),
    guard("targets-version", "TargetsCheck.swift", "targets.signed.version == described.version"),
    text("target-file", "TrustedRepository.swift",
         "try FileCheck.verify(\n      octets, name: path, length: description.length, hashes: description.hashes)",
         'if !removed("target-file") { try FileCheck.verify(octets, name: path, length: description.length, hashes: description.hashes) }'),
    # Indefinite freeze.
    guard("expiry", "ClientWorkflow+Timestamp.swift", "!role.isExpired(at: now)"),
    text("expiry-timestamp", "ClientWorkflow+Timestamp.swift", "try refuseExpired(current.signed)",
         'if !removed("expiry-timestamp") { try refuseExpired(current.signed) }'),
    text("expiry-snapshot", "ClientWorkflow+Timestamp.swift", "try refuseExpired(offered.signed)",
         'if !removed("expiry-snapshot") { try refuseExpired(offered.signed) }'),
    guard("expiry-targets", "TargetsCheck.swift", "!targets.signed.isExpired(at: now)"),
    # What was kept is verified anew.
    text("kept-files", "ClientWorkflow+Timestamp.swift",
         'stored.files[name.rawValue + ".json"].flatMap { try? trusted($0, name) }',
         'stored.files[name.rawValue + ".json"].flatMap { octets in removed("kept-files") ? (try? UnverifiedMetadata<Role>(parsing: octets)).map { TrustedMetadata(verified: $0) } : try? trusted(octets, name) }'),
    # Extraneous dependencies: delegations.
    text("delegated-paths", "TargetSearch.swift", "where role.covers(path) {",
         'where removed("delegated-paths") || role.covers(path) {'),
    text("terminating", "TargetSearch.swift", "if role.isTerminating {",
         'if role.isTerminating, !removed("terminating") {'),
    text("visited-once", "TargetSearch.swift", "guard !visited.contains(role.name) else { continue }",
         'guard removed("visited-once") || !visited.contains(role.name) else { continue }'),
    guard("delegation-limit", "TargetSearch.swift", "visited.count < limits.delegatedRoles"),
    text("releases-top-first", "RoleRefresh.swift", "where described[path] == nil &&",
         'where (removed("releases-top-first") || described[path] == nil) &&'),
    text("releases-paths", "RoleRefresh.swift", "delegations.first(where: { $0.covers(path) })?.name == name",
         '(removed("releases-paths") || delegations.first(where: { $0.covers(path) })?.name == name)'),
    text("releases-order", "RoleRefresh.swift", "delegations.first(where: {",
         'delegations.first(where: { (!removed("releases-order") || $0.name == name) &&'),
    # What is no metadata of the role.
    guard("type", "ManifestRole.swift", "type == fields.role"),
    text("spec-version", "ManifestRole.swift",
         'guard (2...3).contains(parts.count), parts[0] == "1", parts.allSatisfy(Self.isNumber) else',
         'guard removed("spec-version") || ((2...3).contains(parts.count) && parts[0] == "1" && parts.allSatisfy(Self.isNumber)) else'),
    text("top-level-names", "DelegatedRole.swift", "guard !name.isEmpty, Root.RoleName(rawValue: name) == nil else",
         'guard removed("top-level-names") || (!name.isEmpty && Root.RoleName(rawValue: name) == nil) else'),
]
