// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The files that a follower alone writes.
///
/// Beside each lies one that says whose it is, locked for as long as the follower runs. A follower that ended, however it ended, leaves no
/// lock; what the file says keeps two from writing in turns, which no lock would show.
public final class OutputClaims {
  private let owner: FollowerIdentity
  private var held: [String: FileLock] = [:]

  /// Claims of one follower, none yet.
  public init(of owner: FollowerIdentity) { self.owner = owner }

  /// Where the claim to a file lies.
  static func path(for output: String) -> String {
    directoryPart(of: output) + "/." + namePart(of: output) + ".follower"
  }

  /// Claims files, those already claimed once more if their claims were taken away meanwhile.
  ///
  /// A claim that cannot be made, since the folder is missing or may not be written, is left out: the output will say why.
  /// - Parameter takingOver: whether files of another follower are taken, where that one is not running.
  /// - Throws: `FollowRefusal.otherFollower`.
  func hold(_ outputs: [String], takingOver: Bool) throws(FollowRefusal) {
    for output in outputs where held[output]?.isInPlace != true {
      held[output] = nil
      held[output] = try claim(output, takingOver: takingOver)
    }
  }

  private func claim(_ output: String, takingOver: Bool) throws(FollowRefusal) -> FileLock? {
    let path = Self.path(for: output)
    // Twice, when a claim of another user's must be made anew.
    for _ in 0..<2 {
      switch FileLock.attempt(path) {
      case .impossible: return nil
      case .taken(let octets):
        let other = FollowerIdentity(parsing: octets)
        throw .otherFollower(
          FollowRefusal.Rival(what: output, who: other?.description ?? "of which nothing is known", .writing))
      case .locked(let lock):
        let other = FollowerIdentity(parsing: lock.content)
        if let other, !other.isSame(as: owner), !takingOver {
          throw .otherFollower(FollowRefusal.Rival(what: output, who: other.description, .wrote))
        }
        if other == owner || lock.write(owner.octets) { return lock }
        lock.remove()
      }
    }
    return nil
  }
}
