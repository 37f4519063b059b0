// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// The public page: plain HTML, no script, nothing loaded from elsewhere.
enum AppealPage {
  static func response(_ status: HTTPStatus, _ body: String, extra: HTTPFields = [:]) -> HTTPResponse {
    var fields = extra
    fields["Content-Type"] = "text/html; charset=utf-8"
    fields["Cache-Control"] = "no-store"
    fields["Content-Security-Policy"] =
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    fields["Referrer-Policy"] = "no-referrer"
    fields["X-Content-Type-Options"] = "nosniff"
    return HTTPResponse(status: status, fields: fields, body: .text(page(body)))
  }

  static func response(_ problem: Problem) -> HTTPResponse {
    let detail = escaped(problem.detail)
    return response(
      problem.kind.description.status,
      "<h1>\(escaped(problem.kind.description.title))</h1>\n<p>\(detail)</p>\n<p><a href=\"/appeal\">Back</a></p>",
      extra: problem.fields)
  }

  static func form(_ clock: AppealClock) -> String {
    """
    <h1>Complain about a blocked name</h1>
    <p>You think that a site is blocked and should not be. Say which and why. A reviewer of a country that had no part in
    blocking it looks at it. You need no account. Whether a name is blocked is not told here.</p>
    \(words(clock))
    <form method="post" action="/appeal" accept-charset="utf-8">
    <p><label>Address or name of the site<br><input name="name" required maxlength="2048" size="50"></label></p>
    <p><label>What you have to say (words only)<br><textarea name="statement" required rows="8" cols="60"
      maxlength="4000"></textarea></label></p>
    <p><label>How to reach you, if you like<br><input name="contact" maxlength="200" size="50"></label></p>
    <p><button>Complain</button></p>
    </form>
    <h2>What became of it</h2>
    <form method="post" action="/appeal/case" accept-charset="utf-8">
    <p><label>Case number<br><input name="case" required size="20" autocomplete="off"></label></p>
    <p><label>Secret<br><input name="secret" required size="40" autocomplete="off"></label></p>
    <p><button>Look</button></p>
    </form>
    """
  }

  static func filed(_ filed: AppealDesk.Filed) -> String {
    """
    <h1>Your complaint is on record</h1>
    <p>Keep these two: with them you ask what became of it. The secret is shown this once.</p>
    <p>Case number: <strong>\(filed.appeal.id.text)</strong></p>
    <p>Secret: <strong>\(escaped(filed.secret))</strong></p>
    <p><a href="/appeal">Ask later here</a></p>
    """
  }

  static func told(_ appeal: AppealStatus) -> String {
    guard AppealRendering.isDecided(appeal) else {
      return "<h1>Case \(appeal.id.text)</h1>\n<p>It is not decided yet.</p>"
    }
    return
      "<h1>Case \(appeal.id.text)</h1>\n<p>It is decided.</p>\n<pre>\(escaped(appeal.answer ?? ""))</pre>"
  }

  private static func words(_ clock: AppealClock) -> String {
    guard let median = clock.medianSeconds, let most = clock.ninetyFifthSeconds else {
      return "<p>No complaint was decided in the last \(AppealDesk.clockDays) days.</p>"
    }
    return
      "<p>In the last \(AppealDesk.clockDays) days half of the decisions took at most \(hours(median)), 95 of 100 at most \(hours(most)).</p>"
  }

  private static func hours(_ seconds: Int64) -> String { "\((seconds + 3599) / 3600) h" }

  private static func page(_ body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Appeal</title>
    <style>body{font:1rem/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap}</style></head>
    <body>
    \(body)
    </body>
    </html>

    """
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
