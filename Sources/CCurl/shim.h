// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one function for each kind of argument.

static inline CURLcode cordon_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cordon_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cordon_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cordon_curl_set_fields(CURL *handle, struct curl_slist *fields) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields);
}

static inline CURLcode cordon_curl_set_body(CURL *handle, const void *octets, curl_off_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
  return code ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, octets);
}

static inline CURLcode cordon_curl_set_error_text(CURL *handle, char *text) {
  return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, text);
}

typedef size_t (*cordon_curl_sink)(char *octets, size_t size, size_t count, void *context);

static inline CURLcode cordon_curl_set_sinks(CURL *handle, cordon_curl_sink fields, cordon_curl_sink body, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, fields);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
  return code;
}

static inline CURLcode cordon_curl_set_watch(CURL *handle, curl_xferinfo_callback watch, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watch);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  return code;
}

static inline long cordon_curl_status(CURL *handle) {
  long status = 0;
  return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) ? 0 : status;
}

static inline long cordon_curl_connections_made(CURL *handle) {
  long count = 0;
  return curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &count) ? 0 : count;
}

static inline CURLcode cordon_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
