// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What the caller kept from an earlier refresh, unverified: a wrong file is as good as none.
public struct StoredMetadata: Sendable {
  /// File name without version, such as `timestamp.json`, to bytes.
  public var files: [String: [UInt8]]

  /// Nothing, or the files as ``StoreInstruction`` named them.
  public init(files: [String: [UInt8]] = [:]) { self.files = files }
}

/// What the caller does to its store at once, in the order given, before it goes on.
public enum StoreInstruction: Hashable, Sendable {
  /// Keep these verified bytes under this name, in place of what was there, atomically.
  case store(name: String, octets: [UInt8])
  /// Drop the file if it is there.
  case remove(name: String)
}

/// One file to fetch.
public struct MetadataRequest: Hashable, Sendable {
  /// Below the repository's metadata address.
  public let path: String
  /// Stop reading after this many octets: longer is refused.
  public let maximumOctets: Int
  /// Whether the server's not having it is an ordinary answer.
  public let mayBeMissing: Bool
}
