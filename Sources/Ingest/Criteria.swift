// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// What reviewers must answer, as data: a version, once used, never changes.
public struct Criteria: Hashable, Sendable {
  /// One question; a "no" keeps the name off the list.
  public struct Item: Hashable, Sendable {
    /// The key of the answer.
    public let key: String
    /// The question, for people.
    public let text: String

    /// A question.
    public init(key: String, text: String) {
      self.key = key
      self.text = text
    }
  }

  /// Which criteria: `interpol-baseline`.
  public let id: String
  /// Which version, from 1.
  public let version: Int
  /// What they are called, for people.
  public let title: String
  /// The questions, in order.
  public let items: [Item]
  /// How many countries have to say yes independently; never below two. A list may ask for more.
  public let countries: Int

  /// Criteria of these particulars; nil without an item, with a key given twice, a version below 1, fewer than two countries, or an
  /// id that is not lower-case letters, digits and single hyphens.
  public init?(id: String, version: Int, title: String, items: [Item], countries: Int = 2) {
    guard CriteriaVersion(id: id, version: version) != nil, !items.isEmpty,
      Set(items.map(\.key)).count == items.count, countries >= 2
    else { return nil }
    self.id = id
    self.version = version
    self.title = title
    self.items = items
    self.countries = countries
  }

  /// The criteria of a `config/criteria/*.json5` file: `{ id, version, title, countries?, items: [{ key, text }] }`.
  ///
  /// - Throws: `CriteriaError` when it is not JSON5, or has other members or types.
  public init(json5 octets: [UInt8]) throws(CriteriaError) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(json5: octets) } catch {
      throw .malformed(error.description)
    }
    guard let object = value.objectValue else { throw .malformed("not an object") }
    for key in object.keys where !["id", "version", "title", "countries", "items"].contains(key) {
      throw .unknownMember(key)
    }
    guard let id = object["id"]?.stringValue, CriteriaVersion(id: id, version: 1) != nil else {
      throw .wrongMember("id")
    }
    guard let version = object["version"]?.integerValue, CriteriaVersion(id: id, version: Int(version)) != nil
    else { throw .wrongMember("version") }
    guard let title = object["title"]?.stringValue else { throw .wrongMember("title") }
    guard let list = object["items"]?.arrayValue else { throw .wrongMember("items") }
    var countries = 2
    if let value = object["countries"] {
      guard let number = value.integerValue, (2...10).contains(number) else {
        throw .wrongMember("countries")
      }
      countries = Int(number)
    }
    var items: [Item] = []
    for element in list {
      guard let member = element.objectValue, let key = member["key"]?.stringValue,
        let text = member["text"]?.stringValue, member.count == 2
      else { throw .wrongMember("items") }
      items.append(Item(key: key, text: text))
    }
    let read = Criteria(
      id: id, version: Int(version), title: title, items: items, countries: countries)
    guard let criteria = read else {
      throw .wrongMember("items")
    }
    self = criteria
  }
}

/// Why a criteria file cannot be used.
public enum CriteriaError: Error, Hashable, Sendable {
  /// Not JSON5, or not an object.
  case malformed(String)
  /// A member that criteria do not have.
  case unknownMember(String)
  /// A member that is missing or of the wrong form.
  case wrongMember(String)
}

extension CriteriaError: CustomStringConvertible {
  /// A line for whoever wrote the file.
  public var description: String {
    switch self {
    case .malformed(let reason): reason
    case .unknownMember(let name): "criteria have no member `\(name)`"
    case .wrongMember(let name): "`\(name)` is missing, or not as criteria have it"
    }
  }
}

/// A reviewer's answers to one version of the criteria.
public struct CriteriaAnswers: Hashable, Sendable {
  /// Which criteria.
  public let id: String
  /// Which version.
  public let version: Int
  /// The answers by item key.
  public let answers: [String: Bool]

  /// Answers as given.
  public init(id: String, version: Int, answers: [String: Bool]) {
    self.id = id
    self.version = version
    self.answers = answers
  }
}
