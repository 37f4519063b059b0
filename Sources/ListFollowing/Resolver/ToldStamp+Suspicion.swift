// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Names

extension ToldStamp {
  /// Names that the resolver may have been told besides the list.
  var canaries: [DomainName] {
    [terms, tellingTerms].compactMap { $0?.canary.flatMap { try? DomainName(canonical: $0) } }
  }

  /// Whether a resolver may have other answers for what it holds than terms ask for.
  ///
  /// - Parameter says: its marker, nil when there is none.
  func mayAnswerOtherwise(than terms: ToldTerms, says: String?) -> Bool {
    let isTold = self.terms == terms && (telling == nil || tellingTerms == terms)
    let isMarked = says.map { says in [told, telling].contains { $0.map { says.hasPrefix($0) } ?? false } }
    return answersDiffer || !isTold || isMarked == false
  }
}
