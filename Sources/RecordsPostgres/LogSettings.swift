// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records
internal import RecordsSQL

/// What the server writes into its own log of what it is given: with statements go their parameters, which are names and reports.
enum LogSettings {
  /// One line for each setting by which they get there.
  static func findings(in connection: Connection) throws(RecordsError) -> [String] {
    func value(_ setting: String, or standard: String) throws(RecordsError) -> String {
      // Null for a setting that an older server does not know.
      let found = try connection.first("SELECT coalesce(current_setting('\(setting)', true), '\(standard)')")
      {
        $0.text(0)
      }
      return found ?? standard
    }
    var lines: [String] = []
    if try value("log_parameter_max_length", or: "-1") != "0" {
      for (setting, quiet) in logging {
        let set = try value(setting, or: quiet[0])
        if !quiet.contains(set) {
          lines.append(
            "the server logs what is submitted: \(setting) is \(set), and log_parameter_max_length is not 0")
        }
      }
    }
    if try value("log_parameter_max_length_on_error", or: "0") != "0" {
      lines.append(
        "the server logs what is submitted when a statement fails: log_parameter_max_length_on_error is not 0"
      )
    }
    return lines
  }

  /// Settings by which statements are logged, each with the values that log none with parameters.
  private static let logging = [
    ("log_statement", ["none", "ddl"]), ("log_min_duration_statement", ["-1"]),
    ("log_min_duration_sample", ["-1"]), ("log_transaction_sample_rate", ["0"]),
  ]
}
