// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Preconditions and ranges (RFC 9110 §13 and §14) for a representation that is wholly in memory
/// and named by a strong entity tag.
public enum ConditionalRequest {
  /// The answer to a GET or HEAD: 200, 206, 304, 412 or 416.
  ///
  /// - Parameters:
  ///   - entityTag: changes whenever `octets` or their coding do.
  ///   - octets: the whole representation; a range of it is sent without a copy.
  ///   - fields: the fields of a 200, such as Content-Type; ETag and Accept-Ranges are added.
  public static func response(
    to request: HTTPRequest, entityTag: EntityTag, octets: [UInt8], fields: HTTPFields
  ) -> HTTPResponse {
    var fields = fields
    fields["ETag"] = entityTag.text
    if let verdict = precondition(of: request, entityTag: entityTag) {
      return HTTPResponse(status: verdict, fields: verdict == .notModified ? short(fields) : [:])
    }
    fields["Accept-Ranges"] = "bytes"
    switch range(of: request, entityTag: entityTag, length: octets.count) {
    case .ignored: return HTTPResponse(status: .ok, fields: fields, body: .octets(octets))
    case .satisfiable(let range):
      fields["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(octets.count)"
      return HTTPResponse(status: .partialContent, fields: fields, body: .slice(octets[range]))
    case .unsatisfiable:
      return HTTPResponse(
        status: .rangeNotSatisfiable, fields: ["Content-Range": "bytes */\(octets.count)"])
    }
  }

  /// The status that a precondition demands instead of the usual answer (RFC 9110 §13.2.2), nil if
  /// the request may go on. There are no modification dates here, so conditions on them are void.
  public static func precondition(of request: HTTPRequest, entityTag: EntityTag) -> HTTPStatus? {
    if let condition = EntityTagCondition(request.fields, "If-Match") {
      guard condition.holds(entityTag.matchesStrongly) else { return .preconditionFailed }
    }
    if let condition = EntityTagCondition(request.fields, "If-None-Match"),
      condition.holds(entityTag.matchesWeakly)
    {
      let isRead = request.method == .get || request.method == .head
      return isRead ? .notModified : .preconditionFailed
    }
    return nil
  }

  /// A range counts for GET only, and with If-Range only if it names this very representation.
  private static func range(
    of request: HTTPRequest, entityTag: EntityTag, length: Int
  ) -> ByteRange {
    guard request.method == .get, let value = request.fields["Range"] else { return .ignored }
    if let condition = request.fields["If-Range"] {
      guard let named = EntityTag(parsing: condition), named.matchesStrongly(entityTag) else {
        return .ignored
      }
    }
    return ByteRange(value, length: length)
  }

  /// The fields a 304 repeats (RFC 9110 §15.4.5).
  private static func short(_ fields: HTTPFields) -> HTTPFields {
    let kept = ["cache-control", "content-location", "etag", "expires", "vary"]
    return HTTPFields(
      fields.lines.filter { line in
        kept.contains { HTTPGrammar.equalIgnoringCase($0, line.name) }
          || line.name.lowercased().hasPrefix("cordon-")
      })
  }
}
