// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The pass over a reactor's parked requests after something happened. With many, it is spread over a
/// while and goes in random order, so that no peer is always last and others are served in between.
struct Waking {
  /// Up to this many are woken in one go.
  static let atOnce = 256
  /// Woken in a run of the reactor at most.
  static let perRun = 128
  /// Milliseconds over which many are spread: one for so many requests, at most `longest`.
  static let perMillisecond = 40
  static let longest: UInt64 = 400

  /// Requests parked now, kept by their connections.
  var parkedCount = 0
  private var tokens: [UInt64] = []
  private var done = 0
  private var began: UInt64 = 0
  private var isAgain = false

  var isUnderWay: Bool { done < tokens.count || isAgain }

  /// Something happened. During a pass another is put behind it, since the pass may be past a request that it concerns.
  mutating func request() { isAgain = true }

  /// Whether the next pass can begin: the caller then gives it the tokens.
  var wantsTokens: Bool { isAgain && done == tokens.count }

  mutating func begin(_ tokens: [UInt64], now: UInt64) {
    self.tokens = tokens.count > Self.atOnce ? tokens.shuffled() : tokens
    isAgain = false
    done = 0
    began = now
  }

  /// The tokens whose turn has come.
  mutating func due(now: UInt64) -> ArraySlice<UInt64> {
    let total = tokens.count
    guard done < total else { return [] }
    var goal = total
    if total > Self.atOnce {
      let spread = min(Self.longest, UInt64(total / Self.perMillisecond))
      let passed = min(now - began, spread)
      goal = min(Int(UInt64(total) * (passed + 1) / (spread + 1)), done + Self.perRun)
    }
    guard goal > done else { return [] }
    defer {
      done = goal
      if done == total {
        tokens = []
        done = 0
      }
    }
    return tokens[done..<goal]
  }
}
