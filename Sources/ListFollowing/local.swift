// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Names a failing file operation as the follower's own failure.
func local<Result>(_ body: () throws(FileFault) -> Result) throws(FollowFailure) -> Result {
  do {
    return try body()
  } catch {
    throw .local(error)
  }
}
