// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Dispatch
import ListService
import Synchronization
import Testing

/// The log, whose lines are written by a thread of their own.
@Suite struct LineWriterTests {
  /// What was written, and a gate that a reader of the log may shut.
  private final class Sink: Sendable {
    let text = Mutex("")
    let gate = DispatchSemaphore(value: 0)
    let isShut: Bool

    init(isShut: Bool = false) { self.isShut = isShut }

    func take(_ octets: [UInt8]) {
      if isShut { gate.wait() }
      text.withLock { $0 += String(decoding: octets, as: UTF8.self) }
    }
  }

  @Test func `lines are written whole and in order`() {
    let sink = Sink()
    let writer = LineWriter { sink.take($0) }
    for number in 0..<1000 { writer.append("line \(number)") }
    writer.append("two\nat once")
    #expect(writer.finish(within: 10_000))
    let expected = (0..<1000).map { "line \($0)\n" }.joined() + "two\nat once\n"
    #expect(sink.text.withLock { $0 } == expected)
    #expect(writer.lost == 0)
  }

  @Test func `who has a line never waits for a reader that stands still, and what is lost is told`() {
    let sink = Sink(isShut: true)
    let writer = LineWriter(capacity: 10) { sink.take($0) }
    writer.append("four")
    writer.append("four")
    // Ten octets wait: not one more.
    writer.append("")
    writer.append("a\nb")
    #expect(writer.lost == 3)
    #expect(!writer.finish(within: 100))
    // What is being written still counts.
    writer.append("x")
    #expect(writer.lost == 4)
    for _ in 0..<3 { sink.gate.signal() }
    #expect(writer.finish(within: 10_000))
    let text = sink.text.withLock { $0 }
    #expect(text.hasPrefix("four\nfour\ncordond: "))
    // Told in one line or in several, as it was noticed.
    let told = text.split(separator: "\n").compactMap {
      $0.hasPrefix("cordond: ") ? Int($0.split(separator: " ")[1]) : nil
    }
    #expect(told.reduce(0, +) == 4)
    for _ in 0..<3 { sink.gate.signal() }
    writer.append("again")
    #expect(writer.finish(within: 10_000))
    #expect(sink.text.withLock { $0.hasSuffix("again\n") })
  }
}
