package dev.annals.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.eventstore.seal.MerkleTree;
import dev.annals.eventstore.seal.StoredNodes;
import dev.annals.eventstore.seal.TreeHead;
import dev.annals.http.crypto.PublicKeys;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the seal that the command side stores. */
record Seal(JdbcClient jdbc, PublicKeys publicKeys) {

  /**
   * A signed head.
   *
   * @param position up to which all events were final when the head was signed
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Head(
      @JsonUnwrapped TreeHead head, @JsonIgnore long position, String kid, byte[] signature) {

    static Head read(ResultSet row) throws SQLException {
      Instant signedAt = row.getObject("signed_at", OffsetDateTime.class).toInstant();
      return new Head(
          new TreeHead(row.getLong("size"), row.getBytes("root"), signedAt),
          row.getLong("position"),
          row.getString("kid"),
          row.getBytes("signature"));
    }
  }

  /**
   * A stored leaf.
   *
   * @param position of its event
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Leaf(long index, long position, byte[] hash) {

    static Leaf read(ResultSet row) throws SQLException {
      return new Leaf(row.getLong("leaf_index"), row.getLong("position"), row.getBytes("hash"));
    }
  }

  List<Head> heads() {
    return jdbc.sql("select * from events.seal_head order by size desc")
        .query((row, number) -> Head.read(row))
        .list();
  }

  Optional<Head> newestHead() {
    return jdbc.sql("select * from events.seal_head order by size desc limit 1")
        .query((row, number) -> Head.read(row))
        .optional();
  }

  /** Returns the heads between two sizes, the first one exclusive. */
  List<Head> heads(long after, long upTo) {
    return jdbc.sql("select * from events.seal_head where size > ? and size <= ?")
        .params(after, upTo)
        .query((row, number) -> Head.read(row))
        .list();
  }

  /** Returns up to {@code count} leaves in order, from an index on. */
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

  /** Returns the index of the first leaf from a position on. */
  Optional<Long> indexFrom(long position) {
    return jdbc.sql(
            "select leaf_index from events.seal_leaf where position >= ? order by position limit 1")
        .param(position)
        .query(Long.class)
        .optional();
  }

  /**
   * Returns the tree of the first leaves, from its stored nodes.
   *
   * @throws org.springframework.dao.EmptyResultDataAccessException if a node is missing
   */
  MerkleTree tree(long size) {
    return new MerkleTree(size, new StoredNodes(jdbc));
  }

  Optional<Leaf> leaf(long position) {
    return jdbc.sql("select * from events.seal_leaf where position = ?")
        .param(position)
        .query((row, number) -> Leaf.read(row))
        .optional();
  }

  /** Returns true if the key that the head names is ours and signed the head. */
  boolean isSigned(Head head) {
    return publicKeys
        .find(head.kid(), "seal")
        .filter(found -> head.head().isSignedBy(found.key(), head.signature()))
        .isPresent();
  }
}
