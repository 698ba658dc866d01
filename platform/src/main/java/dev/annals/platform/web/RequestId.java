package dev.annals.platform.web;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The name of a request, by which its log lines and events are found. */
public final class RequestId {

  /** The header that it comes and goes in. */
  public static final String HEADER = "X-Request-Id";

  /** Where it is in the logging context, and in the request's attributes. */
  public static final String KEY = "requestId";

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  /** The id of the request that this thread is working for. */
  public static Optional<String> current() {
    return Optional.ofNullable(MDC.get(KEY));
  }

  static String acceptOrMake(@Nullable String sent) {
    return sent != null && ALLOWED.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }
}
