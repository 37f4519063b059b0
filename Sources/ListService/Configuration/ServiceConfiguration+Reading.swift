// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import HTTPServing
internal import Names
private import ListFormats
internal import StrictJSON

extension ServiceConfiguration {
  /// Reads a configuration.
  ///
  /// - Parameter octets: The JSON5 file.
  /// - Parameter folder: The folder that the file lies in; some files are relative to it.
  /// - Parameter overrides: `key.path` and value, each put in place of what the file says.
  /// - Throws: `ConfigurationError`, also for a key that there is not.
  public init(
    json5 octets: [UInt8], folder: String, overrides: [(path: String, value: String)] = []
  ) throws(ConfigurationError) {
    var tree: JSONValue
    do throws(JSONError) { tree = try JSONValue(json5: octets) } catch {
      throw ConfigurationError(error.description)
    }
    for override in overrides {
      tree = try ConfigurationTree.replacing(
        override.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init), in: tree,
        by: ConfigurationTree.value(of: override.value), path: override.path)
    }
    try self.init(ConfigurationKeys(tree, at: ""), folder: folder)
  }

  private static func level(_ text: String) throws(ConfigurationError) -> GuardLevel {
    guard let level = GuardLevel(rawValue: text) else {
      throw ConfigurationError("guard.top_sites_level: never or narrow is wanted")
    }
    return level
  }

  private static func ownName(_ text: String) throws(ConfigurationError) -> DomainName {
    guard text.utf8.contains(UInt8(ascii: ".")), let name = try? DomainName(canonical: text) else {
      throw ConfigurationError("guard.own: a name of two labels or more in canonical spelling is wanted")
    }
    guard !PublicSuffixes.builtin.isPublicSuffix(name) else {
      throw ConfigurationError(
        "guard.own: \(name) is a public suffix, below which others register names: name your own below it")
    }
    return name
  }

  private init(_ keys: consuming ConfigurationKeys, folder: String) throws(ConfigurationError) {
    var keys = keys
    address = try keys.text("address", or: "127.0.0.1")
    port = UInt16(try keys.integer("port", in: 0...65_535, or: 8443))
    let data = try keys.text("data", or: "data")
    self.data = data
    store = try Self.store(&keys, data)
    tls = try Self.tls(&keys, data)
    var http2 = try keys.section("http2")
    self.http2 = HTTP2(
      isOffered: try http2.flag("enabled", or: true),
      streams: try http2.integer("streams", in: 1...10_000, or: 100))
    try http2.finish()
    balancers = try Self.balancers(&keys)
    administrationSocket =
      keys.takeNull("admin_socket")
      ? nil : Self.socket(try keys.text("admin_socket", or: Self.none), in: data)
    handoverSocket =
      keys.takeNull("handover_socket")
      ? nil : Self.socket(try keys.text("handover_socket", or: "handover.sock"), in: data)
    handoverSeconds = try keys.integer("handover_seconds", in: 1...3_600, or: 120)
    root = Self.path(try keys.text("root", or: "root.json"), in: data)
    var targets = try keys.section("targets")
    targetsSignedBy = try targets.choice("signed_by", or: .service)
    firstTargets = Self.path(try targets.text("first", or: "targets.json"), in: data)
    try targets.finish()
    var online = try keys.section("keys")
    onlineKeys = Self.path(try online.text("online", or: "keys/online.json"), in: data)
    try online.finish()
    criteria = Self.path(try keys.text("criteria", or: "criteria"), in: folder)
    allowsReservedNames = try keys.flag("allow_reserved_names", or: false)
    publicSuffixes = Self.path(try keys.text("public_suffixes", or: PublicSuffixes.installedPath), in: folder)
    var guards = try keys.section("guard")
    guardFiles = try guards.texts("files").map { Self.path($0, in: folder) }
    topSiteFiles = try guards.texts("top_sites").map { Self.path($0, in: folder) }
    topSiteLevel = try Self.level(try guards.text("top_sites_level", or: GuardLevel.narrow.rawValue))
    ownNames = try guards.texts("own").map(Self.ownName)
    try guards.finish()
    lists = try Self.lists(&keys)
    var metadata = try keys.section("metadata")
    timestampSeconds = try metadata.integer("timestamp_hours", in: 1...8_760, or: 24) * 3_600
    snapshotSeconds = try metadata.integer("snapshot_days", in: 1...3_650, or: 7) * 86_400
    targetsSeconds = try metadata.integer("targets_days", in: 1...3_650, or: 90) * 86_400
    try metadata.finish()
    submissions = try Self.submissions(&keys)
    var desk = try keys.section("desk")
    self.desk = Desk(
      changesPerMinute: try desk.integer("changes_per_minute", in: 1...1_000_000, or: 600),
      receiptsPerMinute: try desk.integer("receipts_per_minute", in: 1...1_000_000, or: 600),
      revealsPerMinute: try desk.integer("reveals_per_minute", in: 1...1_000_000, or: 120))
    try desk.finish()
    var claims = try keys.section("claims")
    self.claims = ClaimTerm(
      minutes: try claims.integer("minutes", in: 1...1_440, or: ClaimTerm.standard.minutes),
      perReviewer: try claims.integer("per_reviewer", in: 1...10_000, or: ClaimTerm.standard.perReviewer),
      inARow: try claims.integer("in_a_row", in: 1...1_000, or: ClaimTerm.standard.inARow))
    try claims.finish()
    var appeals = try keys.section("appeals")
    self.appeals = Appeals(
      perAddressAnHour: try appeals.integer("per_address_an_hour", in: 1...100_000, or: 10),
      anHour: try appeals.integer("an_hour", in: 1...1_000_000, or: 600),
      questionsPerAddressAnHour: try appeals.integer(
        "questions_per_address_an_hour", in: 1...100_000, or: 240),
      questionsAnHour: try appeals.integer("questions_an_hour", in: 1...10_000_000, or: 36_000))
    try appeals.finish()
    renewal = try Self.renewal(&keys, data)
    limits = try Self.limits(&keys, submissions)
    var log = try keys.section("log")
    logsAccess = try log.flag("access", or: true)
    try log.finish()
    var debug = try keys.section("debug")
    allowsCoreDumps = try debug.flag("core", or: false)
    try debug.finish()
    drainSeconds = try keys.integer("drain_seconds", in: 0...3_600, or: 10)
    renderedOctets = try keys.integer("rendered_mebibytes", in: 0...1_048_576, or: 160) << 20
    reactors = try keys.integer("reactors", in: 0...256, or: 0)
    try keys.finish()
  }

  private static func store(
    _ keys: inout ConfigurationKeys, _ data: String
  ) throws(ConfigurationError) -> StorePlace {
    var section = try keys.section("store")
    let names = section.names
    let connection = try section.text("postgresql", or: "")
    let file = try section.text("sqlite", or: "cordon.sqlite")
    try section.finish()
    guard names.contains("postgresql") else { return .sqlite(path: path(file, in: data)) }
    guard !names.contains("sqlite") else {
      throw ConfigurationError("store: either sqlite or postgresql, not both")
    }
    return .postgresql(connection: connection)
  }

  private static func tls(
    _ keys: inout ConfigurationKeys, _ data: String
  ) throws(ConfigurationError) -> TLSFiles? {
    if keys.takeNull("tls") { return nil }
    var section = try keys.section("tls")
    let authority: String? =
      section.takeNull("client_authority") ? nil : try section.text("client_authority", or: "ca.pem")
    let namesRevocations =
      section.names.contains("client_revocations") && !section.takeNull("client_revocations")
    let revocations = try section.text("client_revocations", or: "revoked.pem")
    let files = TLSFiles(
      certificate: path(try section.text("certificate", or: "server.pem"), in: data),
      key: path(try section.text("key", or: "server.key"), in: data),
      clientAuthority: authority.map { path($0, in: data) },
      clientRevocations: namesRevocations ? path(revocations, in: data) : nil)
    if authority == nil, files.clientRevocations != nil {
      throw ConfigurationError(
        "tls.client_revocations: there is no tls.client_authority whose list that could be")
    }
    try section.finish()
    return files
  }

  private static func renewal(
    _ keys: inout ConfigurationKeys, _ data: String
  ) throws(ConfigurationError) -> Renewal {
    var section = try keys.section("credentials")
    let certificate = try section.text("issuer_certificate", or: "")
    let key = try section.text("issuer_key", or: "")
    guard certificate.isEmpty == key.isEmpty else {
      throw ConfigurationError("credentials: issuer_certificate and issuer_key go together")
    }
    let renewal = Renewal(
      isAllowed: try section.flag("renewal", or: true),
      tokenDays: try section.integer("token_days", in: 1...3_650, or: 365),
      certificateDays: try section.integer("certificate_days", in: 1...3_650, or: 90),
      overlapHours: try section.integer("overlap_hours", in: 0...8_760, or: 168),
      issuerCertificate: certificate.isEmpty ? nil : path(certificate, in: data),
      issuerKey: key.isEmpty ? nil : path(key, in: data))
    try section.finish()
    return renewal
  }

  private static func balancers(_ keys: inout ConfigurationKeys) throws(ConfigurationError) -> [NetworkRange]
  {
    var section = try keys.section("proxy_protocol")
    let names = try section.texts("from")
    try section.finish()
    var ranges: [NetworkRange] = []
    for name in names {
      guard let range = NetworkRange(name) else {
        throw ConfigurationError(
          "proxy_protocol.from: \(name) is no address or range such as 10.0.0.0/8 with nothing set behind its length"
        )
      }
      ranges.append(range)
    }
    return ranges
  }

  /// Stands for a name that is not there.
  private static let none = "none"

  private static func socket(_ name: String, in data: String) -> String? {
    name == none ? nil : path(name, in: data)
  }

  private static func submissions(_ keys: inout ConfigurationKeys) throws(ConfigurationError) -> Submissions {
    var section = try keys.section("submissions")
    let submissions = Submissions(
      itemsPerRequest: try section.integer("items_per_request", in: 1...100_000, or: 100_000),
      reportsPerPerson: try section.integer(
        "reports_per_person", in: 1...10_000, or: Submission.mostReportsOfOne),
      bodyOctets: try section.integer("body_octets", in: 1_024...(1 << 30), or: 32 << 20),
      spoolOctets: try section.integer("spool_mebibytes", in: 1...1_048_576, or: 512) << 20,
      requestsPerMinute: try section.integer("requests_per_minute", in: 1...1_000_000, or: 600))
    try section.finish()
    return submissions
  }

  private static func lists(_ keys: inout ConfigurationKeys) throws(ConfigurationError) -> [List] {
    var section = try keys.section("lists")
    var lists: [List] = []
    for key in section.names {
      let name: ListName
      do throws(BlocklistError) { name = try ListName(key) } catch {
        throw ConfigurationError("lists.\(key): a list is named in lower-case letters, digits and hyphens")
      }
      var list = try section.section(key)
      let zone = try list.text("rpz_zone", or: "rpz.cordon.invalid")
      guard let policyZone = try? DomainName(canonical: zone) else {
        throw ConfigurationError("lists.\(key).rpz_zone: not a domain name in canonical spelling")
      }
      lists.append(
        List(
          name: name, title: try list.text("title", or: key),
          criteria: try list.text("criteria", or: "interpol-baseline"),
          countries: try list.integer("countries", in: 2...10, or: 2),
          leaseDays: try list.integer("lease_days", in: 1...LeaseTerm.mostDays, or: 90),
          pollIntervalSeconds: try list.integer("poll_interval_seconds", in: 1...86_400, or: 300),
          policyZone: policyZone,
          canary: try canary(&list, name),
          keptReleases: try list.integer("kept_releases", in: 1...1_000_000, or: 10_000),
          keptDays: try list.integer("kept_days", in: 1...36_500, or: 90),
          settleSeconds: try list.integer("settle_minutes", in: 0...43_200, or: 0) * 60,
          freezingHolds: try list.integer("freezing_holds", in: 0...10_000, or: 3),
          signing: try signing(&list, key)))
      try list.finish()
    }
    try section.finish()
    guard !lists.isEmpty else { throw ConfigurationError("lists: at least one list is needed") }
    return lists.sorted { $0.name < $1.name }
  }

  /// An empty text is no canary.
  private static func canary(
    _ list: inout ConfigurationKeys, _ name: ListName
  ) throws(ConfigurationError) -> DomainName? {
    let text = try list.text("canary", or: name.defaultCanary?.text ?? "")
    guard !text.isEmpty else { return nil }
    guard let canary = name.canary(text) else {
      throw ConfigurationError(
        "lists.\(name).canary: expected a domain name in canonical spelling that begins with \(name).canary.")
    }
    return canary
  }

  private static func signing(
    _ list: inout ConfigurationKeys, _ key: String
  ) throws(ConfigurationError) -> SigningPolicy {
    let word = try list.text("signed_approvals", or: "optional")
    guard ["optional", "required"].contains(word) else {
      throw ConfigurationError("lists.\(key).signed_approvals: `optional` or `required` is wanted")
    }
    return SigningPolicy(
      isRequired: word == "required",
      maximumAgeMinutes: try list.integer("signature_age_minutes", in: 1...10_080, or: 60),
      maximumAheadMinutes: try list.integer("signature_ahead_minutes", in: 0...60, or: 5))
  }

  private static func path(_ name: String, in folder: String) -> String {
    name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
  }
}
