// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
private import Glibc
internal import StrictJSON

/// Which follower this is, among all that might write one file or tell one resolver.
///
/// Its number lies in the state folder, so that it stays the same when the folder is renamed, moved to another machine or taken from a
/// backup. Where it was lost, the same folder on the same machine gets the same one again.
public struct FollowerIdentity: Hashable, Sendable {
  /// Eight hexadecimal digits. They stand in the marker of a resolver, where anyone may read them.
  public let number: String
  /// The list followed.
  public let list: String
  /// The state folder.
  public let state: String
  /// The machine's name.
  public let host: String

  /// An identity.
  package init(number: String, list: String, state: String, host: String) {
    self.number = number
    self.list = list
    self.state = state
    self.host = host
  }

  /// The identity of who holds the lock of a state folder; it is noted there.
  ///
  /// A copy of a folder that is still in its place is another follower, and gets a number of its own.
  public init(ofState directory: String, list: String, files: any FileSystem) throws(FileFault) {
    let path = unsafe realpath(directory, nil).map { unsafe Self.taken($0) } ?? directory
    let noted = try Self(notedIn: directory, files)
    let number: String
    if let noted, noted.state == path || !Self.isCopy(directory, of: noted, files) {
      number = noted.number
    } else {
      let parts = ["cordon follower", Self.hostName, Self.machine(files), path]
      number = String(SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex.prefix(8))
    }
    self.init(number: number, list: list, state: path, host: Self.hostName)
    // On a full disk the next start notes it: until then the number is the same again.
    if noted != self { try? files.replace(Self.path(in: directory), with: octets, permissions: 0o640) }
  }

  /// Whether two stand for one follower, wherever its state lies by now.
  func isSame(as other: FollowerIdentity) -> Bool { number == other.number }

  /// For whoever has to find that one.
  public var description: String { "\(number), list \(list), state \(state) on \(host)" }

  // MARK: In files

  /// Reads what `octets` spells; nil for anything else.
  init?(parsing octets: [UInt8]) {
    guard let object = try? JSONValue(parsing: octets), let number = object["follower"]?.stringValue,
      number.utf8.count == 8, number.allSatisfy({ $0.isHexDigit && !$0.isUppercase }),
      let list = object["list"]?.stringValue, let state = object["state"]?.stringValue,
      let host = object["host"]?.stringValue
    else { return nil }
    self.init(number: number, list: list, state: state, host: host)
  }

  var octets: [UInt8] {
    let object: JSONValue = [
      "follower": .string(number), "list": .string(list), "state": .string(state), "host": .string(host),
    ]
    return object.encoded(pretty: true)
  }

  private init?(notedIn directory: String, _ files: any FileSystem) throws(FileFault) {
    guard let octets = try files.read(Self.path(in: directory), maximumOctets: 1 << 16) else { return nil }
    self.init(parsing: octets)
  }

  private static func path(in directory: String) -> String { directory + "/follower.json" }

  /// Whether the folder that a number was noted in is still there, and another one.
  private static func isCopy(
    _ directory: String, of noted: FollowerIdentity, _ files: any FileSystem
  ) -> Bool {
    do throws(FileFault) {
      guard let there = try files.identity(of: path(in: noted.state)) else { return false }
      return there != (try files.identity(of: path(in: directory)))
    } catch {
      // Something is there, and does not let itself be looked at.
      return true
    }
  }

  // MARK: The machine

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func machine(_ files: any FileSystem) -> String {
    let octets = (try? files.read("/etc/machine-id", maximumOctets: 4096)) ?? nil
    return String(decoding: octets ?? [], as: UTF8.self)
  }

  @unsafe private static func taken(_ text: UnsafeMutablePointer<CChar>) -> String {
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
