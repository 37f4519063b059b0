// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import Glibc
private import HTTPMessages

/// libFuzzer's entry: any text as the value of each field that is parsed beyond HTTP's own framing, as a path and as a
/// query; its octets as a moment that is written as a date.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFields(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let text = unsafe FuzzInput(start, count).text else { return 0 }
  checkRange(text)
  checkConditions(text)
  checkMedia(text)
  checkWeight(text)
  checkDate(text)
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

/// A weight has at most three decimals and one spelling for each; members of a list hold no comma and no space around them.
private func checkWeight(_ text: String) {
  if let weight = QualityValue(parsing: text) {
    precondition((0...1000).contains(weight.thousandths), "a weight out of bounds")
    precondition(text.utf8.count <= 5, "a weight that is too long")
    let decimals = String(weight.thousandths % 1000)
    let padded = String(repeating: "0", count: 3 - decimals.count) + decimals
    let whole = "\(weight.thousandths / 1000).\(padded)"
    precondition(whole.hasPrefix(text), "a weight is read as another")
    precondition(QualityValue(parsing: whole) == weight, "a weight is written as another")
  }
  for name in ["Accept-Encoding", "accept-encoding"] {
    let fields = HTTPFields([HTTPField(name: name, value: text), HTTPField(name: name, value: "zstd")])
    let members = fields.list("Accept-Encoding")
    precondition(members.last == "zstd", "the second line is lost")
    precondition(
      members.allSatisfy { member in
        !member.isEmpty && !member.utf8.contains(0x2C)
          && ![0x20, 0x09].contains(member.utf8.first) && ![0x20, 0x09].contains(member.utf8.last)
      }, "a member that is two, or none")
    for member in members {
      precondition((0...1000).contains(MediaRange(member).quality.thousandths), "a weight out of bounds")
    }
  }
}

/// A date has 29 octets, and says the second that it was made of.
private func checkDate(_ text: String) {
  var seconds: Int64 = 0
  for octet in text.utf8.prefix(8) { seconds = seconds << 8 | Int64(octet) }
  seconds = Int64(UInt64(bitPattern: seconds) % 253_402_300_800)
  let date = HTTPDate.format(secondsSince1970: seconds)
  precondition(date.utf8.count == 29 && date.hasSuffix(" GMT"), "a date of another form")
  let parts = date.split { " ,:".contains($0) }.map(String.init)
  precondition(parts.count == 8, "a date of other parts")
  let numbers = [1, 3, 4, 5, 6].compactMap { Int32(parts[$0]) }
  guard numbers.count == 5, let month = months.firstIndex(of: parts[2]) else {
    preconditionFailure("a date that is none")
  }
  var time = unsafe tm()
  unsafe time.tm_mday = numbers[0]
  unsafe time.tm_mon = Int32(month)
  unsafe time.tm_year = numbers[1] - 1900
  unsafe time.tm_hour = numbers[2]
  unsafe time.tm_min = numbers[3]
  unsafe time.tm_sec = numbers[4]
  precondition(unsafe timegm(&time) == Int(seconds), "a date of another second")
  precondition(unsafe days[Int(time.tm_wday)] == parts[0], "a date of another day of the week")
}

private let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

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
