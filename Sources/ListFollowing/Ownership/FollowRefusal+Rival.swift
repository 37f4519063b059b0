// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension FollowRefusal {
  /// Another follower, where this one would write or tell.
  public struct Rival: Hashable, Sendable, CustomStringConvertible {
    /// The file or the resolver.
    public let what: String
    /// What is known of that one.
    public let who: String
    /// What it does there.
    public let deed: Deed

    /// What another follower does.
    public enum Deed: Hashable, Sendable {
      /// It writes the file, and is running.
      case writing
      /// It wrote the file last.
      case wrote
      /// It told the resolver last.
      case told
    }

    init(what: String, who: String, _ deed: Deed) { (self.what, self.who, self.deed) = (what, who, deed) }

    /// One plain line.
    public var description: String {
      switch deed {
      case .writing: "\(what): another follower (\(who)) is running and writes this file; stop one of the two"
      case .wrote:
        "\(what): another follower (\(who)) wrote this file last; if that one is gone for good, run once with --take-over"
      case .told:
        "\(what): another follower (\(who)) tells this resolver; if that one is gone for good, run once with --take-over"
      }
    }
  }
}
