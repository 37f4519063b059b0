// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import StrictJSON

extension Schemas {
  static let keys: JSONObject = [
    "Tally": object(["signed": array(text), "needed": number]),
    "ProposalStatus": object([
      "version": optionalNumber, "current_root": named("Tally"), "proposed_root": named("Tally"),
    ]),
    "RootProposal": object(["proposal": named("SignedMetadata"), "status": named("ProposalStatus")]),
    "RootStatus": object([
      "version": number, "threshold": number, "expires_at": time,
      "keys": array(object(["keyid": text, "name": optionalText])), "metadata": named("SignedMetadata"),
      "proposal": ["anyOf": [named("ProposalStatus"), ["type": "null"]]],
    ]),
    "TargetsFiles": object(["files": texts]),
    "TargetsBundle": object(["metadata": named("SignedMetadata"), "files": texts]),
    "TargetsProposal": object([
      "metadata": named("SignedMetadata"), "files": texts, "status": named("ProposalStatus"),
    ]),
    "TargetsStatus": object([
      "signed_by": words(["service", "holders"]), "version": optionalNumber, "threshold": number,
      "keys": array(object(["keyid": text, "name": optionalText])),
      "expires_at": optionalTime, "metadata": ["anyOf": [named("SignedMetadata"), ["type": "null"]]],
      "files": texts, "proposal": ["anyOf": [named("ProposalStatus"), ["type": "null"]]],
    ]),
    "PublishedTargets": object(["version": number]),
    "SignatureRequest": object(["keyid": text, "sig": text]),
    "PublishedRoot": object(["version": number]),
  ]

  static let people: JSONObject = [
    "Agency": object([
      "id": text, "name": text, "country": text, "kind": words(Agency.Kind.allCases.map(\.rawValue)),
      "domains": array(text),
    ]),
    "AgencyRequest": object(
      [
        "id": text, "name": text, "country": text, "kind": words(Agency.Kind.allCases.map(\.rawValue)),
        "domains": array(text),
      ], optional: ["domains"]),
    "DomainsRequest": object(["domains": array(text)]),
    "DomainsResult": object([
      "agency": named("Agency"), "still_listed": named("StillListed"), "withheld": named("StillListed"),
    ]),
    "AgencyPage": whole("Agency"),
    "AgencyKeyRequest": object(
      ["agency": text, "public_key": text, "valid_from": time, "valid_until": time],
      optional: ["valid_from", "valid_until"]),
    "AgencyKey": object([
      "keyid": text, "agency": text, "public_key": text, "valid_from": time, "valid_until": optionalTime,
    ]),
    "AgencyKeyPage": whole("AgencyKey"),
    "AgencyKeyEnd": object(["from": time, "reason": text], optional: ["from"]),
    "AgencyRegister": object([
      "version": number,
      "agencies": array(
        object([
          "agency": text, "country": text, "name": text,
          "keys": array(
            object([
              "keyid": text, "public_key": text, "valid_from": time, "valid_until": optionalTime,
            ])),
        ])),
    ]),
    "PublishedRegister": object(["version": number, "sha256": text]),
    "PrincipalRequest": object(["id": text, "name": text, "agency": text, "roles": array(roles)]),
    "Principal": object(["id": text, "name": text, "agency": text, "country": text, "roles": array(roles)]),
    "PrincipalPage": whole("Principal"),
    "CredentialRequest": object(
      ["principal": text, "certificate": text, "expires_at": time], optional: ["certificate", "expires_at"]),
    "Credential": object(credential),
    "IssuedCredential": object(issued, optional: ["token"]),
    "RenewalRequest": object(
      ["request": text, "overlap_hours": number], optional: ["request", "overlap_hours"]),
    "RenewedCredential": object(renewed, optional: ["token", "certificate", "previous"]),
    "OwnCredentials": object([
      "principal": text, "name": text, "agency": text, "country": text, "roles": array(roles),
      "current": text,
      "items": array(named("Credential")),
    ]),
    "CredentialPage": whole("Credential"),
    "GuardedName": object(guarded),
    "GuardPage": whole("GuardedName"),
    "GuardRequest": object(["items": array(object(guarded, optional: ["reason"]))]),
    "GuardResult": object([
      "guarded": number, "still_listed": named("StillListed"), "withheld": named("StillListed"),
    ]),
    "StillListed": object([
      "count": number, "entries": array(object(["entry_id": text, "list": text, "suspend": text])),
    ]),
    "AuditEvent": object([
      "sequence": number, "at": time, "principal": optionalText, "action": text, "subject": text,
      "rule": text, "reason": optionalText,
    ]),
    "AuditPage": page("AuditEvent"),
  ]

  /// Whole files by name, each a text.
  private static let texts: JSONValue = ["type": "object", "additionalProperties": text]

  private static let roles = words(Role.allCases.map(\.rawValue))

  private static let credential: JSONObject = [
    "id": text, "principal": text, "kind": words(["token", "certificate"]), "created_at": time,
    "expires_at": optionalTime, "revoked_at": optionalTime,
  ]

  private static var issued: JSONObject {
    var members = credential
    members["token"] = text
    return members
  }

  private static var renewed: JSONObject {
    var members = issued
    members["certificate"] = optionalText
    members["previous"] = named("Credential")
    return members
  }

  private static let guarded: JSONObject = [
    "name": text, "level": words(GuardLevel.allCases.map(\.rawValue)), "reason": text,
  ]
}
