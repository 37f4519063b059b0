// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages
internal import HTTPServing

/// What is always the same about a problem type: its status, its heading, and what to do about it.
public struct ProblemDescription: Sendable {
  /// The status it is answered with.
  public let status: HTTPStatus
  /// The short heading (`title`).
  public let title: String
  /// What it means and what helps, in a sentence or two.
  public let meaning: String

  init(_ status: HTTPStatus, _ title: String, _ meaning: String) {
    self.status = status
    self.title = title
    self.meaning = meaning
  }
}

extension ProblemKind {
  /// The catalogue's entry: the one place where a problem gets its HTTP status.
  public var description: ProblemDescription {
    engineDescription ?? requestDescription ?? credentialDescription ?? resourceDescription
      ?? reviewDescription ?? deskDescription ?? signatureDescription ?? serviceDescription
  }

  private var engineDescription: ProblemDescription? {
    EngineProblem(rawValue: rawValue).map { .init($0.status, $0.title, $0.meaning) }
  }

  private var requestDescription: ProblemDescription? {
    switch self {
    case .malformedBody:
      .init(
        .badRequest, "The body cannot be read", "It is not the JSON wanted; `detail` names line and column.")
    case .invalidField:
      .init(.unprocessableContent, "A field is not in form", "`pointer` names the field (RFC 6901).")
    case .unknownField:
      .init(.unprocessableContent, "A field is not known", "`pointer` names it; nothing unknown is ignored.")
    case .unknownParameter:
      .init(.badRequest, "A query parameter is not known", "`parameter` names it, `known` those there are.")
    case .duplicateParameter:
      .init(.badRequest, "A query parameter is given twice", "Give each once; `parameter` names it.")
    case .missingParameter:
      .init(.badRequest, "A query parameter is missing", "`parameter` names it.")
    case .invalidParameter:
      .init(.badRequest, "A query parameter is not in form", "`parameter` names it, `detail` its form.")
    case .invalidPath:
      .init(.badRequest, "The path cannot be read", "Its percent-encoding is broken or hides a slash.")
    case .invalidUTF8:
      .init(
        .badRequest, "The submission is not UTF-8",
        "Save the file as UTF-8 and send it again; nothing was stored.")
    case .malformedJSON:
      .init(.badRequest, "The submission is not JSON", "`line` and `column` say where; nothing was stored.")
    case .malformedRequest:
      .init(
        .unprocessableContent, "The submission is not in form",
        "`line` and `column` say where; nothing was stored.")
    case .malformedCSVHeader:
      .init(
        .unprocessableContent, "The CSV header cannot be used",
        "The first row names the columns: `url` and, if wanted, `case_reference`, `evidence_sha256`, `seen_at`, `scope`, `note`."
      )
    case .unterminatedQuote:
      .init(
        .unprocessableContent, "A quoted CSV field never ends",
        "`line` says where it begins; nothing was stored.")
    case .emptySubmission:
      .init(.unprocessableContent, "The submission holds no item", "Send at least one URL.")
    case .itemTooLong:
      .init(
        .unprocessableContent, "An item is too long",
        "`line` says where it begins; in CSV, look for a quotation mark that nothing closes. Nothing was stored."
      )
    case .tooManyItems:
      .init(.contentTooLarge, "The request holds too many items", "Send it in parts; nothing was stored.")
    default: nil
    }
  }

  private var credentialDescription: ProblemDescription? {
    switch self {
    case .credentialRequired:
      .init(
        .unauthorized, "A credential is required",
        "Send `Authorization: Bearer <token>` or use a registered client certificate.")
    case .credentialInvalid:
      .init(.unauthorized, "The credential is not known", "It was never issued, or it was revoked.")
    case .credentialExpired:
      .init(.unauthorized, "The credential has expired", "Ask your administrator for a new one.")
    case .roleRequired:
      .init(.forbidden, "Your roles do not allow this", "`roles` names those of which you need one.")
    case .rateLimited:
      .init(.tooManyRequests, "Too many requests", "Wait as many seconds as `Retry-After` says.")
    default: nil
    }
  }

  private var resourceDescription: ProblemDescription? {
    switch self {
    case .notFound: .init(.notFound, "There is no such thing", "See `/openapi.json` for what there is.")
    case .methodNotAllowed:
      .init(.methodNotAllowed, "The method is not allowed here", "The field `Allow` names those that are.")
    case .notAcceptable:
      .init(.notAcceptable, "No representation is acceptable", "`available` names the media types there are.")
    case .unsupportedMediaType:
      .init(
        .unsupportedMediaType, "The media type is not supported",
        "`accepted` names those that are; set `Content-Type`.")
    case .preconditionFailed:
      .init(.preconditionFailed, "The precondition is not met", "It has changed: read it again.")
    case .rangeNotSatisfiable:
      .init(.rangeNotSatisfiable, "The range lies outside", "The field `Content-Range` names the length.")
    case .idempotencyKeyReused:
      .init(
        .unprocessableContent, "The idempotency key was used for another request",
        "Take a new key for a new request, or send the same request again.")
    case .listNotFound: .init(.notFound, "There is no such list", "`GET /v1/lists` names the lists.")
    case .versionNotFound:
      .init(.notFound, "There is no such release", "Releases are numbered 1, 2, 3 … up to the latest.")
    case .formatNotFound:
      .init(.notFound, "There is no such format", "`GET /v1/lists/{list}` links to the formats.")
    case .historyGone:
      .init(
        .gone, "The history kept begins later",
        "Take the full list: `latest/entries.txt`. `oldest` is the earliest `since`.")
    case .versionAhead:
      .init(
        .conflict, "That release does not exist yet",
        "You claim a later release than `latest`: check whom you follow.")
    case .submissionNotFound: .init(.notFound, "There is no such submission", "Or it is not yours to see.")
    case .entryNotFound:
      .init(.notFound, "There is no such entry", "Look it up with `GET /v1/entries?name=`.")
    case .agencyNotFound: .init(.notFound, "There is no such agency", "Add it with `POST /v1/agencies`.")
    case .principalNotFound:
      .init(.notFound, "There is no such principal", "Add it with `POST /v1/principals`.")
    case .credentialNotFound: .init(.notFound, "There is no such credential", "See `GET /v1/credentials`.")
    case .alreadyExists: .init(.conflict, "It exists already", "Nothing was changed.")
    default: nil
    }
  }

