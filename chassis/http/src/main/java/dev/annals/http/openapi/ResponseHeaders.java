package dev.annals.http.openapi;

import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/** Describes the headers of responses. */
final class ResponseHeaders {

  static final String ACCEL_BUFFERING = "X-Accel-Buffering";
  static final String CACHE_STATUS = "Cache-Status";
  static final String CONSISTENCY_TOKEN = "Consistency-Token";
  static final String RATE_LIMIT = "RateLimit";
  static final String RATE_LIMIT_POLICY = "RateLimit-Policy";
  static final String REQUEST_ID = "X-Request-Id";

  private ResponseHeaders() {}

  static void add(ApiResponse response, String... names) {
    for (String name : names) {
      response.addHeaderObject(name, new Header().$ref("#/components/headers/" + name));
    }
  }

  /** Returns all headers by name. Those that are not always sent are optional. */
  static Map<String, Header> all() {
    Map<String, Header> all = new LinkedHashMap<>();
    all.put(HttpHeaders.ACCEPT_RANGES, always("The unit of ranges: `bytes`."));
    all.put(ACCEL_BUFFERING, always("Tells proxies not to collect events: `no`."));
    all.put(CACHE_STATUS, always("Whether a cache answered (RFC 9211)."));
    all.put(
        CONSISTENCY_TOKEN,
        always("Identifies the change. A `GET` that sends it back reflects at least this change."));
    all.put(HttpHeaders.CONTENT_DISPOSITION, always("The name to save the file under (RFC 6266)."));
    all.put(
        HttpHeaders.CONTENT_RANGE,
        header("The part of the file that was sent, and its size (RFC 9110).", false));
    all.put(
        HttpHeaders.ETAG,
        always("The version of the resource, or the SHA-256 of the file, in quotes."));
    all.put(
        HttpHeaders.LINK,
        header("The first, previous, next and last page, where there is one (RFC 8288).", false));
    all.put(
        HttpHeaders.LOCATION,
        always("The path of the new resource.").schema(new StringSchema().format("uri-reference")));
    all.put(
        RATE_LIMIT,
        header("The rest of the quota, and the seconds until it is full again.", false));
    all.put(RATE_LIMIT_POLICY, header("The quota and its window in seconds.", false));
    all.put(
        REQUEST_ID, always("Identifies the request in logs and in the metadata of its events."));
    all.put(
        HttpHeaders.RETRY_AFTER,
        always("The seconds after which the request may succeed.")
            .schema(new IntegerSchema().minimum(BigDecimal.ZERO)));
    all.put(
        HttpHeaders.WWW_AUTHENTICATE,
        always("The scheme `Bearer`, with the error of a token (RFC 6750)."));
    return all;
  }

  private static Header always(String description) {
    return header(description, true);
  }

  private static Header header(String description, boolean required) {
    return new Header().description(description).required(required).schema(new StringSchema());
  }
}
