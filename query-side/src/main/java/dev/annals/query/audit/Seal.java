package dev.annals.query.audit;

import dev.annals.platform.crypto.PublicKeys;
import dev.annals.platform.seal.TreeHead;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the command side has sealed. */
@Component
class Seal {

  private final JdbcClient jdbc;
  private final PublicKeys publicKeys;

  Seal(JdbcClient jdbc, PublicKeys publicKeys) {
    this.jdbc = jdbc;
    this.publicKeys = publicKeys;
  }

  /**
   * A head as it is stored.
   *
   * @param position up to here all was final when it was signed
   */
  @SuppressWarnings("ArrayRecordComponent")
  record SignedHead(TreeHead head, long position, String kid, byte[] signature) {

    static SignedHead read(ResultSet row) throws SQLException {
      Instant signedAt = row.getObject("signed_at", OffsetDateTime.class).toInstant();
      return new SignedHead(
          new TreeHead(row.getLong("size"), row.getBytes("root"), signedAt),
          row.getLong("position"),
          row.getString("kid"),
          row.getBytes("signature"));
    }
  }

  /**
   * A leaf as it is stored.
   *
   * @param position of its event
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Leaf(long index, long position, byte[] hash) {

    static Leaf read(ResultSet row) throws SQLException {
      return new Leaf(row.getLong("leaf_index"), row.getLong("position"), row.getBytes("hash"));
    }
  }

  /** All heads, the newest first. */
  List<SignedHead> heads() {
    return jdbc.sql("select * from events.seal_head order by size desc")
        .query((row, number) -> SignedHead.read(row))
        .list();
  }

  Optional<SignedHead> newestHead() {
    return jdbc.sql("select * from events.seal_head order by size desc limit 1")
        .query((row, number) -> SignedHead.read(row))
        .optional();
  }

  /** The heads between two sizes, the first one exclusive. */
  List<SignedHead> heads(long after, long upTo) {
    return jdbc.sql("select * from events.seal_head where size > ? and size <= ?")
        .params(after, upTo)
        .query((row, number) -> SignedHead.read(row))
        .list();
  }

  /** So many leaves from that one on, in their order. */
  List<Leaf> leaves(long from, long count) {
    return jdbc.sql(
            """
            select * from events.seal_leaf where leaf_index >= ? and leaf_index < ?
            order by leaf_index
            """)
        .params(from, from + count)
        .query((row, number) -> Leaf.read(row))
        .list();
  }

  /** The leaf of the event at that position. */
  Optional<Leaf> leaf(long position) {
    return jdbc.sql("select * from events.seal_leaf where position = ?")
        .param(position)
        .query((row, number) -> Leaf.read(row))
        .optional();
  }

  /** Whether the head was signed by the key that it names, and this is one of ours. */
  boolean isSigned(SignedHead head) {
    return publicKeys
        .find(head.kid(), "seal")
        .filter(found -> head.head().isSignedBy(found.key(), head.signature()))
        .isPresent();
  }
}
