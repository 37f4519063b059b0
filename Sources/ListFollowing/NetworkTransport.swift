// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPFetching
private import HTTPMessages

/// Asks a server over HTTPS, on one connection kept open between requests.
public final class NetworkTransport: Transport {
  private let server: String
  private let fetcher: Fetcher

  /// A way to the server at a base address.
  /// - Throws: `TransportFault.unreachable` when the settings cannot work at all.
  public init(server: String, configuration: FetchConfiguration) throws(TransportFault) {
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    do {
      fetcher = try Fetcher(configuration: configuration)
    } catch {
      throw .unreachable(error.description)
    }
  }

  /// Sends one request over the kept connection.
  public func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    do {
      let response = try fetcher.fetch(
        request.method, server + "/" + request.path, fields: request.fields, body: request.body,
        maximumOctets: request.maximumOctets, resumeFrom: request.resumeFrom,
        abandonedBy: request.abandonedBy,
        bodyFile: request.bodyFile, timeout: request.timeout)
      return TransportAnswer(
        status: response.status.code, fields: response.fields, body: response.body)
    } catch .tooLarge(let limit) {
      throw .tooLarge(limit: limit)
    } catch .unkept(let path, let reason) {
      throw .unkept(FileFault(operation: "write", path: path, reason: reason))
    } catch .unreachable(let detail) {
      throw .unreachable(detail)
    } catch {
      guard fetcher.partialCount > 0, let status = fetcher.partialStatus,
        status == .ok || status == .partialContent
      else {
        throw .unreachable(error.description)
      }
      throw .interrupted(
        reason: error.description, received: fetcher.partialBody,
        isContinuation: status == .partialContent, entityTag: fetcher.partialFields["ETag"])
    }
  }
}
