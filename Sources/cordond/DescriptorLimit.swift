// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// How many descriptors this process may have open.
enum DescriptorLimit {
  /// What the store, the reactors, files and the log take besides connections.
  private static let besides = 128

  /// Raises the limit as far as the system lets us.
  /// - Returns: a line for the log if so many connections still do not fit; the engine survives that by accepting fewer.
  static func raise(for connections: Int) -> String? {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(resource, &limit)
    guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
    let wanted = connections + besides
    guard limit.rlim_cur < UInt64(wanted) else { return nil }
    return
      "cordond: the limit of \(limit.rlim_cur) descriptors is less than limits.connections needs (\(wanted)); "
      + "accepting pauses when they run out"
  }
}
