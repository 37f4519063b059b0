// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import Ingest
internal import ListFormats
internal import Names
internal import SignedManifests
internal import StrictJSON

/// One release in every format, and what signed metadata says of each file.
struct ReleaseFiles: Sendable {
  let files: [ListFormat: PublishedFile]
  let targets: [String: TargetDescription]
  let approvals: PublishedApprovals

  /// The files as `signed` describes them, rendered when somebody asks; those that it does not describe, or that this
  /// program would render otherwise, are rendered now.
  init(
    _ blocklist: Blocklist, version: ListVersion, settings: PublicationSettings.List, shelf: RenderingShelf,
    signed: [String: TargetDescription], approvals: PublishedApprovals
  ) {
    // What is signed keeps the canary that it was signed with: another one that is configured comes with the next release.
    var settings = settings
    if let entries = signed[Self.path(settings.name, version, .entries)] {
      settings.canary = entries.custom?["canary"]?.stringValue.flatMap(settings.name.canary)
    }
    let made = ListFormat.allCases.map { [settings] format in
      let rendering = Rendering(
        blocklist: blocklist, format: format, version: version, settings: settings, stage: nil)
      let known = signed[Self.path(settings.name, version, format)]
      return known.flatMap { rendering.file(as: $0, on: shelf) } ?? rendering.made(on: shelf)
    }
    self.init(made, version, settings, approvals)
  }

  /// The files of a release to be, all rendered now.
  /// - Parameter stage: how far the release may go.
  static func made(
    of blocklist: Blocklist, version: ListVersion, settings: PublicationSettings.List, shelf: RenderingShelf,
    stage: ReleaseStage, approvals: PublishedApprovals
  ) async -> ReleaseFiles {
    // The longest formats are among the last ones: begun first, so that no processor is left with one of them at the end.
    let renderings = ListFormat.allCases.reversed().map { format in
      Rendering(blocklist: blocklist, format: format, version: version, settings: settings, stage: stage)
    }
    return ReleaseFiles(await Workers.map(renderings) { $0.made(on: shelf) }, version, settings, approvals)
  }

  private init(
    _ made: [Rendering.Made], _ version: ListVersion, _ settings: PublicationSettings.List,
    _ approvals: PublishedApprovals
  ) {
    var files: [ListFormat: PublishedFile] = [:]
    var targets: [String: TargetDescription] = [:]
    for made in made {
      files[made.format] = made.file
      targets[Self.path(settings.name, version, made.format)] = made.description
    }
    if let file = approvals.file {
      targets["\(settings.name)/\(version)/\(ApprovalList.fileName)"] = TargetDescription(
        length: Int64(file.octets.count), sha256: file.digest,
        custom: [
          "list": .string(settings.name.text), "version": .integer(Int64(clamping: version.number)),
          "approvals": .integer(Int64(approvals.list.count)),
        ])
    }
    self.files = files
    self.targets = targets
    self.approvals = approvals
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
}

/// One file of a release to be.
private struct Rendering: Sendable {
  let blocklist: Blocklist
  let format: ListFormat
  let version: ListVersion
  let settings: PublicationSettings.List
  /// How far the release may go; nil where its metadata is signed already.
  let stage: ReleaseStage?

  /// What came of it.
  struct Made: Sendable {
    let format: ListFormat
    let file: PublishedFile
    let description: TargetDescription
  }

  private func render() -> RenderedList {
    let options = RenderOptions(
      list: settings.name, version: version, zone: settings.policyZone, action: settings.action,
      canary: settings.canary)
    return format.render(blocklist, options: options)
  }

  /// Rendered now, with its description.
  func made(on shelf: RenderingShelf) -> Made {
    let rendered = render()
    let digest = format == .entries ? blocklist.digest : SHA256Digest(hashing: rendered.octets)
    let file = file(digest, rendered.octets.count, on: shelf, octets: rendered.octets)
    return Made(
      format: format, file: file,
      description: TargetDescription(length: Int64(file.length), sha256: digest, custom: custom(rendered)))
  }

  /// To be rendered later, as a signature already says it will be; nil when this program or configuration would not.
  func file(as known: TargetDescription, on shelf: RenderingShelf) -> Made? {
    guard let digest = known.sha256, known.custom?["edition"] == .integer(ListFormat.edition),
      settings.action == .nxdomain,
      format != .rpz || known.custom?["zone"] == .string(settings.policyZone.text),
      !format.carriesCanary || known.custom?["canary"]?.stringValue == settings.canary?.text
    else { return nil }
    let file = file(digest, Int(clamping: known.length), on: shelf, octets: nil)
    return Made(format: format, file: file, description: known)
  }

  private func file(_ digest: SHA256Digest, _ length: Int, on shelf: RenderingShelf, octets: [UInt8]?)
    -> PublishedFile
  {
    // The list itself is in memory in any case.
    if format == .entries {
      return PublishedFile(blocklist, mediaType: format.mediaType)
    }
    let file = RenderedFile(on: shelf, octets: octets) { render().octets }
    return PublishedFile(file, digest: digest, length: length, mediaType: format.mediaType)
  }

  private func custom(_ rendered: RenderedList) -> JSONObject {
    var custom: JSONObject = [
      "list": .string(settings.name.text), "version": .integer(Int64(clamping: version.number)),
      "entries": .integer(Int64(rendered.listed)), "omitted": .integer(Int64(rendered.omitted)),
      "edition": .integer(ListFormat.edition),
      "brake": [
        "additions": .integer(Int64(settings.brake.additions)),
        "additions_percent": .integer(Int64(settings.brake.additionsPercent)),
      ],
    ]
    if format == .entries, let stage { custom = stage.written(into: custom) }
    if format == .entries { custom["blocks"] = blocklist.blocks.map { ["sha256": .string($0.digest.hex)] } }
    if format == .entries || format.carriesCanary {
      custom["canary"] = settings.canary.map { .string($0.text) }
    }
    if format == .rpz { custom["zone"] = .string(settings.policyZone.text) }
    return custom
  }
}
