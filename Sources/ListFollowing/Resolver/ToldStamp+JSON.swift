// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

extension ToldStamp {
  init?(_ value: JSONValue) {
    guard let key = value["key"]?.stringValue else { return nil }
    self.init(key: key, told: value["told"]?.stringValue, telling: value["telling"]?.stringValue)
  }

  var json: JSONValue {
    var object: JSONObject = ["key": .string(key)]
    object["told"] = told.map { .string($0) }
    object["telling"] = telling.map { .string($0) }
    return .object(object)
  }
}
