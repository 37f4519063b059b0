// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FuzzDriver
private import Names

/// libFuzzer's entry: any text as an address. What is read is canonical and, read again, the same; what is refused has its
/// place in the text; a report is never read as another host than the address alone.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let octets = unsafe FuzzInput(start, count).octets
  for limit in [256, 1_024] where ContentFinding.isCleared(octets.span, encodedTextLimit: limit) {
    let full = ContentFinding.searched(octets.span, encodedTextLimit: limit)
    precondition(full == nil, "the short look clears what the full search finds")
  }
  guard let text = unsafe FuzzInput(start, count).text else { return 0 }
  let plain = read(text) { (text) throws(NameRefusal) in try SubmittedURL(text, rules: rules) }
  let report = read(text) { (text) throws(NameRefusal) in try SubmittedURL(reported: text, rules: rules) }
  if let report { precondition(plain?.host == report.host, "a report of another host") }
  if let plain { check(plain, of: text) }
  // A tab is dropped, and only the full parser does so: it reads what the quick ways take as the same.
  if !text.isEmpty, text.utf8.count < 680 {
    let full = read(text + "\t") { (text) throws(NameRefusal) in try SubmittedURL(text, rules: rules) }
    precondition(full == plain, "another reading by the full parser")
  }
  if let name = try? DomainName(canonical: text) { precondition(name.text == text, "repaired") }
  return 0
}

private let rules = NameRules(allowsReservedNames: true)

private func read(_ text: String, _ parse: (String) throws(NameRefusal) -> SubmittedURL) -> SubmittedURL? {
  do throws(NameRefusal) { return try parse(text) } catch {
    let end = text.unicodeScalars.count + 1
    precondition((1...end).contains(error.column), "\(error) in \(end - 1) code points")
    precondition(!error.detail.isEmpty)
    return nil
  }
}

private func check(_ url: SubmittedURL, of text: String) {
  precondition((try? DomainName(canonical: url.host.text)) == url.host, "a host that is not canonical")
  precondition(url.understood.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "an echo that is not printable")
  let again: SubmittedURL
  do throws(NameRefusal) { again = try SubmittedURL(url.understood, rules: rules) } catch {
    // What is left out or spelled anew (credentials, a host in capitals, what a browser passes over) can have parted, or made longer, what
    // looks like content once it is gone; an echo of the very same text is taken.
    precondition(error.rule == .embeddedContent && url.understood != text, "the echo is refused")
    return
  }
  precondition(again.host == url.host && again.understood == url.understood, "the echo is read as another")
  if let listable = try? ListableName(url, rules: rules) {
    precondition(listable.name.isSubdomain(of: listable.registrable), "registered elsewhere")
    precondition(listable.withoutWWW.isSubdomain(of: listable.registrable), "wider than registered")
  }
}

@main
enum Program {
  static func main() { unsafe fuzz(fuzzNames) }
}
