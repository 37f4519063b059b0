// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import HTTPServing
public import Ingest
public import Names

/// What `config/cordond.json5` says, checked; file names are absolute or relative to the working directory.
public struct ServiceConfiguration: Sendable {
  /// The server's certificate and key, and whose client certificates count.
  public struct TLSFiles: Hashable, Sendable {
    /// PEM chain, leaf first.
    public let certificate: String
    /// PEM.
    public let key: String
    /// PEM; nil asks for no client certificates.
    public let clientAuthority: String?
    /// PEM, the authorities' revocation lists; nil looks at none.
    public let clientRevocations: String?
  }

  /// HTTP/2.
  public struct HTTP2: Hashable, Sendable {
    /// Whether clients are offered it.
    public let isOffered: Bool
    /// Requests at once on one connection.
    public let streams: Int
  }

  /// One list.
  public struct List: Sendable {
    /// Its name.
    public let name: ListName
    /// Its title, for people.
    public let title: String
    /// The criteria that reviewers answer, by id.
    public let criteria: String
    /// How many countries must approve, 2 at least.
    public let countries: Int
    /// How long a listing lasts.
    public let leaseDays: Int
    /// How often followers shall poll.
    public let pollIntervalSeconds: Int
    /// The origin of its response policy zone.
    public let policyZone: DomainName
    /// A name that is blocked besides the list; nil for none.
    public let canary: DomainName?
    /// How many releases a delta may reach back.
    public let keptReleases: Int
    /// The most days before the latest release that a delta may reach back.
    public let keptDays: Int
    /// How long an addition stays with the early ring, in seconds.
    public let settleSeconds: Int
    /// From how many readers' holds on the general ring gets no additions; 0 for never.
    public let freezingHolds: Int
    /// What is asked of signatures under approvals.
    public let signing: SigningPolicy
  }

  /// What submitters may send.
  public struct Submissions: Hashable, Sendable {
    /// The most items of one request.
    public let itemsPerRequest: Int
    /// The most reports of one person on one submission.
    public let reportsPerPerson: Int
    /// The most octets of one request.
    public let bodyOctets: Int
    /// The most octets of all requests that are being received together, on the disk of the data folder.
    public let spoolOctets: Int
    /// The most requests of one principal in a minute.
    public let requestsPerMinute: Int
  }

  /// How often one person may act, submissions aside.
  public struct Desk: Hashable, Sendable {
    /// The most requests in a minute that change something.
    public let changesPerMinute: Int
    /// The most receipts and holds in a minute.
    public let receiptsPerMinute: Int
    /// The most in a minute that have names revealed.
    public let revealsPerMinute: Int
  }

  /// What anyone may complain.
  public struct Appeals: Hashable, Sendable {
    /// The most appeals an hour from one address.
    public let perAddressAnHour: Int
    /// The most appeals an hour from everybody together.
    public let anHour: Int
    /// The most questions an hour, what became of an appeal, from one address.
    public let questionsPerAddressAnHour: Int
    /// The most of those from everybody together.
    public let questionsAnHour: Int
  }

  /// How principals renew their own credentials.
  public struct Renewal: Hashable, Sendable {
    /// Whether they may.
    public let isAllowed: Bool
    /// How long a renewed token lasts.
    public let tokenDays: Int
    /// How long a renewed certificate, and its key, lasts.
    public let certificateDays: Int
    /// How long the old credential goes on at most.
    public let overlapHours: Int
    /// The certificate of the authority that the service issues client certificates under; nil issues none.
    public let issuerCertificate: String?
    /// Its private key.
    public let issuerKey: String?
  }

  /// Who signs the top-level targets.
  public enum TargetsSigner: String, CaseIterable, Sendable {
    /// The service, with its online key.
    case service
    /// Key holders, each on their own machine; the service signs releases by delegation.
    case holders
  }

  /// A literal IPv4 or IPv6 address.
  public let address: String
  /// The port; 0 lets the system choose.
  public let port: UInt16
  /// The data folder.
  public let data: String
  /// Where the registry is kept.
  public let store: StorePlace
  /// Nil serves plain HTTP.
  public let tls: TLSFiles?
  /// HTTP/2.
  public let http2: HTTP2
  /// Balancers that say by PROXY protocol whose connection they pass on.
  public let balancers: [NetworkRange]
  /// A Unix socket for local administration; nil for none.
  public let administrationSocket: String?
  /// A Unix socket by which a successor takes over; nil for none.
  public let handoverSocket: String?
  /// How long a successor that got the sockets may take to its next word before it is ended.
  public let handoverSeconds: Int
  /// The first root of trust.
  public let root: String
  /// Who signs the top-level targets; `holders` refuses a root that lets the service.
  public let targetsSignedBy: TargetsSigner
  /// The first targets, signed by their holders; looked for at the first start when the root gives the targets to them.
  public let firstTargets: String
  /// The public description of the online keys; the private halves lie in the same folder.
  public let onlineKeys: String
  /// The folder of criteria files.
  public let criteria: String
  /// Whether reserved names may be listed.
  public let allowsReservedNames: Bool
  /// The public suffix list, as publicsuffix.org publishes it.
  public let publicSuffixes: String
  /// Files of guarded names.
  public let guardFiles: [String]
  /// Files of popular sites.
  public let topSiteFiles: [String]
  /// How firmly popular sites are guarded.
  public let topSiteLevel: GuardLevel
  /// The names of this service and of those who follow it.
  public let ownNames: [DomainName]
  /// The lists, by name.
  public let lists: [List]
  /// Seconds that a signed timestamp is valid.
  public let timestampSeconds: Int
  /// Seconds that a signed snapshot is valid.
  public let snapshotSeconds: Int
  /// Seconds that signed targets are valid.
  public let targetsSeconds: Int
  /// What submitters may send.
  public let submissions: Submissions
  /// How often one person may act.
  public let desk: Desk
  /// How long reviewers' claims last, and how many one may hold.
  public let claims: ClaimTerm
  /// What anyone may complain.
  public let appeals: Appeals
  /// How principals renew their own credentials.
  public let renewal: Renewal
  /// The engine's bounds.
  public let limits: ServerLimits
  /// Whether each request is logged.
  public let logsAccess: Bool
  /// Whether a crash may leave a core file, which holds the online keys and every name.
  public let allowsCoreDumps: Bool
  /// Seconds given to requests in flight on SIGTERM.
  public let drainSeconds: Int
  /// The most octets of rendered files kept in memory.
  public let renderedOctets: Int
  /// Reactors of the engine; 0 for one a core.
  public let reactors: Int
}

/// Why a configuration cannot be used; `description` is one line.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line: the key and what is wrong with it.
  public let description: String

  /// Control characters of what `description` quotes are spelled out.
  init(_ description: String) {
    self.description = description.unicodeScalars
      .map { $0.value < 0x20 || $0.value == 0x7F ? $0.escaped(asASCII: false) : String($0) }.joined()
  }
}
