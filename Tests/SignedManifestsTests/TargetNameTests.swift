// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import SignedManifests
import Testing

/// How a target that belongs to no release can be called.
struct TargetNameTests {
  @Test(arguments: [
    "agencies.json", "trusted_root.json", "signing-keys/files.pem", "a", String(repeating: "a", count: 64),
  ])
  func `a name is allowed`(name: String) { #expect(TargetsBundle.isName(name)) }

  @Test(arguments: [
    "", "_root.json", "Agencies.json", "1.json", ".json", "a//b", "/a", "a/", "a/b/c", "a b", "a%2fb",
    "worst-of/3/entries.txt",
    String(repeating: "a", count: 65), "a/_b",
  ])
  func `another is not`(name: String) { #expect(!TargetsBundle.isName(name)) }
}
