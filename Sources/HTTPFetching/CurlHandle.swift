// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CCurl

/// Owns one libcurl easy handle; its options are typed and checked, its memory ends with it.
@safe final class CurlHandle {
  /// libcurl may be set up once a process, before any handle.
  private static let isReady: Bool = cordon_curl_global_init() == CURLE_OK

  private let handle: UnsafeMutableRawPointer
  /// Where libcurl leaves its sentence about the last failure.
  private let errorText: UnsafeMutablePointer<CChar>

  init() throws(FetchError) {
    guard Self.isReady, let made = unsafe curl_easy_init() else {
      throw .failed(code: Int(CURLE_FAILED_INIT.rawValue), detail: "libcurl cannot be initialised")
    }
    unsafe handle = made
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe errorText.deallocate()
  }

  /// Forgets every option; connections, sessions and resolved names stay.
  func reset() {
    unsafe curl_easy_reset(handle)
    unsafe errorText.pointee = 0
    unsafe _ = cordon_curl_set_error_text(handle, errorText)
  }

  func set(_ option: CurlOption, _ value: Int) throws(FetchError) {
    try check(unsafe cordon_curl_set_number(handle, option.code, value))
  }

  /// Sets a text option; libcurl copies it. Nil restores "none".
  func set(_ option: CurlOption, _ value: String?) throws(FetchError) {
    let code =
      if let value {
        unsafe value.withCString { unsafe cordon_curl_set_text(handle, option.code, $0) }
      } else {
        unsafe cordon_curl_set_text(handle, option.code, nil)
      }
    try check(code)
  }

  func set(_ option: CurlOption, _ value: Bool) throws(FetchError) { try set(option, value ? 1 : 0) }

  /// Sets the longest body to begin with, by its `Content-Length`.
  func setMaximumOctets(_ count: Int) throws(FetchError) {
    try check(unsafe cordon_curl_set_size(handle, CURLOPT_MAXFILESIZE_LARGE, Int(count)))
  }

  /// Sets the request's body; libcurl copies it.
  func setBody(_ body: [UInt8]) throws(FetchError) {
    let code = unsafe body.withUnsafeBytes { buffer in
      unsafe cordon_curl_set_body(
        handle, buffer.baseAddress ?? UnsafeRawPointer(errorText), Int(buffer.count))
    }
    try check(code)
  }

  /// Performs the transfer into `transfer`, sending `fields`.
  ///
  /// - Returns: libcurl's verdict; 0 when a whole response came.
  func perform(_ fields: [String], into transfer: Transfer) throws(FetchError) -> CurlOutcome {
    var list: UnsafeMutablePointer<curl_slist>?
    defer { unsafe curl_slist_free_all(list) }
    for field in fields {
      guard let longer = unsafe curl_slist_append(list, field) else {
        throw .failed(code: Int(CURLE_OUT_OF_MEMORY.rawValue), detail: "out of memory")
      }
      unsafe list = longer
    }
    try check(unsafe cordon_curl_set_fields(handle, list))
    // `transfer` outlives the call, and libcurl calls the sinks during it only.
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    try check(unsafe cordon_curl_set_sinks(handle, Transfer.takeField, Transfer.takeBody, context))
    try check(unsafe cordon_curl_set_watch(handle, Transfer.watch, context))
    let code = withExtendedLifetime(transfer) { unsafe curl_easy_perform(handle) }
    unsafe _ = cordon_curl_set_fields(handle, nil)
    return CurlOutcome(
      code: Int(code.rawValue), status: unsafe cordon_curl_status(handle),
      connectionsMade: unsafe cordon_curl_connections_made(handle), detail: detail(of: code))
  }

  private func detail(of code: CURLcode) -> String {
    let own = unsafe String(cString: errorText)
    return own.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : own
  }

  private func check(_ code: CURLcode) throws(FetchError) {
    guard code != CURLE_OK else { return }
    throw .failed(code: Int(code.rawValue), detail: detail(of: code))
  }
}

/// How a transfer ended.
struct CurlOutcome {
  let code: Int
  let status: Int
  let connectionsMade: Int
  let detail: String
}
