// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// What a server answered, whatever the status.
public struct FetchedResponse: Hashable, Sendable {
  /// The final status; redirects are not followed.
  public let status: HTTPStatus
  /// The fields of the final response.
  public let fields: HTTPFields
  /// The whole body, after transfer coding, at most as long as allowed.
  public let body: [UInt8]
}
