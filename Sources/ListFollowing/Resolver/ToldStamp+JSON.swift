// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

extension ToldStamp {
  init?(_ value: JSONValue) {
    guard let key = value["key"]?.stringValue else { return nil }
    self.init(
      key: key, told: value["told"]?.stringValue, toldDigest: value["told_sha256"]?.stringValue,
      terms: value["terms"].flatMap(ToldTerms.init),
      telling: value["telling"]?.stringValue, tellingTerms: value["telling_terms"].flatMap(ToldTerms.init),
      answersDiffer: value["answers_differ"]?.boolValue ?? false,
      omitted: value["omitted"]?.integerValue.flatMap(Int.init(exactly:)) ?? 0,
      rejected: value["rejected"].flatMap(FollowState.Rejection.init),
      unhelped: value["unhelped"].flatMap(FollowState.Rejection.init), problem: value["problem"]?.stringValue)
  }

  var json: JSONValue {
    var object: JSONObject = ["key": .string(key)]
    object["told"] = told.map { .string($0) }
    object["told_sha256"] = toldDigest.map { .string($0) }
    object["terms"] = terms?.json
    object["telling"] = telling.map { .string($0) }
    object["telling_terms"] = tellingTerms?.json
    if answersDiffer { object["answers_differ"] = true }
    if omitted > 0 { object["omitted"] = .integer(Int64(omitted)) }
    object["rejected"] = rejected?.json
    object["unhelped"] = unhelped?.json
    object["problem"] = problem.map { .string($0) }
    return .object(object)
  }
}

extension ToldTerms {
  init?(_ value: JSONValue) {
    guard let answer = value["answer"]?.stringValue else { return nil }
    self.init(answer: answer, canary: value["canary"]?.stringValue)
  }

  var json: JSONValue {
    var object: JSONObject = ["answer": .string(answer)]
    object["canary"] = canary.map { .string($0) }
    return .object(object)
  }
}
