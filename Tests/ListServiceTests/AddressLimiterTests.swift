// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import ListService
import Testing

/// How many addresses are remembered; how often each may ask is asked through the API, in AppealTests and PaceTests.
@Suite struct AddressLimiterTests {
  @Test func `as many addresses are remembered as may be, and one more only with all together`() {
    let now = World.start
    let most = AddressLimiter.rememberedAddresses
    #expect(most == 10_000)
    let limiter = AddressLimiter(perAddress: 1, inAll: most + 4, now: now)
    func address(_ number: Int) -> String { "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)" }
    for number in 1...most where limiter.turn(of: address(number), now: now) != nil {
      Issue.record("\(number) is turned away")
    }
    // The last one that is remembered has had its turn; those that are not have those of all together.
    #expect(limiter.turn(of: address(most), now: now) == 3_600)
    for _ in 1...4 { #expect(limiter.turn(of: address(most + 1), now: now) == nil) }
    #expect(limiter.turn(of: address(most + 2), now: now) != nil)
    // An hour later those are forgotten, and there is room for others to be remembered.
    let later = now.addingTimeInterval(3_600)
    #expect(limiter.turn(of: address(most + 1), now: later) == nil)
    #expect(limiter.turn(of: address(most + 1), now: later) == 3_600)
  }
}
