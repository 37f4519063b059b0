// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import Testing

/// `cordon bundle check`.
struct BundleTrialTests {
  let bundles: BundleTests
  var follower: Follower { bundles.follower }
  let full: UpdateBundle
  let changes: UpdateBundle

  init() throws {
    bundles = try BundleTests()
    full = try bundles.bundle()
    try bundles.server.publish([".two.example", ".three.example"])
    changes = try bundles.bundle(since: 1)
  }

  private func verdict(of bundle: UpdateBundle, withState: Bool) -> BundleTrial.Verdict {
    BundleTrial(
      of: bundle, settings: follower.settings, over: follower.disk,
      hiding: withState ? nil : follower.settings.stateDirectory, now: bundles.server.now
    ).run()
  }

  private func summary(of bundle: UpdateBundle, withState: Bool = true) -> String {
    switch verdict(of: bundle, withState: withState) {
    case .tried(let report): report.check.map { "refused \($0)" } ?? report.summary
    case .inForm(let additions, let removals, let since): "in form \(additions) \(removals) \(since)"
    }
  }

  private func spoilt(_ text: String) -> UpdateBundle {
    var bundle = changes
    bundle.parts["v1/lists/worst-of/changes?since=1"] = Array(text.utf8)
    return bundle
  }

  @Test func `changes are tried on the list held, and nothing changes`() {
    _ = bundles.apply(full)
    let before = follower.disk.files
    #expect(summary(of: changes) == "updated 1 2")
    #expect(follower.disk.files == before)
    #expect(bundles.apply(changes).summary == "updated 1 2")
    #expect(summary(of: changes) == "current 2")
  }

  @Test func `changes that lead elsewhere are refused where the list is held`() {
    _ = bundles.apply(full)
    #expect(summary(of: spoilt("-.one.example\n+.other.example\n")) == "refused delta-digest")
    #expect(summary(of: spoilt("hello\n")) == "refused delta-malformed")
  }

  @Test func `without a list, signatures, release and form are checked`() throws {
    #expect(summary(of: changes, withState: false) == "in form 1 1 1")
    #expect(summary(of: spoilt("hello\n"), withState: false) == "refused delta-malformed")
    #expect(
      summary(of: spoilt("+.\(String(repeating: "long.", count: 40))example\n"), withState: false)
        == "refused delta-digest")
    var other = changes
    other.version = 3
    #expect(summary(of: other, withState: false) == "refused update-unsigned")
    other = changes
    other.since = 2
    #expect(summary(of: other, withState: false) == "refused update-withheld")
    other = changes
    other.parts["repository/metadata/timestamp.json"]?[20] ^= 1
    #expect(summary(of: other, withState: false) == "refused metadata")
  }

  @Test func `a full bundle is checked in full without a list`() {
    #expect(summary(of: full, withState: false) == "updated 0 1")
    #expect(follower.output == nil)
  }

  @Test func `changes that were refused do not keep the next bundle of changes out`() {
    _ = bundles.apply(full)
    #expect(bundles.apply(spoilt("-.one.example\n+.other.example\n")).check == "delta-digest")
    #expect(bundles.apply(changes).summary == "updated 1 2")
  }

  @Test func `on a machine without a list, a bundle of changes says what is missing`() {
    #expect(bundles.apply(changes).summary.contains("only what changed since version 1, and no list is held"))
  }
}
