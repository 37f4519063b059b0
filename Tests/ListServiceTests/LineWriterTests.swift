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
    /// Octets that still fit.
    let room: Mutex<Int>

    init(isShut: Bool = false, room: Int = .max) {
      self.isShut = isShut
      self.room = Mutex(room)
    }

    func take(_ octets: [UInt8]) -> Int {
      if isShut { gate.wait() }
      let taken = room.withLock { room in
        let taken = octets.prefix(room)
        if room < .max { room -= taken.count }
        return taken
      }
      text.withLock { $0 += String(decoding: taken, as: UTF8.self) }
      return taken.count
    }
  }

  @Test func `lines are written whole and in order`() {
    let sink = Sink()
    let writer = LineWriter { sink.take($0) }
    for number in 0..<1000 { writer.append("line \(number)") }
    writer.append("two\nat once")
    writer.append("never", times: 0)
    writer.append("thrice ü", times: 3)
    #expect(writer.finish(within: 10_000))
    let expected =
      (0..<1000).map { "line \($0)\n" }.joined() + "two\nat once\n"
      + String(repeating: "thrice ü\n", count: 3)
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
    writer.append("", times: 2)
    #expect(writer.lost == 5)
    #expect(!writer.finish(within: 100))
    // What is being written still counts.
    writer.append("x")
    #expect(writer.lost == 6)
    for _ in 0..<3 { sink.gate.signal() }
    #expect(writer.finish(within: 10_000))
    let text = sink.text.withLock { $0 }
    #expect(text.contains("four\nfour\n"))
    // Told in one line or in several, as it was noticed.
    let told = text.split(separator: "\n").compactMap {
      $0.hasPrefix("cordond: ") ? Int($0.split(separator: " ")[1]) : nil
    }
    #expect(told.reduce(0, +) == 6)
    for _ in 0..<3 { sink.gate.signal() }
    writer.append("again")
    #expect(writer.finish(within: 10_000))
    #expect(sink.text.withLock { $0.hasSuffix("again\n") })
  }

  @Test(arguments: [(10, "line one\nl"), (9, "line one\n"), (0, "")])
  func `what does not fit any more is lost and told once there is room, and lines stay apart`(
    room: Int, kept: String
  ) {
    let sink = Sink(room: room)
    let writer = LineWriter { sink.take($0) }
    writer.append("line one\nline two")
    #expect(writer.finish(within: 10_000))
    #expect(sink.text.withLock { $0 } == kept)
    let lost = room == 0 ? 2 : 1
    #expect(writer.lost == lost)
    // What tells of it does not fit either, and is no line that was lost.
    writer.append("line three")
    #expect(writer.finish(within: 10_000))
    #expect(writer.lost == lost + 1)
    sink.room.withLock { $0 = .max }
    writer.append("line four")
    #expect(writer.finish(within: 10_000))
    #expect(writer.lost == lost + 1)
    let text = sink.text.withLock { $0 }
    let notice = "cordond: \(lost + 1) lines of the log were lost: they could not be written\nline four\n"
    #expect(text == kept + (room == 10 ? "\n" : "") + notice)
    writer.append("line five")
    #expect(writer.finish(within: 10_000))
    #expect(sink.text.withLock { $0 } == text + "line five\n")
  }
}
