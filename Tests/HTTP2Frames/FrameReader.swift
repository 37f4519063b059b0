// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import CNGHTTP2

/// Frames that a server sent, read as they come.
@safe package final class FrameReader {
  package struct Answer: Hashable {
    package var fields: [String: String] = [:]
    package var octets: [UInt8] = []
    package var isWhole = false
    package var status: Int { Int(fields[":status"] ?? "") ?? 0 }
  }

  package private(set) var answers: [UInt32: Answer] = [:]
  /// Interim answers.
  package private(set) var interim: [UInt32: Int] = [:]
  /// RST_STREAM: code by stream.
  package private(set) var resets: [UInt32: UInt32] = [:]
  /// Every GOAWAY: last stream and code.
  package private(set) var goAways: [(last: UInt32, code: UInt32)] = []
  package private(set) var settings: [UInt16: UInt32] = [:]
  package private(set) var acknowledgements = 0
  package private(set) var pingAnswers = 0
  package private(set) var windowOpened: [UInt32: Int] = [:]
  /// Whether anything was not a frame of a known type and right length.
  package private(set) var isBroken = false

  private var held: [UInt8] = []
  private let inflater: OpaquePointer?

  package init() {
    var made: OpaquePointer?
    unsafe nghttp2_hd_inflate_new(&made)
    unsafe inflater = made
  }

  deinit { unsafe nghttp2_hd_inflate_del(inflater) }

  package func take(_ octets: [UInt8]) {
    held += octets
    while held.count >= 9 {
      let length = Int(held[0]) << 16 | Int(held[1]) << 8 | Int(held[2])
      guard held.count >= 9 + length else { return }
      let stream = Self.number(held[5..<9]) & 0x7FFF_FFFF
      frameCame(held[3], held[4], stream, Array(held[9..<9 + length]))
      held.removeFirst(9 + length)
    }
  }

  private func frameCame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) {
    switch type {
    case Frames.headers:
      if flags & Frames.endHeaders == 0 { isBroken = true }
      let fields = inflate(payload)
      if let status = Int(fields[":status"] ?? ""), status < 200 {
        interim[stream] = status
      } else {
        answers[stream, default: Answer()].fields = fields
        if flags & Frames.endStream != 0 { answers[stream]?.isWhole = true }
      }
    case Frames.data:
      answers[stream, default: Answer()].octets += payload
      if flags & Frames.endStream != 0 { answers[stream]?.isWhole = true }
    case Frames.resetStream: resets[stream] = Self.number(payload[0..<4])
    case Frames.settings where flags & Frames.ack != 0: acknowledgements += 1
    case Frames.settings:
      for start in stride(from: 0, to: payload.count, by: 6) {
        settings[UInt16(payload[start]) << 8 | UInt16(payload[start + 1])] = Self.number(
          payload[start + 2..<start + 6])
      }
    case Frames.ping: if flags & Frames.ack != 0 { pingAnswers += 1 }
    case Frames.goAway:
      goAways.append((Self.number(payload[0..<4]) & 0x7FFF_FFFF, Self.number(payload[4..<8])))
    case Frames.windowUpdate: windowOpened[stream, default: 0] += Int(Self.number(payload[0..<4]))
    default: isBroken = true
    }
  }

  private static func number(_ octets: ArraySlice<UInt8>) -> UInt32 {
    octets.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private func inflate(_ block: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    var rest = block[...]
    while true {
      var line = unsafe nghttp2_nv()
      var flags: Int32 = 0
      let count = unsafe rest.withUnsafeBufferPointer {
        unsafe nghttp2_hd_inflate_hd2(inflater, &line, &flags, $0.baseAddress, $0.count, 1)
      }
      guard count >= 0 else {
        isBroken = true
        return fields
      }
      rest = rest.dropFirst(count)
      if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
        let name = unsafe String(
          decoding: UnsafeBufferPointer(start: line.name, count: line.namelen), as: UTF8.self)
        unsafe fields[name] = String(
          decoding: UnsafeBufferPointer(start: line.value, count: line.valuelen), as: UTF8.self)
      }
      if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
        unsafe nghttp2_hd_inflate_end_headers(inflater)
        return fields
      }
    }
  }
}
