// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// One libcurl handle: requests one after another, over a connection kept open between them.
///
/// Calls block; use one fetcher per thread of work.
public final class Fetcher {
  /// How it connects.
  public let configuration: FetchConfiguration

  /// A fetcher without a connection yet.
  ///
  /// - Throws: `failed` if libcurl cannot be initialised.
  public init(configuration: FetchConfiguration) throws(FetchError) {
    self.configuration = configuration
  }

  /// Sends one request and waits for the whole answer.
  ///
  /// - Parameters:
  ///   - maximumOctets: the longest body accepted; the transfer is cut as soon as it is exceeded.
  ///   - resumeFrom: octets already held: asks for the rest by `Range`. A 206 holds the rest, a 200 the whole.
  /// - Throws: any case of `FetchError`. A status of 400 or more is an answer, not an error.
  public func fetch(
    _ method: HTTPMethod = .get, _ url: String, fields: HTTPFields = [:], body: [UInt8]? = nil,
    maximumOctets: Int, resumeFrom: Int? = nil
  ) throws(FetchError) -> FetchedResponse {
    throw .invalidURL
  }
}
