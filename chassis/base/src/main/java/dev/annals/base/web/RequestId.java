package dev.annals.base.web;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The id of a request, which its log lines and events carry. */
public final class RequestId {

  public static final String HEADER = "X-Request-Id";

  /** The key in the logging context and in the request's attributes. */
  public static final String KEY = "requestId";

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  public static Optional<String> current() {
    return Optional.ofNullable(MDC.get(KEY));
  }

  /** Returns the id that a client has sent, or a new one if that is absent or not allowed. */
  public static String acceptOrCreate(@Nullable String sent) {
    return sent != null && ALLOWED.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }
}
