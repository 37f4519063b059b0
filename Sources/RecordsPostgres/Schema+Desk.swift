// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Schema {
  // Who looks at what.
  static let claims = """
    CREATE TABLE claim(submission BIGINT PRIMARY KEY REFERENCES submission(number), principal TEXT COLLATE "C" NOT NULL,
      country TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL);
    CREATE INDEX claim_principal ON claim(principal, until);
    """
}
