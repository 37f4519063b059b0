// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// A file that a body is put in, made anew when the first octets come.
final class BodyFile {
  let path: String
  private var descriptor: Int32 = -1

  init(_ path: String) {
    self.path = path
    // What an earlier answer left there is not this one's.
    unsafe unlink(path)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends octets; the system's words for what went wrong, nil when nothing did.
  func append(_ octets: UnsafeRawBufferPointer) -> String? {
    if descriptor < 0 {
      descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    var written = 0
    while descriptor >= 0, written < octets.count {
      let count = unsafe write(descriptor, octets.baseAddress?.advanced(by: written), octets.count - written)
      if count < 0, errno == EINTR { continue }
      if count < 0 { break }
      written += count
    }
    guard written < octets.count else { return nil }
    return unsafe String(cString: strerror(errno))
  }
}
