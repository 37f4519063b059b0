// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import HTTPMessages

/// libFuzzer's entry: any text as the value of each field that is parsed beyond HTTP's own framing, as a path and as a query.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFields(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let text = unsafe FuzzInput(start, count).text else { return 0 }
  checkRange(text)
  checkConditions(text)
  checkMedia(text)
  checkTarget(text)
  return 0
}

private let facts = ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true)
private let content: [UInt8] = Array(0..<100)

private func answer(_ fields: HTTPFields, _ method: HTTPMethod = .get) -> HTTPResponse {
  guard let tag = EntityTag("abc") else { preconditionFailure("the tag is well-formed") }
  let request = HTTPRequest(method: method, path: "/", fields: fields, connection: facts)
  return ConditionalRequest.response(to: request, entityTag: tag, octets: content, fields: [:])
}

/// A part is a part of the whole, and is described as the part it is.
private func checkRange(_ text: String) {
  for fields in [["Range": text], ["Range": "bytes=\(text)"], ["Range": "bytes=0-1", "If-Range": text]]
    as [HTTPFields]
  {
    let response = answer(fields)
    switch response.status {
    case .ok: precondition(response.body.octets == content, "a part sent as the whole")
    case .partialContent:
      guard case .slice(let part) = response.body else { preconditionFailure("a part that is none") }
      precondition(!part.isEmpty, "an empty part")
      let described = "bytes \(part.startIndex)-\(part.endIndex - 1)/100"
      precondition(response.fields["Content-Range"] == described, "a part described as another")
    case .rangeNotSatisfiable:
      precondition(response.fields["Content-Range"] == "bytes */100", "the length is not told")
      precondition(!fields.contains("If-Range"), "a good range refused")
    default: preconditionFailure("\(response.status) for a range")
    }
    precondition(answer(fields, .head).status == .ok, "a range of a HEAD")
  }
}

private func checkConditions(_ text: String) {
  let noneMatch = answer(["If-None-Match": text]).status
  let match = answer(["If-Match": text]).status
  precondition(noneMatch == .ok || noneMatch == .notModified, "\(noneMatch) for If-None-Match")
  precondition(match == .ok || match == .preconditionFailed, "\(match) for If-Match")
  // Strong equality implies weak equality.
  precondition(match == .preconditionFailed || noneMatch == .notModified, "the two conditions disagree")
  if let tag = EntityTag(parsing: text) {
    precondition(EntityTag(parsing: tag.text) == tag, "a tag is written as another")
  }
}

private func checkMedia(_ text: String) {
  let ranges = HTTPFields([HTTPField(name: "Accept", value: text)]).list("Accept").map { MediaRange($0) }
  for type in ["text/plain", "application/json"] {
    let quality = MediaRange.quality(of: type, in: ranges)
    precondition((0...1000).contains(quality.thousandths), "a weight out of bounds")
  }
}

/// What is decoded holds no control and no hidden slash.
private func checkTarget(_ text: String) {
  let request = HTTPRequest(method: .get, path: "/" + text, query: text, connection: facts)
  for segment in (try? request.pathSegments) ?? [] {
    precondition(!segment.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0x2F }, "a segment of two")
  }
  for item in (try? request.queryItems) ?? [] {
    precondition(
      !(item.name + item.value).utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a control in a parameter")
  }
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzFields) }
}
