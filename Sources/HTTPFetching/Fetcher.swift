// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// One libcurl handle: requests one after another, over a connection kept open between them.
///
/// Calls block; use one fetcher per thread of work.
public final class Fetcher {
  /// How it connects.
  public let configuration: FetchConfiguration
  /// What had arrived of the last body when its transfer failed; empty after a whole response. Resume from its length.
  public private(set) var partialBody: [UInt8] = []
  /// How many octets had arrived, in `partialBody` or in the file that the body was put in.
  public private(set) var partialCount = 0
  /// The status that `partialBody` came with: 206 when it continues what was held, 200 when it starts anew.
  public private(set) var partialStatus: HTTPStatus?
  /// The fields that `partialBody` came with.
  public private(set) var partialFields = HTTPFields()
  /// How many connections the last request had to open: 0 when it went over a kept one.
  public private(set) var connectionsMade = 0
  let handle: CurlHandle

  /// A fetcher without a connection yet.
  ///
  /// - Throws: `failed` if libcurl cannot be initialised.
  public init(configuration: FetchConfiguration) throws(FetchError) {
    self.configuration = configuration
    handle = try CurlHandle()
  }

  /// Sends one request and waits for the whole answer.
  ///
  /// - Parameters:
  ///   - maximumOctets: the longest body accepted; the transfer is cut as soon as it is exceeded.
  ///   - bodyFile: where the body of a 200 or a 206 is put, in place of the response; made anew.
  ///   - abandonedBy: a file; once there is one by that name, the transfer is given up within about a second.
  ///   - timeout: the longest that the whole exchange may take, if that is less than the configuration's.
  ///   - resumeFrom: octets already held: asks for the rest by `Range`. A 206 holds the rest, a 200 the whole.
  /// - Throws: any case of `FetchError`. A status of 400 or more is an answer, not an error.
  public func fetch(
    _ method: HTTPMethod = .get, _ url: String, fields: HTTPFields = [:], body: [UInt8]? = nil,
    maximumOctets: Int, resumeFrom: Int? = nil, abandonedBy: String? = nil,
    bodyFile: String? = nil, timeout: Duration? = nil
  ) throws(FetchError) -> FetchedResponse {
    partialBody = []
    partialCount = 0
    partialStatus = nil
    partialFields = HTTPFields()
    connectionsMade = 0
    handle.reset()
    try configure(url: url)
    try configureTimes(atMost: timeout)
    try set(method, body)
    if method != .head { try handle.setMaximumOctets(max(1, maximumOctets)) }
    if let resumeFrom { try handle.set(.range, "\(resumeFrom)-") }
    let lines = try requestLines(fields, hasBody: body != nil)
    let transfer = Transfer(maximumOctets: maximumOctets, abandonedBy: abandonedBy, bodyFile: bodyFile)
    let outcome = try handle.perform(lines, into: transfer)
    connectionsMade = outcome.connectionsMade
    guard outcome.code == 0, let status = HTTPStatus(outcome.status) else {
      partialBody = transfer.body
      partialCount = transfer.count
      partialStatus = HTTPStatus(outcome.status)
      partialFields = transfer.fields
      throw transfer.refusal ?? FetchError(outcome, received: transfer.count, limit: maximumOctets)
    }
    let response = FetchedResponse(status: status, fields: transfer.fields, body: transfer.body)
    if let resumeFrom { try response.checkRange(startsAt: resumeFrom) }
    return response
  }

  private func set(_ method: HTTPMethod, _ body: [UInt8]?) throws(FetchError) {
    if method == .head { return try handle.set(.noBody, true) }
    if let body {
      try handle.set(.post, true)
      try handle.setBody(body)
    } else if method == .post || method == .put || method == .patch {
      try handle.set(.post, true)
      try handle.setBody([])
    }
    if method != .get || body != nil { try handle.set(.customMethod, method.name) }
  }

  /// The field lines to send. A name followed by a bare colon tells libcurl not to add a field of its own.
  private func requestLines(_ fields: HTTPFields, hasBody: Bool) throws(FetchError) -> [String] {
    var all = fields
    if let token = configuration.bearerToken { all["Authorization"] = "Bearer \(token)" }
    for field in all.lines where !field.isWellFormed { throw .invalidField(name: field.name) }
    var lines = all.lines.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    for name in ["Expect", "Content-Type", "Accept"] where !all.contains(name) { lines.append("\(name):") }
    return lines
  }
}

extension FetchedResponse {
  /// Whether a partial answer is the part that was asked for (RFC 9110 §14.4).
  fileprivate func checkRange(startsAt start: Int) throws(FetchError) {
    guard status == .partialContent else { return }
    guard fields["Content-Range"]?.hasPrefix("bytes \(start)-") == true else { throw .rangeMismatch }
  }
}
