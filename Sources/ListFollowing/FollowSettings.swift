// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import ListFormats
public import Names

/// What to follow and what to do with it.
public struct FollowSettings: Sendable {
  /// The list followed.
  public var list: ListName
  /// Where the follower keeps its memory.
  public var stateDirectory: String
  /// The first root metadata, as handed over out of band; needed once.
  public var rootFile: String?
  /// The files to keep up to date.
  public var outputs: [Output]
  /// The origin of response policy zones.
  public var zone: DomainName = .defaultPolicyZone
  /// What a blocked name answers.
  public var action: BlockAction = .nxdomain
  /// File of entries that stay unblocked whatever the list says.
  public var allowFile: String?
  /// File of entries that are blocked besides the list.
  public var denyFile: String?
  /// Run through `/bin/sh -c` after an output changed.
  public var reloadCommand: String?
  /// How long the reload command may run.
  public var reloadTimeout: Duration = .seconds(60)
  /// Running resolvers that are told what changed.
  public var targets: [ResolverTarget] = []
  /// Resolvers that are asked, after a reload, whether they answer as they should.
  public var verified: [ResolverAddress] = []
  /// How long a resolver may take until it does.
  public var verifyPatience: Duration = .seconds(30)
  /// Names that must be answered as if there were no list.
  public var openNames: [String] = []
  /// How soon additions are shown.
  public var ring = Ring.early
  /// This machine's own brake.
  public var brake: BrakeLimits = .standard
  /// Of how many countries agencies must have signed an entry's approval; nil asks for no signatures.
  public var requiredCountries: Int?
  /// Whether approvals and agencies.json are fetched although nothing is checked by them here: for who passes an update on.
  public var takesApprovals = false
  /// Whether the server is asked for all of an update in one body, rather than file by file as a mirror is.
  public var asksCompact = true
  /// Who follows here; nil where no other could be met.
  public var follower: FollowerIdentity?
  /// Whether what another follower wrote or told last is taken over from it.
  public var takesOver = false
  /// Whether this round may pass the brake.
  public var acceptsLargeChange = false
  /// Whether there is nothing but changes to be had, as in a bundle of them: one that is refused must not lead to asking for the list.
  public var takesChangesAlone = false
  /// Whether the server is told which version runs here.
  public var sendsReceipts = true
  /// A file kept up to date with Prometheus text after every round.
  public var textfile: String?
  /// Permissions of outputs that do not exist yet.
  public var outputPermissions: UInt32 = 0o640

  /// One file kept up to date.
  public struct Output: Hashable, Sendable {
    /// How it is written.
    public var format: ListFormat
    /// Where.
    public var path: String
    /// Whether it is a dnsmasq file of the kind that is read again without a restart.
    public var isServersFile = false

    /// What `cordon follow` calls that kind.
    public static let serversFile = "dnsmasq.servers"

    /// What a marker adds to it; nil where it has no place.
    func markerLines(_ marker: ReleaseMarker) -> [UInt8]? {
      isServersFile ? nil : marker.lines(in: format)
    }

    /// Whether a marker has a place in it.
    var carriesMarker: Bool { !isServersFile && [.rpz, .unbound, .dnsmasq].contains(format) }

    /// An output.
    public init(format: ListFormat, path: String) {
      self.format = format
      self.path = path
    }
  }

  /// Whether outputs carry a marker of the release, by which a resolver can be asked what it has in force.
  var marksOutputs: Bool { !verified.isEmpty || !targets.isEmpty }

  /// The same with the files that outputs are in the end, where they are named by symbolic links: those stay, and lead to the new file.
  /// - Throws: `FileFault` where two are one file.
  func followingLinks(_ files: any FileSystem) throws(FileFault) -> FollowSettings {
    var settings = self
    var seen: [String: String] = [:]
    for index in outputs.indices {
      let path = try files.destination(of: outputs[index].path)
      if let other = seen.updateValue(outputs[index].path, forKey: path) {
        throw FileFault(operation: "write", path: outputs[index].path, reason: "\(other) is the same file")
      }
      settings.outputs[index].path = path
    }
    if let textfile { settings.textfile = try files.destination(of: textfile) }
    return settings
  }

  /// Settings without overrides or reload command.
  public init(list: ListName, stateDirectory: String, rootFile: String? = nil, outputs: [Output] = []) {
    self.list = list
    self.stateDirectory = stateDirectory
    self.rootFile = rootFile
    self.outputs = outputs
  }
}
