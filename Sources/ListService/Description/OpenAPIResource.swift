// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// The description of the service, made once from the route table.
enum OpenAPIResource {
  static func route(describing document: [UInt8]) -> Route {
    Route(
      method: .get, pattern: PathPattern("/openapi.json"), operation: "description",
      summary: "This description (OpenAPI 3.1)", access: .anyone,
      answers: [.init(status: .ok, schema: "Description", meaning: "the document")],
      work: Route.ready { (_) throws(Problem) in
        Answers.shared(document, type: "application/json", cacheControl: "public, max-age=3600")
      })
  }
}
