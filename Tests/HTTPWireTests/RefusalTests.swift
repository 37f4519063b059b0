// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPWire
import RefusalCorpus
import Testing

struct RefusalTests {
  @Test(arguments: RefusalCorpus.all)
  func `a malformed or ambiguous request is refused by its rule and nothing after it is read`(
    refused: RefusedRequest
  ) {
    let heard = Transcript().hear(refused.octets)
    #expect(heard.refusal == refused.refusal)
    #expect(heard.requests.isEmpty)
  }

  @Test(arguments: RefusalCorpus.all)
  func `a refusal does not depend on how the octets arrive`(refused: RefusedRequest) {
    for step in [1, 2, 7] {
      let heard = Transcript().hear(refused.octets, step: step)
      #expect(heard.refusal == refused.refusal, "in steps of \(step)")
      #expect(heard.requests.isEmpty)
    }
  }

  @Test func `the corpus is large enough to mean something`() {
    #expect(RefusalCorpus.all.count >= 250)
  }

  @Test func `every refusal has a status of the client's or the server's side`() {
    for refusal in RequestRefusal.allCases {
      #expect((400...599).contains(refusal.status.code))
    }
  }
}
