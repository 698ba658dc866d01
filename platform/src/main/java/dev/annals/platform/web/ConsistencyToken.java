package dev.annals.platform.web;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Names a change, for whoever wants to read what it left: the aggregates that it changed, and the
 * version they had then. Clients treat it as opaque.
 *
 * @param kind what kind of aggregate
 * @param id the aggregate's, or that of a batch of new ones, whose ids are {@link
 *     NameBasedUuids#item items} of it
 * @param version the version after the change
 * @param items how many aggregates the batch has; 0 if it is no batch
 */
public record ConsistencyToken(String kind, UUID id, long version, int items) {

  /** The header that it comes and goes in. */
  public static final String HEADER = "Consistency-Token";

  /** The kind of a note's change. */
  public static final String NOTE = "note";

  /** The kind of a task's change. */
  public static final String TASK = "task";

  /** The kind of a reading: of the notification of that version of a note or a task. */
  public static final String READING = "reading";

  /** The kind of a reading of all notifications of the user whose id it has. */
  public static final String INBOX = "inbox";

  /** The kind of a feature flag's switch. */
  public static final String FLAG = "flag";

  /** The most items of a batch. */
  private static final int MOST_ITEMS = 100;

  // Minus one is the version of a flag that was never switched.
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?<kind>[a-z]{1,20})\\.(?<id>[A-Za-z0-9_-]{22})\\.(?<version>-1|0|[1-9][0-9]{0,17})"
              + "(?:\\.(?<items>[1-9][0-9]{0,2}))?");

  /** The change of one aggregate. */
  public static ConsistencyToken of(String kind, UUID id, long version) {
    return new ConsistencyToken(kind, id, version, 0);
  }

  /** The creation of many. */
  public static ConsistencyToken ofBatch(String kind, UUID batch, int items) {
    return new ConsistencyToken(kind, batch, 0, items);
  }

  /** Reads what {@link #toString} wrote, without a signature; nothing if it is anything else. */
  static Optional<ConsistencyToken> parse(String text) {
    Matcher token = SYNTAX.matcher(text);
    if (!token.matches()) {
      return Optional.empty();
    }
    ByteBuffer id = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token.group("id")));
    int items = token.group("items") == null ? 0 : Integer.parseInt(token.group("items"));
    return items > MOST_ITEMS
        ? Optional.empty()
        : Optional.of(
            new ConsistencyToken(
                token.group("kind"),
                new UUID(id.getLong(), id.getLong()),
                Long.parseLong(token.group("version")),
                items));
  }

  /** The ids of the aggregates that were changed. */
  public List<UUID> ids() {
    return items == 0
        ? List.of(id)
        : IntStream.range(0, items).mapToObj(index -> NameBasedUuids.item(id, index)).toList();
  }

  /** The token without the signature that it is sent with. */
  @Override
  public String toString() {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    return kind
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
        + "."
        + version
        + (items == 0 ? "" : "." + items);
  }
}
