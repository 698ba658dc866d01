package dev.annals.eventstore.seal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A stored event: a row of {@code events.domain_event_entry}, with personal data as cipher text and
 * without the number of the writing transaction.
 *
 * @param position the position among all events
 * @param revision null for a payload without one
 */
@SuppressWarnings("ArrayRecordComponent") // Only compared by hash.
public record StoredEvent(
    long position,
    String eventId,
    String aggregateId,
    long sequence,
    String aggregateType,
    String time,
    String payloadType,
    @Nullable String revision,
    byte[] payload,
    byte[] metaData) {

  /** The columns to select for {@link #read}. */
  public static final String COLUMNS =
      """
      global_index, event_identifier, aggregate_identifier, sequence_number, type, time_stamp,
      payload_type, payload_revision, payload, meta_data""";

  private static final int ABSENT = -1;

  /** Reads the current row of a query of {@link #COLUMNS}. */
  public static StoredEvent read(ResultSet row) throws SQLException {
    return new StoredEvent(
        row.getLong("global_index"),
        row.getString("event_identifier"),
        row.getString("aggregate_identifier"),
        row.getLong("sequence_number"),
        row.getString("type"),
        row.getString("time_stamp"),
        row.getString("payload_type"),
        row.getString("payload_revision"),
        row.getBytes("payload"),
        row.getBytes("meta_data"));
  }

  /**
   * Returns the sealed bytes: the components in their order, numbers as 64 bits big-endian, texts
   * (in UTF-8) and bytes each after their length as 32 bits big-endian, an absent revision as the
   * length -1. Different events have different bytes.
   */
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(position);
      write(out, eventId);
      write(out, aggregateId);
      out.writeLong(sequence);
      write(out, aggregateType);
      write(out, time);
      write(out, payloadType);
      if (revision == null) {
        out.writeInt(ABSENT);
      } else {
        write(out, revision);
      }
      write(out, payload);
      write(out, metaData);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Parses the result of {@link #bytes}.
   *
   * @throws IllegalArgumentException for any other bytes
   */
  public static StoredEvent parse(byte[] bytes) {
    ByteArrayInputStream all = new ByteArrayInputStream(bytes);
    try (DataInputStream in = new DataInputStream(all)) {
      StoredEvent event =
          new StoredEvent(
              in.readLong(),
              text(in),
              text(in),
              in.readLong(),
              text(in),
              text(in),
              text(in),
              text(in),
              field(in),
              field(in));
      if (all.available() == 0) {
        return event;
      }
    } catch (IOException tooShort) {
      // Reported below.
    }
    throw new IllegalArgumentException("These are not the bytes of a stored event");
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    write(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(DataOutputStream out, byte[] field) throws IOException {
    out.writeInt(field.length);
    out.write(field);
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    byte[] field = field(in);
    return field == null ? null : new String(field, StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] field(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == ABSENT) {
      return null;
    }
    if (length < 0 || length > in.available()) {
      throw new IOException("Invalid length");
    }
    return in.readNBytes(length);
  }
}
