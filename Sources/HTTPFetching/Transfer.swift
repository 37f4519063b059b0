// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc
internal import HTTPMessages

/// What has arrived of one response, within its limits.
final class Transfer {
  /// The longest header section taken, in octets.
  static let maximumFieldOctets = 64 << 10

  private let maximumOctets: Int
  private let abandonedBy: String?
  private let bodyFile: BodyFile?
  private var isForFile = false
  private var fieldOctets = 0
  private(set) var fields = HTTPFields()
  private(set) var body: [UInt8] = []
  /// How many octets of the body have arrived, wherever they were put.
  private(set) var count = 0
  /// Why a sink cut the transfer, if it did.
  private(set) var refusal: FetchError?

  init(maximumOctets: Int, abandonedBy: String? = nil, bodyFile: String? = nil) {
    self.maximumOctets = maximumOctets
    self.abandonedBy = abandonedBy
    self.bodyFile = bodyFile.map { BodyFile($0) }
  }

  /// libcurl's progress report, about once a second while nothing comes: anything but 0 ends the transfer.
  static let watch: @convention(c) (UnsafeMutableRawPointer?, Int, Int, Int, Int) -> Int32 = {
    context, _, _, _, _ in
    guard let context = unsafe context else { return 0 }
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    guard let path = transfer.abandonedBy else { return 0 }
    return unsafe access(path, F_OK) == 0 ? 1 : 0
  }

  /// libcurl's header sink: one line a call, line end included.
  static let takeField:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
      unsafe Transfer.deliver($0, $1 * $2, $3) { transfer, octets in unsafe transfer.takeFieldLine(octets) }
    }

  /// libcurl's body sink.
  static let takeBody:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
      unsafe Transfer.deliver($0, $1 * $2, $3) { transfer, octets in unsafe transfer.takeBodyPart(octets) }
    }

  /// Hands libcurl's octets to the transfer named by `context`; anything but `count` makes libcurl stop.
  private static func deliver(
    _ octets: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ take: (Transfer, UnsafeRawBufferPointer) -> Bool
  ) -> Int {
    guard let context = unsafe context else { return 0 }
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let buffer = unsafe UnsafeRawBufferPointer(start: octets, count: count)
    return unsafe take(transfer, buffer) ? count : -1
  }

  private func takeBodyPart(_ octets: UnsafeRawBufferPointer) -> Bool {
    guard count + octets.count <= maximumOctets else {
      refusal = .tooLarge(limit: maximumOctets)
      return false
    }
    count += octets.count
    guard let bodyFile, isForFile else {
      unsafe body.append(contentsOf: octets)
      return true
    }
    guard let reason = unsafe bodyFile.append(octets) else { return true }
    refusal = .unkept(path: bodyFile.path, reason: reason)
    return false
  }

  private func takeFieldLine(_ octets: UnsafeRawBufferPointer) -> Bool {
    fieldOctets += octets.count
    guard fieldOctets <= Self.maximumFieldOctets else {
      refusal = .malformedResponse(detail: "fields over \(Self.maximumFieldOctets) octets")
      return false
    }
    let line = unsafe String(decoding: octets, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // A new response: an interim one before it has been superseded.
      fields = HTTPFields()
      let status = line.split(separator: " ", maxSplits: 2).dropFirst().first
      isForFile = bodyFile != nil && (status == "200" || status == "206")
    } else if let field = Self.field(line) {
      fields.append(field.name, field.value)
    }
    return true
  }

  private static func field(_ line: String) -> HTTPField? {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let value = line.utf8[line.utf8.index(after: colon)...]
    let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
    guard let first = value.firstIndex(where: { !isBlank($0) }),
      let last = value.lastIndex(where: { !isBlank($0) })
    else { return HTTPField(name: String(line[..<colon]), value: "") }
    return HTTPField(name: String(line[..<colon]), value: String(line[first...last]))
  }
}
