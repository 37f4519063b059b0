// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import HTTPMessages
internal import HTTPServing
internal import StrictJSON

/// The OpenAPI 3.1 document of a route table: every path, parameter, answer and problem, and nothing besides.
struct OpenAPIDocument: Sendable {
  let json: JSONValue

  init(_ routes: [Route]) {
    var paths = JSONObject()
    for route in routes {
      let path = route.pattern.template.replacing("...}", with: "}")
      var item = paths[path]?.objectValue ?? JSONObject()
      item[route.method.name.lowercased()] = .object(Self.operation(route))
      paths[path] = .object(item)
    }
    json = [
      "openapi": "3.1.0",
      "info": [
        "title": "Cordon", "version": "1", "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
        "description":
          "Distributes a signed blocklist. Errors are problem details (RFC 9457); see /problems.",
      ],
      "security": [["token": []], ["certificate": []]],
      "paths": .object(paths),
      "components": [
        "securitySchemes": [
          "token": ["type": "http", "scheme": "bearer"], "certificate": ["type": "mutualTLS"],
        ],
        "schemas": .object(Schemas.all),
        "responses": .object(Self.engineResponses),
      ],
    ]
  }

  private static func operation(_ route: Route) -> JSONObject {
    var operation: JSONObject = [
      "operationId": .string(route.operation), "summary": .string(route.summary),
      "responses": .object(responses(route)),
    ]
    let parameters = parameters(route)
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    switch route.access {
    case .anyone: operation["security"] = []
    case .signedIn: operation["x-roles"] = ["any"]
    case .roles(let roles): operation["x-roles"] = .array(roles.map { .string($0.rawValue) })
    case .loopbackOr(let role): operation["x-roles"] = [.string(role.rawValue), "loopback"]
    }
    if let content = route.content {
      operation["requestBody"] = [
        "required": .bool(content.isRequired),
        "content": .object(JSONObject(content.types.map { ($0, media($0, content.schema)) })),
      ]
    }
    return operation
  }

  private static func parameters(_ route: Route) -> [JSONValue] {
    var parameters: [JSONValue] = route.pattern.parameters.map {
      ["name": .string($0), "in": "path", "required": true, "schema": ["type": "string"]]
    }
    parameters += route.query.map {
      [
        "name": .string($0.name), "in": "query", "required": .bool($0.isRequired),
        "description": .string($0.meaning),
        "schema": $0.form.schema,
      ]
    }
    if route.takesIdempotencyKey {
      parameters.append([
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "the same key and request give the same answer; another request is refused",
        "schema": ["type": "string", "minLength": 1, "maxLength": 255],
      ])
    }
    return parameters
  }

  private static func responses(_ route: Route) -> JSONObject {
    var responses = JSONObject()
    for answer in route.answers {
      var response: JSONObject = ["description": .string(answer.meaning)]
      if !answer.types.isEmpty {
        response["content"] = .object(JSONObject(answer.types.map { ($0, media($0, answer.schema)) }))
      }
      responses[String(answer.status.code)] = .object(response)
    }
    for (status, kinds) in Dictionary(grouping: route.everyProblem, by: \.description.status.code)
      .sorted(by: { $0.key < $1.key })
    {
      if !Self.serviceStatuses.contains(status) {
        responses[String(status)] = ["$ref": .string("#/components/responses/\(status)")]
        continue
      }
      let names = kinds.map(\.rawValue).sorted()
      // A page may say the same in words.
      var response =
        responses[String(status)]?.objectValue ?? ["description": .string(names.joined(separator: ", "))]
      var content = response["content"]?.objectValue ?? [:]
      content["application/problem+json"] = ["schema": ["$ref": "#/components/schemas/Problem"]]
      response["content"] = .object(content)
      response["x-problem-types"] = .array(names.map { .string("/problems/" + $0) })
      responses[String(status)] = .object(response)
    }
    return responses
  }

  /// What has a status that no route answers: told once for all of them.
  private static var engineResponses: JSONObject {
    var responses = JSONObject()
    for problem in EngineProblem.allCases where !serviceStatuses.contains(problem.status.code) {
      responses[String(problem.status.code)] = [
        "description": .string(problem.title),
        "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
        "x-problem-types": [.string("/problems/" + problem.rawValue)],
      ]
    }
    return responses
  }

  /// Statuses of problems that the service finds itself.
  private static let serviceStatuses = Set(
    ProblemKind.allCases.filter { $0 == .internalError || EngineProblem(rawValue: $0.rawValue) == nil }
      .map(\.description.status.code))

  private static func media(_ type: String, _ schema: String?) -> JSONValue {
    guard type.hasSuffix("json") else { return ["schema": ["type": "string"]] }
    guard let schema else { return ["schema": [:]] }
    return ["schema": ["$ref": .string("#/components/schemas/" + schema)]]
  }
}

extension Route {
  /// Every problem that can be answered here: its own, and those that the engine and the router find.
  var everyProblem: [ProblemKind] {
    var kinds = Set(problems)
    kinds.formUnion(EngineProblem.allCases.compactMap { ProblemKind(rawValue: $0.rawValue) })
    kinds.formUnion([.unknownParameter, .invalidPath, .methodNotAllowed])
    if !query.isEmpty { kinds.formUnion([.duplicateParameter, .invalidParameter]) }
    if query.contains(where: \.isRequired) { kinds.insert(.missingParameter) }
    if negotiates, !produces.isEmpty { kinds.insert(.notAcceptable) }
    if content != nil {
      kinds.formUnion([.unsupportedMediaType, .malformedBody, .invalidField, .unknownField])
    }
    if isMutating { kinds.formUnion([.malformedBody, .invalidField]) }
    if isPaced { kinds.insert(.rateLimited) }
    if takesIdempotencyKey { kinds.insert(.idempotencyKeyReused) }
    switch access {
    case .anyone: return Array(kinds)
    case .signedIn: break
    case .roles, .loopbackOr: kinds.insert(.roleRequired)
    }
    kinds.formUnion([
      .credentialRequired, .credentialInvalid, .credentialExpired, .storeUnavailable, .internalError,
    ])
    return Array(kinds)
  }
}

extension QueryParameter.Form {
  /// As JSON Schema.
  var schema: JSONValue {
    switch self {
    case .integer(let range):
      ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    case .flag: ["type": "boolean"]
    case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
    case .text(let maximum): ["type": "string", "minLength": 1, "maxLength": .integer(Int64(maximum))]
    }
  }
}
