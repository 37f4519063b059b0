// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// Writes to a store until it is killed, and prints a line for each acknowledgement. Tests start it, kill it at any
// instant, and look whether every line holds.
//
// STORE is a file for SQLite, or `postgresql:` and a connection string.
//
//   crash-writer STORE WORKERS PREFIX [FAULT]
//
// FAULT makes the disk fail: `full=N,M` (writes N up to M find it full), `sync=N` (sync N fails), `broken=N` (write N
// and all after it fail), `room=OCTETS` (no file grows past that).

private import FoundationEssentials
private import Glibc
internal import Records
private import RecordsPostgres
private import RecordsSQLite

let arguments = CommandLine.arguments
guard arguments.count == 4 || arguments.count == 5, let workers = Int(arguments[2]) else {
  Acknowledgement.print("usage: crash-writer STORE WORKERS PREFIX [FAULT]")
  exit(2)
}
if arguments.count == 5, !DiskFault.install(arguments[4]) {
  Acknowledgement.print("unknown fault")
  exit(2)
}
do throws(StoreOpeningError) {
  let (name, prefix) = (arguments[1], "postgresql:")
  let records: any Records =
    name.hasPrefix(prefix)
    ? try PostgresRecords(connection: String(name.dropFirst(prefix.count)), connections: 8)
    : try SQLiteRecords(path: name)
  Acknowledgement.print("ready")
  await MixedWriter(records: records, prefix: arguments[3])?.run(workers: workers)
} catch {
  Acknowledgement.print("failed opening \(error)")
  exit(1)
}
