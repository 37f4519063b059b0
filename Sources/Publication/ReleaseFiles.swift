// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import ListFormats
internal import Names
internal import SignedManifests
internal import StrictJSON

/// One release in every format, and what signed metadata says of each file.
struct ReleaseFiles: Sendable {
  let files: [ListFormat: PublishedFile]
  let targets: [String: TargetDescription]

  init(_ blocklist: Blocklist, version: ListVersion, settings: PublicationSettings.List) {
    let options = RenderOptions(
      list: settings.name, version: version, zone: settings.policyZone, action: settings.action)
    var files: [ListFormat: PublishedFile] = [:]
    var targets: [String: TargetDescription] = [:]
    for format in ListFormat.allCases {
      let rendered = format.render(blocklist, options: options)
      let file = PublishedFile(octets: rendered.octets, mediaType: format.mediaType)
      files[format] = file
      targets[Self.path(settings.name, version, format)] = TargetDescription(
        length: Int64(file.octets.count), sha256: file.digest,
        custom: Self.custom(rendered, format, version: version, settings: settings))
    }
    self.files = files
    self.targets = targets
  }

  /// The target path of one file: `worst-of/3/entries.txt`.
  static func path(_ list: ListName, _ version: ListVersion, _ format: ListFormat) -> String {
    "\(list)/\(version)/\(format.rawValue)"
  }

  /// The path it is stored under, with its hash before the file name (TUF §6.2).
  static func storedPath(
    _ list: ListName, _ version: ListVersion, _ format: ListFormat, _ file: PublishedFile
  )
    -> String
  {
    "\(list)/\(version)/\(file.digest.hex).\(format.rawValue)"
  }

  private static func custom(
    _ rendered: RenderedList, _ format: ListFormat, version: ListVersion, settings: PublicationSettings.List
  ) -> JSONObject {
    var custom: JSONObject = [
      "list": .string(settings.name.text), "version": .integer(Int64(clamping: version.number)),
      "entries": .integer(Int64(rendered.listed)), "omitted": .integer(Int64(rendered.omitted)),
      "brake": [
        "additions": .integer(Int64(settings.brake.additions)),
        "additions_percent": .integer(Int64(settings.brake.additionsPercent)),
      ],
    ]
    if format == .rpz { custom["zone"] = .string(settings.policyZone.text) }
    return custom
  }
}
