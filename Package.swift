// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import PackageDescription

/// Every target is compiled alike: Swift 6 mode, strict memory safety, and no warning tolerated.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// A module of Cordon. `imports` is the whole list of what it may see; the build refuses anything else.
func module(_ name: String, imports: [String] = [], settings: [SwiftSetting] = []) -> Target {
  .target(
    name: name, dependencies: imports.map { .byName(name: $0) }, swiftSettings: strict + settings)
}

func program(_ name: String, imports: [String]) -> Target {
  .executableTarget(
    name: name, dependencies: imports.map { .byName(name: $0) }, swiftSettings: strict)
}

/// A program that measures; its scripts lie beside its source.
func benchmark(_ name: String, imports: [String], path: String) -> Target {
  .executableTarget(
    name: name, dependencies: imports.map { .byName(name: $0) }, path: path,
    exclude: ["run", "peers.py"], swiftSettings: strict)
}

func tests(_ name: String, imports: [String]) -> Target {
  .testTarget(
    name: name, dependencies: imports.map { .byName(name: $0) }, swiftSettings: strict)
}

func library(_ name: String, pkgConfig: String? = nil, debian: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

let package = Package(
  name: "cordon",
  products: [
    .executable(name: "cordond", targets: ["cordond"]),
    .executable(name: "cordon", targets: ["cordon"]),
  ],
  targets: [
    library("COpenSSL", pkgConfig: "openssl", debian: "libssl-dev"),
    library("CCurl", pkgConfig: "libcurl", debian: "libcurl4-openssl-dev"),
    library("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
    library("CPostgres", pkgConfig: "libpq", debian: "libpq-dev"),
    library("CIDN2", pkgConfig: "libidn2", debian: "libidn2-dev"),
    library("CPSL", pkgConfig: "libpsl", debian: "libpsl-dev"),
    library("CZstd", pkgConfig: "libzstd", debian: "libzstd-dev"),
    library("CNGHTTP2", pkgConfig: "libnghttp2", debian: "libnghttp2-dev"),
    library("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
    library("CLinux", debian: "libc6-dev"),

    module("StrictJSON"),
    module("Names", imports: ["CIDN2", "CPSL"]),
    module("Cryptography", imports: ["COpenSSL"]),
    module("Compression", imports: ["CZstd", "CZlib"]),
    // A slab lends its octets as a span.
    module(
      "Blocklists", imports: ["Names", "Cryptography", "Compression"],
      settings: [.enableExperimentalFeature("Lifetimes")]),
    module("ListFormats", imports: ["Blocklists", "Names"]),
    module("SignedManifests", imports: ["Cryptography", "StrictJSON"]),
    module("Ingest", imports: ["Names", "Blocklists", "Cryptography", "StrictJSON"]),
    module("Records", imports: ["Ingest", "Blocklists", "Names", "Cryptography"]),
    module("RecordsSQL", imports: ["Records", "Ingest", "Blocklists", "Names"]),
    module("RecordsSQLite", imports: ["RecordsSQL", "Records", "Ingest", "Blocklists", "Names", "CSQLite"]),
    module(
      "RecordsPostgres", imports: ["RecordsSQL", "Records", "Ingest", "Blocklists", "Names", "CPostgres"]),
    module(
      "Publication",
      imports: [
        "Blocklists", "ListFormats", "SignedManifests", "Records", "Ingest", "Cryptography",
        "StrictJSON", "Names", "Compression",
      ]),
    module("HTTPMessages"),
    module("HTTPWire", imports: ["HTTPMessages", "CNGHTTP2"]),
    module("HTTPServing", imports: ["HTTPWire", "HTTPMessages", "COpenSSL", "CLinux"]),
    module("HTTPFetching", imports: ["HTTPMessages", "CCurl"]),
    module(
      "ListService",
      imports: [
        "HTTPServing", "HTTPMessages", "Ingest", "Records", "Publication", "StrictJSON",
        "Blocklists", "Names", "Cryptography", "SignedManifests", "ListFormats",
      ]),
    module(
      "ListFollowing",
      imports: [
        "SignedManifests", "Blocklists", "Compression", "ListFormats", "Ingest", "HTTPFetching",
        "HTTPMessages", "StrictJSON", "Cryptography", "Names",
      ]),
    module(
      "Commands",
      imports: [
        "ListFollowing", "Ingest", "SignedManifests", "HTTPFetching", "HTTPMessages", "ListFormats",
        "StrictJSON", "Cryptography", "Names", "Blocklists", "CLinux",
      ]),
    program(
      "cordond",
      imports: [
        "ListService", "RecordsSQL", "RecordsSQLite", "RecordsPostgres", "Records", "Publication",
        "HTTPServing",
        "HTTPWire", "HTTPMessages", "Ingest", "StrictJSON", "Cryptography", "SignedManifests", "Names",
        "Blocklists", "CLinux",
      ]),
    program("cordon", imports: ["Commands"]),
    program(
      "crash-writer",
      imports: [
        "Records", "RecordsSQL", "RecordsSQLite", "RecordsPostgres", "Ingest", "Blocklists", "Names",
        "CSQLite",
      ]),
    benchmark("bench-names", imports: ["Names"], path: "Benchmarks/names"),
    benchmark(
      "bench-manifests",
      imports: [
        "Publication", "Records", "RecordsSQL", "RecordsSQLite", "SignedManifests", "Cryptography", "Ingest",
        "Blocklists", "Names",
        "CSQLite", "StrictJSON",
      ], path: "Benchmarks/manifests"),
    .executableTarget(
      name: "bench-delivery",
      dependencies: ["Blocklists", "ListFormats", "SignedManifests", "Cryptography", "StrictJSON"],
      path: "Benchmarks/delivery",
      exclude: [
        "run", "memory", "memory.py", "staying.py", "peak.py", "standin.py", "wire", "wire.py", "store.py",
      ], swiftSettings: strict),
    .executableTarget(
      name: "bench-submissions",
      dependencies: [
        "Records", "RecordsSQL", "RecordsSQLite", "RecordsPostgres", "Ingest", "Blocklists", "Names",
      ],
      path: "Benchmarks/submissions", exclude: ["run", "rates", "upload", "post.c", "peers.py", "place.sql"],
      swiftSettings: strict),

    tests("StrictJSONTests", imports: ["StrictJSON"]),
    tests("NamesTests", imports: ["Names", "StrictJSON"]),
    tests("CryptographyTests", imports: ["Cryptography"]),
    tests("CompressionTests", imports: ["Compression"]),
    tests("BlocklistsTests", imports: ["Blocklists", "Names", "Cryptography", "Compression"]),
    tests("ListFormatsTests", imports: ["ListFormats", "Blocklists", "Names", "ChildProcesses"]),
    tests("SignedManifestsTests", imports: ["SignedManifests", "Cryptography", "StrictJSON"]),
    tests("IngestTests", imports: ["Ingest", "Names", "Blocklists", "Cryptography", "StrictJSON"]),
    tests(
      "RecordsTests",
      imports: [
        "Records", "RecordsSQL", "RecordsSQLite", "RecordsPostgres", "Ingest", "Blocklists", "Names",
        "Cryptography", "CSQLite", "crash-writer", "ChildProcesses",
      ]),
    tests(
      "PublicationTests",
      imports: [
        "Publication", "Records", "RecordsSQL", "RecordsSQLite", "Ingest", "Blocklists", "ListFormats",
        "SignedManifests", "Cryptography", "StrictJSON", "Names", "CSQLite", "Compression",
      ]),
    .target(
      name: "ChildProcesses", dependencies: ["CLinux"], path: "Tests/ChildProcesses", swiftSettings: strict),
    .target(
      name: "RefusalCorpus", dependencies: ["HTTPWire"], path: "Tests/RefusalCorpus", swiftSettings: strict),
    .target(
      name: "HTTP2Frames", dependencies: ["CNGHTTP2"], path: "Tests/HTTP2Frames", swiftSettings: strict),
    tests("HTTPWireTests", imports: ["HTTPWire", "HTTPMessages", "RefusalCorpus", "HTTP2Frames"]),
    tests(
      "HTTPServingTests",
      imports: [
        "HTTPServing", "HTTPWire", "HTTPMessages", "RefusalCorpus", "HTTP2Frames", "COpenSSL", "CLinux",
        "ChildProcesses", "StrictJSON",
      ]),
    tests("HTTPFetchingTests", imports: ["HTTPFetching", "HTTPServing", "HTTPMessages", "ChildProcesses"]),
    tests(
      "ListServiceTests",
      imports: [
        "ListService", "HTTPServing", "HTTPMessages", "Ingest", "Records", "RecordsSQL", "RecordsSQLite",
        "Publication", "StrictJSON", "Blocklists", "Names", "Cryptography", "SignedManifests", "Compression",
      ]),
    tests(
      "ListFollowingTests",
      imports: [
        "ListFollowing", "SignedManifests", "Blocklists", "ListFormats", "Ingest", "HTTPFetching",
        "HTTPMessages", "StrictJSON", "Cryptography", "Names",
      ]),
    tests(
      "CommandsTests",
      imports: [
        "Commands", "ListFollowing", "HTTPMessages", "SignedManifests", "Cryptography", "StrictJSON", "Names",
      ]),
  ]
)

// Built by Fuzz/run alone, so that no other build pays for it. Each entry is a folder of its name.
if Context.environment["CORDON_FUZZ"] != nil {
  let entries = [
    "metadata": ["SignedManifests", "StrictJSON"],
    "http1": ["HTTPWire", "HTTPMessages", "CLinux"],
    "http2": ["HTTPWire", "HTTPMessages"],
    "fields": ["HTTPMessages"],
    "proxy": ["HTTPWire"],
    "addresses": ["HTTPServing", "CLinux"],
    "configuration": ["ListService", "HTTPServing", "HTTPWire", "Blocklists", "StrictJSON"],
    "pem": ["Cryptography"],
    "names": ["Names"],
    "csv": ["FuzzSubmissions", "Ingest"],
    "text": ["FuzzSubmissions", "Ingest"],
    "json": ["FuzzSubmissions", "Ingest", "StrictJSON"],
    "approvals": ["Ingest", "Blocklists"],
    "agencies": ["Ingest"],
    "bundle": ["ListFollowing"],
    "update": ["Blocklists"],
    "delta": ["Blocklists"],
  ]
  package.targets.append(
    .target(name: "FuzzDriver", path: "Fuzz/driver", swiftSettings: strict))
  package.targets.append(
    .target(
      name: "FuzzSubmissions", dependencies: ["Ingest", "Names", "Blocklists"].map { .byName(name: $0) },
      path: "Fuzz/submissions", swiftSettings: strict))
  for (name, imports) in entries {
    package.targets.append(
      .executableTarget(
        name: "fuzz-\(name)", dependencies: (["FuzzDriver"] + imports).map { .byName(name: $0) },
        path: "Fuzz/\(name)", swiftSettings: strict))
  }
}

// Built by scripts/test --thread-sanitizer and --address-sanitizer alone: the engine and its tests, in builds of their own.
if Context.environment["CORDON_ENGINE_ONLY"] != nil {
  let engine: Set = [
    "COpenSSL", "CNGHTTP2", "CLinux", "HTTPMessages", "HTTPWire", "HTTPServing", "RefusalCorpus",
    "HTTP2Frames", "ChildProcesses", "StrictJSON", "HTTPWireTests", "HTTPServingTests",
  ]
  package.targets.removeAll { !engine.contains($0.name) }
  package.products = []
}
