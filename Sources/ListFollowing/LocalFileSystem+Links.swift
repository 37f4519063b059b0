// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

extension LocalFileSystem {
  /// So many links one after the other, as the kernel has it (path_resolution(7)).
  private static let mostLinks = 40

  /// Follows symbolic links at the end of a path; the kernel follows those before.
  public func destination(of path: String) throws(FileFault) -> String {
    var current = path
    for _ in 0..<Self.mostLinks {
      guard let target = try target(of: current) else { return current }
      current = target.hasPrefix("/") ? target : directoryPart(of: current) + "/" + target
    }
    throw FileFault(operation: "follow", path: path, reason: systemReason(ELOOP))
  }

  /// What a symbolic link says; nil for whatever is none.
  private func target(of path: String) throws(FileFault) -> String? {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path, &text, text.count)
    guard count >= 0 else {
      if [EINVAL, ENOENT].contains(errno) { return nil }
      throw fault("follow", path)
    }
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
