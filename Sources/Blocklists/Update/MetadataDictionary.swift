// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What files of signed metadata have in common, as prefixes for Zstandard. Made by `scripts/metadata-dictionary`.
enum MetadataDictionary {
  /// Of coding 2. Its octets are part of the protocol and never change.
  static let first: [UInt8] = Array(
    #"""
    {"signatures":[{"keyid":"","sig":""},{"keyid":"","sig":""}],"signed":{"_type":"root",\#
    "spec_version":"1.0.34","version":1,"expires":"2027-11-26T23:09:19Z","consistent_snapshot":true,\#
    "keys":{"":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":""},\#
    "x-cordon-holder":"holder-two"},"":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":""},\#
    "x-cordon-holder":"online"},"":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":""},\#
    "x-cordon-holder":"holder-three"},"":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":""},\#
    "x-cordon-holder":"holder-one"}},"roles":{"root":{"keyids":["","",""],"threshold":2},\#
    "timestamp":{"keyids":[""],"threshold":1},"snapshot":{"keyids":[""],"threshold":1},\#
    "targets":{"keyids":[""],"threshold":1}}}}{"signatures":[{"keyid":"","sig":""}],\#
    "signed":{"_type":"targets","spec_version":"1.0.34","version":3,"expires":"2027-02-24T23:10:05Z",\#
    "targets":{"signing-keys/files.pem":{"length":113,"hashes":{"sha256":""}},\#
    "worst-of/2/dnsmasq.conf":{"length":18476,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20}}},\#
    "worst-of/2/domains.txt":{"length":12547,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20}}},\#
    "worst-of/2/entries.csv":{"length":29414,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20}}},\#
    "worst-of/2/entries.json":{"length":27514,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20}}},\#
    "worst-of/2/entries.txt":{"length":12994,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20}}},\#
    "worst-of/2/hosts.txt":{"length":30661,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20}}},\#
    "worst-of/2/mikrotik.rsc":{"length":48308,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20}}},\#
    "worst-of/2/rpz.zone":{"length":32533,"hashes":{"sha256":""},"custom":{"list":"worst-of",\#
    "version":2,"entries":503,"omitted":0,"brake":{"additions":1000,"additions_percent":20},\#
    "zone":"rpz.cordon.invalid"}},"worst-of/2/squid.acl":{"length":13028,"hashes":{"sha256":""},\#
    "custom":{"list":"worst-of","version":2,"entries":503,"omitted":0,"brake":{"additions":1000,\#
    "additions_percent":20}}},"worst-of/2/unbound.conf":{"length":30997,"hashes":{"sha256":""},\#
    "custom":{"list":"worst-of","version":2,"entries":503,"omitted":0,"brake":{"additions":1000,\#
    "additions_percent":20}}}}}}{"signatures":[{"keyid":"","sig":""}],"signed":{"_type":"snapshot",\#
    "spec_version":"1.0.34","version":3,"expires":"2026-12-03T23:10:05Z",\#
    "meta":{"targets.json":{"version":3,"length":2952,\#
    "hashes":{"sha256":""}}}}}{"signatures":[{"keyid":"","sig":""}],"signed":{"_type":"timestamp",\#
    "spec_version":"1.0.34","version":93,"expires":"2026-11-27T23:10:05Z",\#
    "meta":{"snapshot.json":{"version":93,"length":468,"hashes":{"sha256":""}}}}}
    """#.utf8)
}
