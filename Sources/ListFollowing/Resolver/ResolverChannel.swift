// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import ListFormats
internal import Names

/// A way to tell one resolver what is blocked.
protocol ResolverChannel {
  /// Tells a change to what the resolver is known to hold.
  /// - Parameter expected: what its marker says before.
  /// - Returns: what went wrong, nil when all was taken.
  func tell(_ delta: Delta, expected: String) -> String?

  /// How many entries of a list cannot be told.
  func omitted(of list: Blocklist) -> Int

  /// Takes away what the resolver may hold besides a list, where it cannot be asked what that is.
  /// - Returns: what went wrong, nil when all was taken.
  func withdraw(_ suspicion: Suspicion, beyond list: Blocklist) -> String?

  /// Brings the resolver to a list, of which it holds some: first what is listed, then without what it may hold besides.
  /// - Parameters:
  ///   - suspicion: what that may be.
  ///   - answersDiffer: whether names may have another answer there than they shall have now.
  /// - Returns: what went wrong, nil when all was taken.
  func repair(to list: Blocklist, without suspicion: Suspicion, answersDiffer: Bool) -> String?
}

/// What a resolver may hold, since it was told of it once.
struct Suspicion {
  /// Entries.
  var lists: [Blocklist]
  /// Names told besides.
  var canaries: [DomainName] = []
}

/// What both ways need.
struct ChannelBasis {
  let target: ResolverTarget
  let timeout: Duration
  let files: any FileSystem
  /// Where the input of a command is written.
  let inputPath: String
  /// Where what a command says when it fails is kept.
  var folder: String { directoryPart(of: inputPath) }
  /// What a resolver shall answer.
  let options: RenderOptions
  /// What the resolver shall say of itself afterwards.
  let marker: ReleaseMarker

  /// Runs the resolver's program on some input; what went wrong.
  func run(_ input: [UInt8], _ word: String? = nil) -> String? {
    do throws(FileFault) {
      try files.write(input, to: inputPath, like: FileStamp(permissions: 0o600))
      defer { try? files.remove(inputPath) }
      let command = target.command + (word.map { " " + $0 } ?? "")
      return ShellCommand(command, timeout: timeout, input: inputPath, state: folder).run()?.text
    } catch {
      return error.description
    }
  }
}