  private var reviewDescription: ProblemDescription? {
    switch self {
    case .submissionRefused:
      .init(
        .unprocessableContent, "The submission is refused",
        "`items` names each refused item by line, rule and column; nothing was stored. With `mode=each` the good ones are taken."
      )
    case .ownSubmission:
      .init(
        .conflict, "Nobody reviews their own submission",
        "Another person, of another country, has to review it.")
    case .alreadyReviewed: .init(.conflict, "You reviewed this submission already", "One person counts once.")
    case .countryAlreadyApproved:
      .init(
        .conflict, "Your country approved this submission already",
        "The next approval comes from another country.")
    case .notReviewable:
      .init(.conflict, "The submission is no longer open", "It is listed or rejected already.")
    case .criteriaVersionSuperseded:
      .init(
        .unprocessableContent, "These are not the criteria in force",
        "`GET /v1/criteria` gives those to answer.")
    case .criteriaIncomplete:
      .init(
        .unprocessableContent, "Not every criterion is answered",
        "Answer each item of the criteria, and no other.")
    case .criteriaNotMet:
      .init(
        .unprocessableContent, "A criterion is not met",
        "An approval needs a yes to every item; otherwise reject.")
    case .scopeWiderThanRegistrable:
      .init(
        .unprocessableContent, "The scope is too wide",
        "It reaches beyond the domain that somebody registered.")
    case .scopeOutsideReport:
      .init(.unprocessableContent, "The scope misses the report", "It does not cover the reported host.")
    case .scopeCoversPublicSuffix:
      .init(
        .unprocessableContent, "The scope covers public suffixes",
        "Below the name lie suffixes under which strangers register names. Give the scope `host`, or a name beside them."
      )
    case .guardedName:
      .init(.unprocessableContent, "The name is guarded", "Blocking it would hit what is never blocked.")
    case .ownDomainPublicSuffix:
      .init(
        .unprocessableContent, "A public suffix is nobody's own domain",
        "Unrelated parties register names below it. Name what was registered; what must never be blocked for another reason, "
          + "`POST /v1/guard` takes.")
    case .guardedNameNeedsHostScope:
      .init(
        .unprocessableContent, "The name is guarded",
        "Only a single host may be listed there, by three countries.")
    case .guardedNameNeedsAnotherCountry:
      .init(
        .unprocessableContent, "The name is guarded",
        "A host listed before its name was guarded narrowly is confirmed only with one country more behind it: let a reviewer of a third one renew."
      )
    default: nil
    }
  }

  private var serviceDescription: ProblemDescription {
    switch self {
    case .nothingToPublish:
      .init(
        .conflict, "There is nothing to publish",
        "The release in force holds all that is approved and not guarded meanwhile.")
    case .nothingToRevert:
      .init(
        .conflict, "There is nothing to undo",
        "What that release changed is undone already, or is guarded meanwhile and stays off.")
    case .releaseConflict:
      .init(.conflict, "Somebody else published meanwhile", "Look at the latest release and try again.")
    case .wrongEntryState:
      .init(.conflict, "The entry's state does not allow it", "It is suspended or lapsed already.")
    case .leaseRefused:
      .init(
        .unprocessableContent, "The lease is refused",
        "It has ended: the name has to be reported and approved anew.")
    case .renewalRefused:
      .init(.conflict, "The credential is not renewed", "`detail` says why; the one you have goes on.")
    case .noRootProposal:
      .init(.notFound, "There is no root proposal", "Propose one with `POST /v1/keys/root/proposals`.")
    case .rootProposalRefused:
      .init(
        .unprocessableContent, "The root proposal is refused",
        "`detail` names the rule of TUF that it breaks.")
    case .noTargetsProposal:
      .init(
        .notFound, "There are no proposed targets", "Propose some with `POST /v1/keys/targets/proposals`.")
    case .targetsProposalRefused:
      .init(
        .unprocessableContent, "The proposed targets are refused",
        "`detail` names the rule that they break.")
    case .proposalConflict: .init(.conflict, "The proposal changed meanwhile", "Read it again and repeat.")
    case .uploadsFull:
      .init(
        .serviceUnavailable, "Too much is being received at once",
        "Nothing was stored. Send it again after `Retry-After` seconds.")
    case .storeUnavailable:
      .init(
        .serviceUnavailable, "The store is not available",
        "Nothing was changed. Try again after `Retry-After` seconds.")
    case .publishingUnavailable:
      .init(
        .serviceUnavailable, "Publishing is not possible now",
        "The root or an online key is missing, the metadata on record does not fit together, or the server's clock is in doubt."
      )
    default:
      .init(.internalServerError, EngineProblem.internalError.title, EngineProblem.internalError.meaning)
    }
  }
}
