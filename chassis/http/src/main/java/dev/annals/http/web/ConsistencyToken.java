package dev.annals.http.web;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Identifies a change, so that a client can read its own writes: the changed aggregates and their
 * version. Opaque for clients.
 *
 * @param kind the kind of aggregate
 * @param id the aggregate's id, or the id of a batch of new aggregates, whose ids {@link
 *     NameBasedUuids#item} derives
 * @param version the version after the change
 * @param items the number of aggregates of a batch; 0 if it is no batch
 */
public record ConsistencyToken(String kind, UUID id, long version, int items) {

  public static final String HEADER = "Consistency-Token";

  /** The kind of a read notification. The id and version are those of its aggregate. */
  public static final String READING = "reading";

  /** The kind of reading all notifications. The id is the user's. */
  public static final String INBOX = "inbox";

  private static final int MAX_ITEMS = 100;

  // A flag that was never switched has version -1.
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?<kind>[a-z]{1,20})\\.(?<id>[A-Za-z0-9_-]{22})\\.(?<version>-1|0|[1-9][0-9]{0,17})"
              + "(?:\\.(?<items>[1-9][0-9]{0,2}))?");

  public static ConsistencyToken of(String kind, UUID id, long version) {
    return new ConsistencyToken(kind, id, version, 0);
  }

  public static ConsistencyToken ofBatch(String kind, UUID batch, int items) {
    return new ConsistencyToken(kind, batch, 0, items);
  }

  /**
   * Parses the result of {@link #toString}, without a signature. Returns empty for any other text.
   */
  static Optional<ConsistencyToken> parse(String text) {
    Matcher token = SYNTAX.matcher(text);
    if (!token.matches()) {
      return Optional.empty();
    }
    ByteBuffer id = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token.group("id")));
    int items = token.group("items") == null ? 0 : Integer.parseInt(token.group("items"));
    return items > MAX_ITEMS
        ? Optional.empty()
        : Optional.of(
            new ConsistencyToken(
                token.group("kind"),
                new UUID(id.getLong(), id.getLong()),
                Long.parseLong(token.group("version")),
                items));
  }

  public List<UUID> ids() {
    return items == 0
        ? List.of(id)
        : IntStream.range(0, items).mapToObj(index -> NameBasedUuids.item(id, index)).toList();
  }

  /** Returns the token without its signature. */
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
