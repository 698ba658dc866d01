package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Inputs for each place of a request, and the allowed outcomes. */
final class Corpus {

  /** The prefix of a header that is omitted. */
  static final String WITHOUT = "-";

  private static final String CONTROLS = bytes(0x80, 0x9f);
  private static final String LATIN = bytes(0xa0, 0xff);

  /**
   * Request header fields without a meaning for this API, from the IANA registry and from practice.
   */
  private static final String[] INDIFFERENT =
      """
      A-IM Accept-Additions Accept-CH Accept-Charset Accept-Datetime Accept-Encoding Accept-Features
      Accept-Language Access-Control-Request-Headers ALPN Alt-Used Alternates
      Apply-To-Redirect-Ref Authentication-Info Available-Dictionary C-Ext C-Man C-Opt Cache-Control
      Cal-Managed-ID CalDAV-Timezones Capsule-Protocol CDN-Loop Client-Cert Client-Cert-Chain
      Content-Digest Content-Disposition Content-ID Content-Language Content-Location Content-MD5
      Content-Script-Type Content-Style-Type Content-Version Cookie Cookie2 Date Default-Style
      Deprecation Depth Derived-From Destination Device-Memory Dictionary-ID Differential-ID Digest
      DNT Downlink DPoP Early-Data ECT Ext Forwarded From GetProfile HTTP2-Settings If
      If-Modified-Since If-Range If-Schedule-Tag-Match If-Unmodified-Since IM Include-Referred-Token-Binding-ID
      Keep-Alive Label Last-Event-ID Lock-Token Man Max-Forwards Method-Check MIME-Version Negotiate
      OData-MaxVersion OData-Version Opt Optional Ordering-Type OSCORE OSLC-Core-Version Overwrite
      P3P Ping-From Ping-To Position Pragma Prefer Priority ProfileObject Protocol Protocol-Request
      Proxy-Authorization Proxy-Connection Range Referer Referer-Root Repr-Digest RTT Safe Save-Data
      Schedule-Reply Sec-CH-UA Sec-CH-UA-Mobile Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site
      Sec-Fetch-User Sec-GPC Sec-Purpose Sec-Token-Binding Sec-WebSocket-Accept
      Sec-WebSocket-Extensions Sec-WebSocket-Key Sec-WebSocket-Protocol Sec-WebSocket-Version
      Security-Scheme Signature Signature-Input SLUG SoapAction Status-URI Surrogate-Capability TCN TE
      Timeout Timing-Allow-Origin Topic Traceparent Tracestate Trailer TTL UA-Color Unless-Modified-Since
      Upgrade Upgrade-Insecure-Requests Urgency URI Use-As-Dictionary User-Agent Variant-Vary Via
      Want-Content-Digest Want-Digest Want-Repr-Digest Warning X-B3-SpanId X-B3-TraceId
      X-Correlation-Id X-CSRF-Token X-Forwarded-For X-Forwarded-Host X-Forwarded-Port
      X-Forwarded-Prefix X-Forwarded-Proto X-Forwarded-Ssl X-HTTP-Method X-HTTP-Method-Override
      X-Method-Override X-Original-URL X-Real-IP X-Request-Id X-Requested-With X-Rewrite-URL b3 baggage
      """
          .strip()
          .split("\\s+");

  private static final Map<String, String> VALUES =
      new LinkedHashMap<>(
          Map.of(
              "nothing", "",
              "a word", "x",
              "a star", "*",
              "a quote", "\"",
              "oddities", "a=\"b\\\"c, d\";;e=,; \t,=\"\\",
              "a lot", "x".repeat(3_000),
              "commas", ",".repeat(1_000),
              "controls of Latin-1", CONTROLS,
              "Latin-1", LATIN,
              "a number", "-99999999999999999999"));

  private Corpus() {}

