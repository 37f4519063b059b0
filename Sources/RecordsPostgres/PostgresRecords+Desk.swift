// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest
public import Records

extension PostgresRecords {
  /// Claims an open submission.
  public func claim(
    _ request: ClaimRequest, policy: ReviewPolicy, answering: Answering<ClaimOutcome>?
  ) async throws(RecordsError) -> Recorded<ClaimOutcome> {
    try await mutate(answering, at: request.at) { (connection: Connection) throws(RecordsError) in
      try connection.claim(request, policy: policy)
    }
  }

  /// Gives back a claim.
  public func dropClaim(
    _ id: SubmissionID, act: Act, answering: Answering<SubmissionID>?
  ) async throws(RecordsError) -> Recorded<SubmissionID> {
    try await mutate(answering, at: act.at) { (connection: Connection) throws(RecordsError) in
      try connection.dropClaim(id, act: act)
      return id
    }
  }
}
