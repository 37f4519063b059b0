// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Glibc

extension LocalFileSystem {
  /// Maps a file (mmap(2)): its octets come into memory as they are looked at, and leave it when the system wants.
  public func map(_ path: String, maximumOctets: Int) throws(FileFault) -> Slab? {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw fault("read", path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw fault("examine", path) }
    let count = Int(status.st_size)
    guard count <= maximumOctets else {
      throw FileFault(operation: "read", path: path, reason: "longer than \(maximumOctets) octets")
    }
    guard count > 0 else { return Slab([]) }
    let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { throw fault("map", path) }
    return Slab(unsafe MappedRegion(start, count))
  }

  /// Begins a file anew.
  public func open(_ path: String, like stamp: FileStamp) throws(FileFault) -> any FileWriter {
    let descriptor = try create(path, like: stamp)
    return LocalFileWriter(descriptor, path)
  }

  /// Writes at a place of a file, behind which nothing stays. It is not waited for: whoever reads it back checks it.
  public func append(_ slab: Slab, to path: String, at offset: Int) throws(FileFault) {
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
    guard descriptor >= 0 else { throw fault("write", path) }
    let writer = LocalFileWriter(descriptor, path)
    guard ftruncate(descriptor, offset) == 0, lseek(descriptor, offset, SEEK_SET) == offset else {
      throw fault("write", path)
    }
    try slab.forEachRun { run throws(FileFault) in try writer.append(run) }
  }
}

/// A file of this machine that is being written; it closes with its writer.
private final class LocalFileWriter: FileWriter {
  private let descriptor: Int32
  private let path: String

  init(_ descriptor: Int32, _ path: String) { (self.descriptor, self.path) = (descriptor, path) }

  deinit {
    // A program that is just being started has the descriptor too, for a moment, and to close this one would leave it locked.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  func append(_ octets: ArraySlice<UInt8>) throws(FileFault) { try append(octets.span) }

  func append(_ slab: Slab, _ range: Range<Int>) throws(FileFault) {
    try append(slab.span.extracting(range))
  }

  private func append(_ octets: Span<UInt8>) throws(FileFault) {
    var written = 0
    while written < octets.count {
      let count = unsafe octets.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileFault(operation: "write", path: path, reason: systemReason(errno))
      }
      written += count
    }
  }

  func finish() throws(FileFault) {
    guard fsync(descriptor) == 0 else {
      throw FileFault(operation: "flush", path: path, reason: systemReason(errno))
    }
  }
}

/// The octets of a mapped file, until nobody holds it any more.
@safe private final class MappedRegion: MappedFile, @unchecked Sendable {
  // Sendable: nobody writes to it, and it is unmapped when the last holder is gone.
  private let start: UnsafeMutableRawPointer
  private let length: Int

  init(_ start: UnsafeMutableRawPointer, _ length: Int) {
    unsafe self.start = start
    self.length = length
  }

  deinit { unsafe munmap(start, length) }

  @unsafe var octets: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: length)
  }

  /// Whole pages only; a page that two runs share is let go with the second.
  func relax(_ range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = range.lowerBound / page * page
    let end = range.upperBound == length ? length : range.upperBound / page * page
    if first < end { unsafe madvise(start + first, end - first, MADV_DONTNEED) }
  }
}
