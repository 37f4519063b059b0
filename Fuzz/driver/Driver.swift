// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Hands the process to libFuzzer, which calls `entry` with one made-up input after another.
public func fuzz(_ entry: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) -> Never {
  var count = CommandLine.argc
  var words = unsafe Optional(CommandLine.unsafeArgv)
  exit(
    unsafe withUnsafeMutablePointer(to: &words) { words in
      unsafe runDriver(&count, words, entry)
    })
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ entry: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// One made-up input.
public struct FuzzInput: Sendable {
  /// What libFuzzer gave.
  public let octets: [UInt8]

  /// Copies the input, so that reading past its end would trap.
  public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// The input as text, if it is any.
  public var text: String? { String(validating: octets, as: UTF8.self) }
}