  private static String bytes(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Character::toString).reduce("", String::concat);
  }

  /** Returns the allowed statuses of an operation, given the status without the input. */
  @FunctionalInterface
  interface Outcome {
    Set<Integer> of(Operation operation, int baseline);
  }

  /** Allows only the status without the input. */
  static final Outcome SAME = (operation, baseline) -> Set.of(baseline);

  /** Header lines, which replace those of the same name, and the allowed outcome. */
  record Headers(String label, List<String> lines, Outcome outcome) {

    @Override
    public String toString() {
      return label;
    }
  }

  /** Allows these statuses and the one without the input. */
  static Outcome orSame(Integer... statuses) {
    return (operation, baseline) -> {
      Set<Integer> all = new TreeSet<>(List.of(statuses));
      all.add(baseline);
      return all;
    };
  }

  private static Outcome only(Integer... statuses) {
    return (operation, baseline) -> Set.of(statuses);
  }

  /** Told once the caller is known. */
  private static Outcome toCallers(Integer... statuses) {
    return (operation, baseline) ->
        baseline == 401 || baseline == 403 ? Set.of(baseline) : Set.of(statuses);
  }

  static List<Headers> headers() {
    List<Headers> all = new ArrayList<>();
    for (String name : INDIFFERENT) {
      VALUES.forEach(
          (label, value) ->
              all.add(
                  new Headers(name + ": " + label, List.of(name + ": " + value), ofRange(name))));
      all.add(
          new Headers(
              name + " in lines", List.of(name + ": a", name + ": b", name + ": "), ofRange(name)));
    }
    accept(all);
    body(all);
    conditions(all);
    connection(all);
    return all;
  }

  private static Outcome ofRange(String name) {
    return name.equals("Range")
        ? (operation, baseline) ->
            operation.documents(416)
                ? orSame(200, 206, 416).of(operation, baseline)
                : Set.of(baseline)
        : SAME;
  }

  private static void accept(List<Headers> all) {
    for (String anything :
        List.of(
            "",
            "*/*",
            "*/*, application/problem+json",
            "text/html, */*;q=0.1",
            "*/*;q=0.001",
            "text/x-a, ".repeat(200) + "*/*",
            ", ,*/*,")) {
      all.add(new Headers("Accept: " + brief(anything), List.of("Accept: " + anything), SAME));
    }
    for (String json :
        List.of(
            "application/json",
            "APPLICATION/JSON",
            "application/*",
            "application/json;charset=utf-8",
            "application/json;charset=utf-16",
            "application/json;version=2",
            "application/json;q=0.1, text/html",
            "application/problem+json, application/json")) {
      all.add(new Headers("Accept: " + json, List.of("Accept: " + json), Corpus::ofJson));
    }
    all.add(
        new Headers(
            "Accept in lines",
            List.of("Accept: text/html", "Accept: application/json"),
            Corpus::ofJson));
    for (String nothing :
        List.of(
            "application/problem+json",
            "application/json;q=0",
            "*/*, application/json;q=0",
            "*/*;q=0",
            "image/png",
            "text/css, image/*",
            "nonsense",
            "application/json;q=9",
            "*/json",
            CONTROLS)) {
      all.add(new Headers("Accept: " + nothing, List.of("Accept: " + nothing), Corpus::ofNone));
    }
  }

  private static Set<Integer> ofJson(Operation operation, int baseline) {
    List<String> types = operation.answerTypes();
    return types.isEmpty() || types.contains(Operation.JSON)
        ? Set.of(baseline)
        : orSame(406).of(operation, baseline);
  }

  private static Set<Integer> ofNone(Operation operation, int baseline) {
    if (Set.of(401, 403, 415, 429).contains(baseline)) {
      return Set.of(baseline);
    }
    List<String> types = operation.answerTypes();
    if (types.contains(Operation.JSON) && types.size() == 1) {
      return Set.of(406);
    }
    return operation.documents(406) ? orSame(406).of(operation, baseline) : Set.of(baseline);
  }

  private static void body(List<Headers> all) {
    for (String other :
        List.of(
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "application/json, text/plain",
            "*/*",
            "nonsense",
            "",
            "/",
            CONTROLS)) {
      all.add(
          new Headers(
              "Content-Type: " + other, List.of("Content-Type: " + other), Corpus::ofOther));
    }
    all.add(new Headers("no Content-Type", List.of(WITHOUT + "Content-Type"), Corpus::ofOther));
    for (String odd :
        List.of(
            "application/json;charset=utf-8",
            "application/json;charset=utf-16",
            "application/json;charset=nonsense",
            "application/json;charset=\"",
            "application/json; boundary=a; boundary=b",
            "application/json;",
            "application/merge-patch+json",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=" + "b".repeat(2_000),
            "multipart/mixed; boundary=b",
            "multipart/form-data; charset=utf-16; boundary=between-the-parts")) {
      all.add(
          new Headers(
              "Content-Type: " + brief(odd),
              List.of("Content-Type: " + odd),
              (operation, baseline) ->
                  operation.bodyType().isPresent()
                      ? orSame(400, 415).of(operation, baseline)
                      : orSame(400).of(operation, baseline)));
    }
    for (String coding : List.of("gzip", "br", "identity, gzip", "nonsense", "x,y")) {
      all.add(
          new Headers(
              "Content-Encoding: " + coding,
              List.of("Content-Encoding: " + coding),
              (operation, baseline) ->
                  operation.bodyType().isPresent() && baseline != 401 && baseline != 403
                      ? Set.of(415)
                      : orSame(415).of(operation, baseline)));
    }
    all.add(new Headers("Content-Encoding: identity", List.of("Content-Encoding: identity"), SAME));
    for (String length :
        List.of("x", "-1", "+2", "1, 2", "99999999999999999999", "0x2", "", "2;")) {
      all.add(
          new Headers(
              "Content-Length: " + length, List.of("Content-Length: " + length), only(400, 413)));
    }
    all.add(
        new Headers("two lengths", List.of("Content-Length: 0", "Content-Length: 1"), only(400)));
    all.add(new Headers("a long length", List.of("Content-Length: 99999999"), only(413)));
    for (String coding :
        List.of(
            "rot13",
            "gzip, chunked",
            "chunked, gzip",
            "identity",
            "chunked, chunked",
            "\"chunked\"")) {
      all.add(
          new Headers(
              "Transfer-Encoding: " + coding,
              List.of("Transfer-Encoding: " + coding),
              only(400, 501)));
    }
    all.add(
        new Headers(
            "a length and chunks",
            List.of("Content-Length: 2", "Transfer-Encoding: chunked"),
            orSame(400)));
  }

  private static Set<Integer> ofOther(Operation operation, int baseline) {
    return operation.bodyType().isEmpty() || Set.of(401, 403, 429).contains(baseline)
        ? Set.of(baseline)
        : Set.of(415);
  }

  private static void conditions(List<Headers> all) {
    for (String malformed : List.of("x", "", "\"\"", "\"1", "*, \"1\"", "\"a\"", CONTROLS)) {
      all.add(
          new Headers(
              "If-Match: " + malformed,
              List.of("If-Match: " + malformed),
              (operation, baseline) ->
                  operation.takes("If-Match")
                      ? toCallers(400).of(operation, baseline)
                      : Set.of(baseline)));
    }
    for (String tag : List.of("*", "\"0\"", "W/\"0\"", "\"0\", \"999\"")) {
      all.add(new Headers("If-Match: " + tag, List.of("If-Match: " + tag), orSame(412, 428)));
    }
    all.add(
        new Headers(
            "If-None-Match: *",
            List.of("If-None-Match: *"),
            (operation, baseline) ->
                operation.isRead() ? orSame(304).of(operation, baseline) : Set.of(baseline)));
    for (String tag :
        List.of("", "x", "\"none\"", "\"", "\"a\", *", "W/", ",".repeat(2_000), CONTROLS)) {
      all.add(new Headers("If-None-Match: " + brief(tag), List.of("If-None-Match: " + tag), SAME));
    }
    for (String range :
        List.of(
            "bytes=0-0",
            "bytes=0-0,1-1",
            "bytes=9-1",
            "bytes=",
            "bytes=-0",
            "items=0-1",
            "bytes=" + "0-1,".repeat(700))) {
      all.add(new Headers("Range: " + brief(range), List.of("Range: " + range), ofRange("Range")));
    }
    for (String key : List.of("", "\"\"", "x".repeat(256), "\"a\" \"b\"", "a\tb", CONTROLS)) {
      all.add(
          new Headers(
              "Idempotency-Key: " + brief(key),
              List.of("Idempotency-Key: " + key),
              (operation, baseline) ->
                  operation.takes("Idempotency-Key")
                      ? orSame(400).of(operation, baseline)
                      : Set.of(baseline)));
    }
    for (String token : List.of("", "x", ",", "x,".repeat(60), "\"\"", CONTROLS)) {
      all.add(
          new Headers(
              "Consistency-Token: " + brief(token),
              List.of("Consistency-Token: " + token),
              (operation, baseline) ->
                  !operation.isRead()
                      ? Set.of(baseline)
                      : operation.isClosed()
                          ? toCallers(400).of(operation, baseline)
                          : orSame(400).of(operation, baseline)));
    }
  }

  private static void connection(List<Headers> all) {
    for (String credentials :
        List.of(
            "",
            "Bearer",
            "Bearer ",
            "Bearer x",
            "Basic eDp5",
            "Bearer " + "x".repeat(4_000),
            "Bearer a b",
            CONTROLS,
            "Digest \"")) {
      all.add(
          new Headers(
              "Authorization: " + brief(credentials),
              List.of("Authorization: " + credentials),
              (operation, baseline) -> operation.isClosed() ? Set.of(401) : Set.of(baseline)));
    }
    for (String host : List.of("a b", "a/b", "a@b", "[::1", "a:b", "\"", CONTROLS)) {
      all.add(new Headers("Host: " + host, List.of("Host: " + host), only(400)));
    }
    all.add(new Headers("no Host", List.of(WITHOUT + "Host"), only(400)));
    all.add(new Headers("two Hosts", List.of("Host: a", "Host: b"), only(400)));
    for (String host : List.of("example.org", "EXAMPLE.org:80", "[::1]:8080", "127.0.0.1")) {
      all.add(new Headers("Host: " + host, List.of("Host: " + host), SAME));
    }
    all.add(new Headers("Expect: 100-continue", List.of("Expect: 100-continue"), SAME));
    for (String other : List.of("200-ok", "", "100-continue, x")) {
      all.add(new Headers("Expect: " + other, List.of("Expect: " + other), orSame(417)));
    }
    for (String origin :
        List.of("https://example.org", "null", "x", "http://[", "http://a:b:c", "", CONTROLS)) {
      all.add(new Headers("Origin: " + origin, List.of("Origin: " + origin), SAME));
    }
    for (String option : List.of("keep-alive", "close", "x", "", "keep-alive, close", "\"")) {
      all.add(new Headers("Connection: " + option, List.of("Connection: " + option), SAME));
    }
    all.add(
        new Headers(
            "Upgrade: h2c",
            List.of("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAA"),
            SAME));
    all.add(
        new Headers(
            "Upgrade: websocket",
            List.of(
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
            SAME));
    all.add(new Headers("ninety headers", java.util.Collections.nCopies(90, "X-Some: y"), SAME));
    all.add(
        new Headers(
            "three hundred headers",
            java.util.Collections.nCopies(300, "X-Some: y"),
            orSame(400, 431)));
    all.add(
        new Headers(
            "20 000 bytes of headers", List.of("X-Some: " + "x".repeat(20_000)), only(431)));
    for (String line :
        List.of(
            "X-Some : y",
            ": y",
            "X-Some",
            "X Some: y",
            "X-S\u00f6me: y",
            "X-Some: a\u0000b",
            "X-Some: a\rb",
            "X-Some: a\u0001b")) {
      all.add(new Headers("malformed line " + line, List.of(line), orSame(400)));
    }
    all.add(new Headers("a folded line", List.of("X-Some: a", " b"), orSame(400)));
  }

  static String brief(String text) {
    return text.length() > 60 ? text.substring(0, 50) + "… (" + text.length() + ")" : text;
  }

  /** Encoded values of a query parameter. */
  static Map<String, String> queries() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String value :
        List.of(
            "",
            "x",
            "-1",
            "0",
            "1",
            "99999999999999999999",
            "9223372036854775807",
            "NaN",
            "null",
            "true",
            "%00",
            "%C3%28",
            "%ED%A0%80",
            "%F0%9F%98%80",
            "%E2%80%AE",
            "a,b,c",
            "'%22%3B--",
            "$where",
            "%24%7Bx%7D",
            "(a%2B)%2B%24",
            "2026-99-99T00:00:00Z",
            "%2B999999999-12-31T23:59:59.999999999Z",
            "-999999999-01-01T00:00:00Z",
            "title,asc",
            "*")) {
      values.put(value, value);
    }
    values.put("2 900 letters", "x".repeat(2_900));
    values.put("7 000 letters", "x".repeat(7_000));
    values.put("600 letters of three bytes", "%E1%B9%A8".repeat(600));
    return values;
  }

  /** Values of an id in a path. */
  static List<String> ids() {
    return List.of(
        "x",
        "0",
        "-1",
        "%20",
        "..",
        "%2e%2e",
        "%2F",
        "%5C",
        "%00",
        "%C3%28",
        "%E2%80%A8",
        "%F0%9F%98%80",
        ";a=b",
        "x;a=b",
        "'",
        "a.json",
        "*",
        "{id}",
        "00000000-0000-4000-8000-00000000000A",
        "x".repeat(3_000),
        "x".repeat(9_000));
  }

  /** Malformed JSON bodies. */
  static Map<String, byte[]> bodies() {
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    for (String text :
        List.of(
            "",
            " ",
            "null",
            "true",
            "1",
            "\"x\"",
            "[]",
            "[{}]",
            "{",
            "}",
            "{}}",
            "{}{}",
            "{\"unknown\": 1}",
            "{\"\": 1}",
            "{'a': 1}",
            "{\"a\": NaN}",
            "{\"a\": 1e999999999}",
            "{\"a\": 01}",
            "{\"a\": \"\\u0000\"}",
            "{\"a\": \"\\uD800\"}",
            "{\"a\": \"\\x\"}",
            "{\"__proto__\": {}, \"@type\": \"java.lang.Object\", \"@class\": \"x\"}",
            "\uFEFF{}")) {
      bodies.put(text, text.getBytes(UTF_8));
    }
    bodies.put("deep arrays", "[".repeat(100_000).getBytes(UTF_8));
    bodies.put("deep objects", "{\"a\":".repeat(50_000).getBytes(UTF_8));
    bodies.put("a long name", ("{\"" + "a".repeat(100_000) + "\": 1}").getBytes(UTF_8));
    bodies.put("a long number", ("{\"a\": " + "9".repeat(100_000) + "}").getBytes(UTF_8));
    bodies.put("UTF-16", "{}".getBytes(UTF_16));
    bodies.put("no UTF-8", "{\"a\": \"\u00ff\"}".getBytes(ISO_8859_1));
    bodies.put("over 1 MiB", ("{\"a\": \"" + "x".repeat(1 << 20) + "\"}").getBytes(UTF_8));
    return bodies;
  }

  /** JSON values of a property. */
  static Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String value :
        List.of(
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e400",
            "-1e-400",
            "99999999999999999999",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"\\u0000\"",
            "\"\\uD800\"",
            "\"\\uDC00\\uD800\"",
            "\"\\u202E\"",
            "\"\\u200B\"",
            "\"1e400\"",
            "\"9999-99-99T99:99:99Z\"",
            "\"+999999999-12-31T23:59:59.999999999Z\"",
            "[]",
            "[null]",
            "[[]]",
            "[\"x\", \"x\"]",
            "[1]",
            "[{}]",
            "{}",
            "{\"a\": 1}")) {
      values.put(value, value);
    }
    values.put("100 000 letters", "\"" + "x".repeat(100_000) + "\"");
    values.put("100 000 sigmas", "\"" + "\u03a3".repeat(100_000) + "\"");
    values.put("10 000 elements", "[" + "\"x\",".repeat(10_000) + "\"x\"]");
    return values;
  }

  /** Multipart bodies with the boundary {@link Client#BOUNDARY}. */
  static Map<String, byte[]> forms() {
    String b = Client.BOUNDARY;
    String file = "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n";
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("nothing", "");
    forms.put("no part", "--" + b + "--\r\n");
    forms.put("no end", "--" + b + "\r\n" + file + "\r\ntext");
    forms.put("cut off in a head", "--" + b + "\r\nContent-Disp");
    forms.put("cut off in the boundary", "--" + b.substring(3));
    forms.put("another boundary", "--x\r\n" + file + "\r\ntext\r\n--x--\r\n");
    forms.put("no head", "--" + b + "\r\n\r\ntext\r\n--" + b + "--\r\n");
    forms.put("no disposition", part("X: y\r\n"));
    forms.put("no name", part("Content-Disposition: form-data\r\n"));
    forms.put("no file name", part("Content-Disposition: form-data; name=\"file\"\r\n"));
    forms.put("another name", part(file.replace("\"file\"", "\"other\"")));
    forms.put("an empty file name", part(file.replace("a.txt", "")));
    forms.put("dots", part(file.replace("a.txt", "..")));
    forms.put("a NUL", part(file.replace("a.txt", "a\u0000.txt")));
    forms.put("bytes", part(file.replace("a.txt", CONTROLS)));
    forms.put("a broken name", part(file.replace("a.txt\"", "a\\\"")));
    forms.put(
        "an encoded name", part("Content-Disposition: form-data; name=file; filename*=x'%zz\r\n"));
    forms.put("an odd type", part(file + "Content-Type: \"\r\n"));
    forms.put("a long head", part(file + "X: " + "x".repeat(100_000) + "\r\n"));
    forms.put("many heads", part(file + "X: x\r\n".repeat(5_000)));
    forms.put("nested", part(file + "Content-Type: multipart/mixed; boundary=c\r\n"));
    forms.put(
        "many parts", ("--" + b + "\r\n" + file + "\r\n\r\n").repeat(2_000) + "--" + b + "--\r\n");
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    forms.forEach((label, text) -> bytes.put(label, text.getBytes(ISO_8859_1)));
    return bytes;
  }

  private static String part(String head) {
    return "--%1$s\r\n%2$s\r\ntext\r\n--%1$s--\r\n".formatted(Client.BOUNDARY, head);
  }

  /** STOMP frames after CONNECT. */
  static List<String> frames() {
    return List.of(
        "\n",
        "\0",
        "SEND\n\n\0",
        "NONSENSE\n\n\0",
        "SEND\ndestination:/app/token\n\n\0",
        "SEND\ndestination:/app/token\nAuthorization:x\n\n\0",
        "SEND\ndestination:/app/token\nAuthorization:Bearer x\n\n\0",
        "SEND\ndestination:\n\nx\0",
        "SEND\ndestination:/topic/x\n\n{}\0",
        "SEND\ndestination:/user/x/queue/notifications\n\n{}\0",
        "SEND\ndestination\n\n\0",
        "SEND\n:x\n\n\0",
        "SEND\ndestination:/a\\tb\n\n\0",
        "SEND\ndestination:/app/token\ncontent-length:x\n\n\0",
        "SEND\ndestination:/app/token\ncontent-length:-1\n\n\0",
        "SEND\ndestination:/app/token\ncontent-length:99999999999\n\n\0",
        "SUBSCRIBE\n\n\0",
        "SUBSCRIBE\nid:\ndestination:\n\n\0",
        "SUBSCRIBE\nid:a\n\n\0",
        "SUBSCRIBE\ndestination:/user/queue/notifications\n\n\0",
        "SUBSCRIBE\nid:a\ndestination:/user/queue/notifications\nafter:x\n\n\0",
        "SUBSCRIBE\nid:a\ndestination:/user/queue/notifications\nafter:-1\n\n\0",
        "SUBSCRIBE\nid:a\ndestination:/user/queue/notifications\nafter:99999999999999999999\n\n\0",
        "SUBSCRIBE\nid:" + "a".repeat(20_000) + "\ndestination:/user/queue/notifications\n\n\0",
        "SUBSCRIBE\nid:a\ndestination:/user/queue/notifications\nselector:T(java.lang.Runtime)\n\n\0",
        "UNSUBSCRIBE\n\n\0",
        "UNSUBSCRIBE\nid:none\n\n\0",
        "ACK\n\n\0",
        "ACK\nid:none\n\n\0",
        "NACK\nid:none\n\n\0",
        "BEGIN\n\n\0",
        "COMMIT\ntransaction:none\n\n\0",
        "ABORT\n\n\0",
        "CONNECT\naccept-version:1.2\n\n\0",
        "CONNECTED\nversion:1.2\n\n\0",
        "MESSAGE\n\n\0",
        "RECEIPT\n\n\0",
        "ERROR\n\n\0",
        "SEND\n" + "a:b\n".repeat(5_000) + "\n\0",
        "SEND\ndestination:/app/token\n\n" + "x".repeat(60_000) + "\0");
  }
}
