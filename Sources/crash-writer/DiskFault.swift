// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CSQLite
private import Glibc
private import Synchronization

/// A disk that fails, below SQLite: the usual file system with failures put in between.
// Unsafe throughout: SQLite's tables of C functions. They are set up once, before any store is opened.
enum DiskFault {
  private static let writes = Atomic<Int>(0)
  private static let syncs = Atomic<Int>(0)
  // Set by `install` before the first file is opened, and only read afterwards; the tables grow only while
  // the store is being opened, on one thread.
  nonisolated(unsafe) private static var full = 0..<0
  nonisolated(unsafe) private static var failingSync = 0
  nonisolated(unsafe) private static var brokenFrom = Int.max
  nonisolated(unsafe) private static var base: UnsafeMutablePointer<sqlite3_vfs>?
  nonisolated(unsafe) private static var original: UnsafePointer<sqlite3_io_methods>?
  // One table for each of the system's: databases and logs are closed in different ways, but written alike.
  nonisolated(unsafe) private static var tables:
    [UnsafePointer<sqlite3_io_methods>: UnsafePointer<sqlite3_io_methods>] = unsafe [:]
  nonisolated(unsafe) private static let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)

  /// Puts the fault in place; false when `text` spells none.
  static func install(_ text: String) -> Bool {
    let parts = text.split(separator: "=")
    let numbers = parts.last?.split(separator: ",").compactMap { Int($0) } ?? []
    switch (parts.first, numbers.count) {
    case ("full", 2): unsafe full = numbers[0]..<numbers[1]
    case ("sync", 1): unsafe failingSync = numbers[0]
    case ("broken", 1): unsafe brokenFrom = numbers[0]
    case ("room", 1): return limitFiles(to: numbers[0])
    default: return false
    }
    return register()
  }

  private static func limitFiles(to octets: Int) -> Bool {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: rlim_t(octets), rlim_max: rlim_t(octets))
    return unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0
  }

  private static func register() -> Bool {
    guard let found = unsafe sqlite3_vfs_find(nil) else { return false }
    unsafe base = unsafe found
    unsafe system.initialize(to: unsafe found.pointee)
    unsafe system.pointee.zName = unsafe UnsafePointer(strdup("failing"))
    unsafe system.pointee.pNext = nil
    unsafe system.pointee.xOpen = { _, name, file, flags, given in
      unsafe DiskFault.open(name, file, flags, given)
    }
    return unsafe sqlite3_vfs_register(system, 1) == SQLITE_OK
  }

  private static func open(
    _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
    _ given: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let file = unsafe file, let code = unsafe base?.pointee.xOpen?(base, name, file, flags, given)
    else {
      return SQLITE_CANTOPEN
    }
    guard code == SQLITE_OK, let usual = unsafe file.pointee.pMethods else { return code }
    unsafe file.pointee.pMethods = unsafe table(for: usual)
    return code
  }

  private static func table(for usual: UnsafePointer<sqlite3_io_methods>) -> UnsafePointer<sqlite3_io_methods>
  {
    if let known = unsafe tables[usual] { return unsafe known }
    let ours = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    unsafe ours.initialize(to: unsafe usual.pointee)
    unsafe ours.pointee.xWrite = { file, octets, count, offset in
      unsafe DiskFault.write(file, octets, count, offset)
    }
    unsafe ours.pointee.xSync = { file, flags in unsafe DiskFault.sync(file, flags) }
    unsafe original = unsafe usual
    unsafe tables[usual] = unsafe UnsafePointer(ours)
    return unsafe UnsafePointer(ours)
  }

  private static func write(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ octets: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
  ) -> Int32 {
    let number = writes.add(1, ordering: .relaxed).newValue
    if unsafe full.contains(number) { return SQLITE_FULL }
    if unsafe number >= brokenFrom { return SQLITE_IOERR | (3 << 8) }
    return unsafe original?.pointee.xWrite?(file, octets, count, offset) ?? SQLITE_IOERR
  }

  private static func sync(_ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32) -> Int32 {
    let number = syncs.add(1, ordering: .relaxed).newValue
    if unsafe number == failingSync { return SQLITE_IOERR | (4 << 8) }
    return unsafe original?.pointee.xSync?(file, flags) ?? SQLITE_IOERR
  }
}
