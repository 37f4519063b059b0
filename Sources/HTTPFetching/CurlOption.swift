// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import CCurl

/// The options of libcurl that a fetcher uses.
enum CurlOption {
  case url, protocols, userAgent, customMethod, range
  case proxy, noProxy
  case authorityFile, authorityFolder, certificateFile, keyFile, minimumTLS
  case connectTimeoutMilliseconds, timeoutMilliseconds, lowSpeedLimit, lowSpeedSeconds
  case noSignal, noBody, post, followRedirects, pathAsIs, keepAlive, version
  case suppressConnectFields, refuseNamesInURL

  /// libcurl's number for it.
  var code: CURLoption {
    switch self {
    case .url: CURLOPT_URL
    case .protocols: CURLOPT_PROTOCOLS_STR
    case .userAgent: CURLOPT_USERAGENT
    case .customMethod: CURLOPT_CUSTOMREQUEST
    case .range: CURLOPT_RANGE
    case .proxy: CURLOPT_PROXY
    case .noProxy: CURLOPT_NOPROXY
    case .authorityFile: CURLOPT_CAINFO
    case .authorityFolder: CURLOPT_CAPATH
    case .certificateFile: CURLOPT_SSLCERT
    case .keyFile: CURLOPT_SSLKEY
    case .minimumTLS: CURLOPT_SSLVERSION
    case .connectTimeoutMilliseconds: CURLOPT_CONNECTTIMEOUT_MS
    case .timeoutMilliseconds: CURLOPT_TIMEOUT_MS
    case .lowSpeedLimit: CURLOPT_LOW_SPEED_LIMIT
    case .lowSpeedSeconds: CURLOPT_LOW_SPEED_TIME
    case .noSignal: CURLOPT_NOSIGNAL
    case .noBody: CURLOPT_NOBODY
    case .post: CURLOPT_POST
    case .followRedirects: CURLOPT_FOLLOWLOCATION
    case .pathAsIs: CURLOPT_PATH_AS_IS
    case .keepAlive: CURLOPT_TCP_KEEPALIVE
    case .version: CURLOPT_HTTP_VERSION
    case .suppressConnectFields: CURLOPT_SUPPRESS_CONNECT_HEADERS
    case .refuseNamesInURL: CURLOPT_DISALLOW_USERNAME_IN_URL
    }
  }

  static let tls12 = Int(CURL_SSLVERSION_TLSv1_2)
  static let http11 = Int(CURL_HTTP_VERSION_1_1)
}
