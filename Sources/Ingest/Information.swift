// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// A submitter's answer to the reviewers who could not decide yet.
public struct Information: Hashable, Sendable {
  /// The most octets of an answer.
  public static let maximumOctets = 1000

  /// On which submission.
  public let submission: SubmissionID
  /// The latest question it answers.
  public let review: ReviewID
  /// Who answers.
  public let principal: PrincipalID
  /// The answer.
  public let text: String
  /// When.
  public let at: Date

  /// An answer of these particulars.
  public init(submission: SubmissionID, review: ReviewID, principal: PrincipalID, text: String, at: Date) {
    self.submission = submission
    self.review = review
    self.principal = principal
    self.text = text
    self.at = at
  }

  /// The latest question of `reviews` that none of `answers` answers.
  public static func openQuestion(_ reviews: [Review], answers: [Information]) -> Review? {
    let answered = answers.map(\.review.number).max() ?? 0
    return reviews.last { $0.decision == .needsInformation && $0.id.number > answered }
  }
}

/// What a submitter asks to be recorded.
public struct InformationRequest: Hashable, Sendable {
  /// On which submission.
  public let submission: SubmissionID
  /// Who.
  public let submitter: Principal
  /// The answer.
  public let text: String
  /// When.
  public let at: Date

  /// A request of these particulars.
  public init(submission: SubmissionID, submitter: Principal, text: String, at: Date) {
    self.submission = submission
    self.submitter = submitter
    self.text = text
    self.at = at
  }

  /// What comes of it.
  public func judged(
    on submission: Submission, reviews: [Review], answers: [Information]
  ) -> Result<Information, DeskRefusal> {
    guard submission.state == .open else { return .failure(.notOpen(submission.state)) }
    guard let question = Information.openQuestion(reviews, answers: answers) else {
      return .failure(.noOpenQuestion)
    }
    return .success(
      Information(
        submission: submission.id, review: question.id, principal: submitter.id, text: text, at: at))
  }
}
