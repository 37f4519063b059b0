// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
private import Ingest
private import SignedManifests
internal import StrictJSON

/// Signs approvals on the reviewer's machine: the text is made here of the parts that are shown, never taken as it comes.
struct ApprovalSigner {
  private let signer: any MetadataSigner
  /// The time of decision that is signed.
  let decidedAt: String

  static let options: [OptionSpecification] =
    [.value("sign-with", "FILE.pem", "sign with the agency's private key, on this machine")] + KeySource.token

  /// The signer that the options name; nil when none is named.
  init?(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    let signers = try KeySource.signers(arguments, context)
    guard let first = signers.first else { return nil }
    guard signers.count == 1 else { throw CommandFailure("--sign-with or --signer, one of the two") }
    guard first.key.keytype == "ed25519" else {
      throw CommandFailure("approvals are signed with an Ed25519 key; \(first.key.label) is another kind")
    }
    signer = first
    decidedAt = RFC3339.format(context.now())
  }

  /// What a review or renewal carries, for the parts that the server says; and the entry that was signed.
  ///
  /// - Throws: when the parts are not in form, or the server's text is not what they make.
  func signature(
    over item: JSONValue, list: String?, criteria: JSONValue?
  ) throws(CommandFailure) -> (json: JSONValue, entry: String) {
    let text = try Self.text(of: item, decidedAt: decidedAt)
    guard item.text("text") == text.text else {
      throw CommandFailure("the server's text to sign is not made of the parts it shows: nothing was signed")
    }
    guard list == nil || list == item.text("list"),
      criteria == nil
        || criteria?["id"] == item["criteria"]?["id"]
          && criteria?["version"] == item["criteria"]?["version"]
    else {
      throw CommandFailure("the text to sign is for another list or other criteria than you answered")
    }
    let octets: [UInt8]
    do throws(SigningFault) { octets = try signer.sign(text.octets) } catch {
      throw CommandFailure(error.detail)
    }
    return (
      [
        "keyid": .string(signer.keyid), "sig": .string(SignedApproval.base64(octets)),
        "decided_at": .string(decidedAt),
      ], item.text("entry")
    )
  }

  private static func text(of item: JSONValue, decidedAt: String) throws(CommandFailure) -> ApprovalStatement
  {
    guard let list = try? ListName(item.text("list")),
      let entry = try? BlocklistEntry(parsing: item.text("entry")),
      let id = item["criteria"]?["id"]?.stringValue, let version = item["criteria"]?["version"]?.integerValue,
      let criteria = CriteriaVersion(id: id, version: Int(clamping: version)),
      let submitted = RFC3339.parse(item.text("submitted_at")), let decided = RFC3339.parse(decidedAt),
      let agency = AgencyID(item.text("agency")), let country = CountryCode(item.text("country"))
    else { throw CommandFailure("the server's answer is not the parts of an approval") }
    return ApprovalStatement(
      list: list, entry: entry, criteria: criteria, submittedAt: submitted, decidedAt: decided,
      agency: agency,
      country: country)
  }
}
