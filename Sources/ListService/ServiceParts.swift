// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Cryptography
public import FoundationEssentials
public import Ingest
public import Names
public import Publication
public import Records

/// What the service is put together from.
public struct ServiceParts: Sendable {
  /// What the configuration file says.
  public var configuration: ServiceConfiguration
  /// The store.
  public var records: any Records
  /// What makes releases.
  public var publisher: Publisher
  /// What names are accepted.
  public var rules: NameRules
  /// The criteria in force, by list.
  public var criteria: [ListName: Criteria]
  /// Guarded names besides those on record.
  public var guards = GuardList.empty
  /// Issues client certificates to those who renew theirs; nil where another authority does.
  public var issuer: CertificateIssuer?
  /// Takes a line for each request, and how many requests it tells of in as many lines; nil logs none.
  public var log: (@Sendable (_ line: String, _ times: Int) -> Void)?
  /// The engine's own counters for `/metrics`.
  public var engineMetrics: @Sendable () -> [(name: String, value: Int)] = { [] }
  /// What of the machine itself needs a person, at a time.
  public var machineAlarms: @Sendable (Date) -> [RoleAlarm] = { _ in [] }
  /// The time.
  public var clock: @Sendable () -> Date

  /// These parts.
  public init(
    configuration: ServiceConfiguration, records: any Records, publisher: Publisher, rules: NameRules,
    criteria: [ListName: Criteria], clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.configuration = configuration
    self.records = records
    self.publisher = publisher
    self.rules = rules
    self.criteria = criteria
    self.clock = clock
  }
}
