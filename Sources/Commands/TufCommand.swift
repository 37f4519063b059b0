// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import ListFollowing
private import SignedManifests

/// `cordon tuf`: a client of any TUF repository, by the conformance suite's command line.
let tufCommand = Command(
  ["tuf"], operands: "init ROOT.json|refresh|download",
  summary: "Verify and download from any TUF repository.",
  options: ConnectionSettings.options.filter { $0.name != "server" } + [
    .value("metadata-url", "URL", "where the repository's metadata is"),
    .value("metadata-dir", "DIR", "where trusted metadata is kept"),
    .value("target-name", "PATH", "a target to download", repeats: true),
    .value("target-base-url", "URL", "where the repository's targets are"),
    .value("target-dir", "DIR", "where downloaded targets go"),
  ],
  examples: [
    "cordon tuf --metadata-dir trusted init root.json",
    "cordon tuf --metadata-url https://cordon.example/repository/metadata --metadata-dir trusted refresh",
    "cordon tuf --metadata-url https://cordon.example/repository/metadata --metadata-dir trusted \\\n"
      + "      --target-base-url https://cordon.example/repository/targets --target-dir . \\\n"
      + "      --target-name worst-of/3/entries.txt download",
  ]
) { arguments, context throws(CommandFailure) in
  let client = try RepositoryClient(arguments, context)
  switch arguments.operands.first {
  case "init": try client.initialize()
  case "refresh":
    try arguments.noMoreOperands(than: 1)
    _ = try client.refresh()
  case "download":
    try arguments.noMoreOperands(than: 1)
    try client.download()
  default: throw CommandFailure(.missing("init, refresh or download", command: arguments.command))
  }
  return .success
}

/// One run against a repository.
private struct RepositoryClient {
  let arguments: Arguments
  let context: CommandContext
  let directory: MetadataDirectory
  /// Two at once would mix what they trust: an older timestamp could end beside a newer root.
  private let lock: DirectoryLock

  init(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    self.arguments = arguments
    self.context = context
    let path = try arguments.required("metadata-dir")
    do {
      directory = try MetadataDirectory(path: path, files: context.files)
      lock = try DirectoryLock(directory: path, user: "another cordon tuf")
    } catch {
      throw CommandFailure(error.description)
    }
  }

  /// Trusts a root received by a trusted way.
  func initialize() throws(CommandFailure) {
    try arguments.noMoreOperands(than: 2)
    guard arguments.operands.count == 2 else {
      throw CommandFailure(.missing("ROOT.json", command: arguments.command))
    }
    let root = try KeyFiles(context).root(arguments.operands[1])
    do {
      _ = try root.verifiedBySelf()
    } catch {
      throw CommandFailure("this root is not signed by its own holders: \(error)")
    }
    let octets = try context.contents(of: arguments.operands[1], maximumOctets: 1 << 20)
    do throws(FileFault) {
      // An older root over a newer one would undo every rotation since.
      guard try directory.read("root.json") == nil else {
        throw FileFault(operation: "start", path: directory.path, reason: "a root is trusted there already")
      }
      try directory.write(octets, as: "root.json")
    } catch {
      throw CommandFailure(error.description)
    }
  }

  /// Brings the trusted metadata up to date.
  func refresh() throws(CommandFailure) -> TrustedRepository {
    let transport = try transport("metadata-url")
    let refresh = MetadataRefresh(
      transport: transport, directory: directory, now: context.now(), base: "",
      missingStatuses: TargetFinder.missingStatuses, delegatedRole: nil)
    do {
      return try refresh.run(firstRoot: directory.trustedRoot(handedOver: nil))
    } catch {
      throw CommandFailure(error.description)
    }
  }

  /// Downloads each target that is not there already, verified.
  func download() throws(CommandFailure) {
    let names = arguments.all("target-name")
    guard !names.isEmpty else { throw CommandFailure(.missing("--target-name", command: arguments.command)) }
    let folder = try arguments.required("target-dir")
    let repository = try refresh()
    let finder = try TargetFinder(
      repository: repository, transport: transport("metadata-url"), directory: directory,
      now: context.now())
    let transport = try transport("target-base-url")
    for name in names {
      let path = folder + "/" + Self.fileName(for: name)
      let octets = try verifiedTarget(name, finder.find(name), repository, transport, kept: path)
      if let octets { try KeyFiles(context).writeList(octets, to: path) }
    }
  }

  /// The target's bytes; nil when the file kept is the right one.
  private func verifiedTarget(
    _ name: String, _ description: TargetDescription, _ repository: TrustedRepository,
    _ transport: any Transport, kept path: String
  ) throws(CommandFailure) -> [UInt8]? {
    do {
      let limit = Int(clamping: description.length)
      if let kept = try? context.files.read(path, maximumOctets: limit),
        (try? repository.verify(kept, as: name, description)) != nil
      {
        return nil
      }
      let location = repository.location(of: name, description)
      let path = location.split(separator: "/", omittingEmptySubsequences: false).map {
        percentEncoded(String($0))
      }
      let answer = try transport.send(
        TransportRequest(path: path.joined(separator: "/"), maximumOctets: limit))
      guard answer.status == 200 else { throw CommandFailure(answer.explanation) }
      try repository.verify(answer.body, as: name, description)
      return answer.body
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  /// A target's path is a name from outside: it becomes one file name, never a path of ours, never a hidden file.
  private static func fileName(for target: String) -> String {
    let name = percentEncoded(target)
    return name.hasPrefix(".") ? "%2E" + name.dropFirst() : name
  }

  private func transport(_ option: String) throws(CommandFailure) -> any Transport {
    var settings = try ConnectionSettings(
      arguments, environment: context.environment, at: arguments.required(option))
    // What comes is signed; only a token must not travel in the open.
    settings.allowsPlainHTTP = settings.tokenFile == nil
    return try context.connect(settings)
  }
}
