package dev.annals.base.validation;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Parses only canonical UUIDs (RFC 9562, 4), so that each resource has one path. */
public final class Uuids {

  private static final Pattern CANONICAL =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Uuids() {}

  /** Parses a UUID of either case. {@link UUID#fromString} alone accepts {@code 1-1-1-1-1}. */
  public static Optional<UUID> parse(String text) {
    return CANONICAL.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }
}
