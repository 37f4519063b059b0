// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Names of files in a repository (TUF §6.2, consistent snapshots).
public enum RepositoryPath {
  /// The file that is never versioned.
  public static let timestamp = "timestamp.json"

  /// `12.root.json`.
  public static func root(version: Int64) -> String { "\(version).root.json" }

  /// `7.snapshot.json`, or `snapshot.json` without consistent snapshots; likewise for any targets role.
  public static func metadata(_ role: String, version: Int64, consistent: Bool) -> String {
    let name = escaped(role)
    return consistent ? "\(version).\(name).json" : "\(name).json"
  }

  /// `worst-of/3/HASH.entries.txt`, or the path itself without consistent snapshots.
  public static func target(_ path: String, _ description: TargetDescription, consistent: Bool)
    -> String
  {
    guard consistent, let hash = description.hashes["sha256"] ?? description.hashes["sha512"] else {
      return path
    }
    guard let slash = path.lastIndex(of: "/") else { return "\(hash).\(path)" }
    return "\(path[...slash])\(hash).\(path[path.index(after: slash)...])"
  }

  /// A role's name as a file name: percent-encoded but for RFC 3986's unreserved characters; what follows it keeps
  /// it from being `.` or `..`.
  static func escaped(_ role: String) -> String {
    var text = ""
    for octet in role.utf8 {
      let scalar = Unicode.Scalar(octet)
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": text.unicodeScalars.append(scalar)
      default: text += (octet < 16 ? "%0" : "%") + String(octet, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
