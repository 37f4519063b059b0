// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import HTTPMessages

extension HeadIndex {
  /// The head as plain values. `input` must be the input the index was read from.
  package func request(from input: Span<UInt8>, on connection: ConnectionFacts) -> HTTPRequest {
    var fields: [HTTPField] = []
    fields.reserveCapacity(lines.count)
    for line in lines {
      // Both are UTF-8: names are tokens, values were checked by the reader.
      fields.append(
        HTTPField(name: input.text(line.name) ?? "", value: input.text(line.value) ?? ""))
    }
    return HTTPRequest(
      method: method.method, path: hasEmptyPath ? "/" : input.text(path) ?? "/",
      query: query.flatMap { input.text($0) }, fields: HTTPFields(fields), connection: connection)
  }
}
