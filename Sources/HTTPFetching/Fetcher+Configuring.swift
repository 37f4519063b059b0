// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Fetcher {
  /// Sets everything that does not depend on the request but for its URL.
  func configure(url: String) throws(FetchError) {
    try handle.set(.url, try accepted(url))
    try handle.set(.protocols, configuration.allowsPlainHTTP ? "http,https" : "https")
    try handle.set(.refuseNamesInURL, true)
    try handle.set(.pathAsIs, true)
    try handle.set(.followRedirects, false)
    try handle.set(.version, CurlOption.http11)
    try handle.set(.userAgent, configuration.userAgent)
    try handle.set(.keepAlive, true)
    try handle.set(.noSignal, true)
    try configureProxy()
    try configureTLS()
  }

  private func accepted(_ url: String) throws(FetchError) -> String {
    let isSecure = url.lowercased().hasPrefix("https://")
    let isPlain = url.lowercased().hasPrefix("http://") && configuration.allowsPlainHTTP
    guard isSecure || isPlain, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .invalidURL }
    return url
  }

  /// An empty proxy and an empty exception list keep libcurl from asking the environment.
  private func configureProxy() throws(FetchError) {
    try handle.set(.proxy, configuration.proxy ?? "")
    try handle.set(.noProxy, "")
    try handle.set(.suppressConnectFields, true)
  }

  private func configureTLS() throws(FetchError) {
    try handle.set(.minimumTLS, CurlOption.tls12)
    if let file = configuration.certificateAuthorityFile {
      try handle.set(.authorityFile, file)
      // Without this the system's folder of authorities would be trusted too.
      try handle.set(.authorityFolder, nil)
    }
    if let file = configuration.clientCertificateFile {
      try handle.set(.certificateFile, file)
      try handle.set(.keyFile, configuration.clientKeyFile ?? file)
    }
  }

  /// - Parameter timeout: see `fetch`.
  func configureTimes(atMost timeout: Duration?) throws(FetchError) {
    try handle.set(.connectTimeoutMilliseconds, configuration.connectTimeout.milliseconds)
    if let total = [configuration.totalTimeout, timeout].compactMap({ $0 }).min() {
      try handle.set(.timeoutMilliseconds, total.milliseconds)
    }
    guard configuration.lowSpeedLimit > 0 else { return }
    try handle.set(.lowSpeedLimit, configuration.lowSpeedLimit)
    try handle.set(.lowSpeedSeconds, max(1, configuration.lowSpeedTime.milliseconds / 1000))
  }
}

extension Duration {
  /// Whole milliseconds, at least one: libcurl takes none for "no limit".
  fileprivate var milliseconds: Int {
    let (seconds, attoseconds) = components
    return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}
