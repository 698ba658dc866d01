package dev.annals.jobs.seal;

import dev.annals.eventstore.axon.HighWaterMark;
import dev.annals.eventstore.crypto.SigningKeys;
import dev.annals.eventstore.seal.MerkleTree;
import dev.annals.eventstore.seal.StoredEvent;
import dev.annals.eventstore.seal.StoredNodes;
import dev.annals.eventstore.seal.TreeHead;
import dev.annals.jobs.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Appends new events to the Merkle tree, and then signs its head if any were new. It works in
 * pages, each a transaction, so the next run resumes after a crash. It only reads events that
 * commands have stored. It also enters them for auditors, and adds partitions for later ones.
 */
record Sealer(
    HighWaterMark highWaterMark,
    StoredNodes nodes,
    SigningKeys keys,
    AuditEntryWriter entries,
    EventPartitions partitions,
    TransactionTemplate transactions,
    JdbcClient jdbc,
    JdbcTemplate batches,
    Clock clock)
    implements Schedule {

  private static final int PAGE = 1_000;
  private static final int FETCH = 50;
  private static final Duration TIMEOUT = Duration.ofDays(1);

  @Override
  public String name() {
    return "seal";
  }

  @Override
  public void run(Trigger trigger) {
    try {
      partitions.add();
    } finally {
      seal();
    }
  }

  private void seal() {
    SigningKeys.SigningKey key = keys.sealing();
    boolean unentered = true;
    while (unentered) {
      long last = highWaterMark.await(TIMEOUT);
      boolean more = true;
      while (more) {
        more = Boolean.TRUE.equals(transactions.execute(status -> seal(last, key)));
      }
      // After an upgrade this takes longer than new events may stay unsealed.
      unentered = entries.enter(last);
    }
    entries.dropFormerIndexes();
  }

  /**
   * Seals a page, and signs the head after the last page.
   *
   * @return whether there are more pages
   */
  private boolean seal(long last, SigningKeys.SigningKey key) {
    // A stalled instance may resume while another one runs the same schedule.
    jdbc.sql("select pg_advisory_xact_lock(hashtext('events.seal_leaf'))").query(row -> {});
    long size = number("select coalesce(max(leaf_index) + 1, 0) from events.seal_leaf");
    long sealed = number("select coalesce(max(position), 0) from events.seal_leaf");
    MerkleTree tree = new MerkleTree(size, nodes);
    List<Object[]> leaves = new ArrayList<>();
    List<Object[]> inner = new ArrayList<>();
    jdbc.sql(
            "select "
                + StoredEvent.COLUMNS
                + """
                 from events.domain_event_entry
                where global_index > ? and global_index <= ? order by global_index limit ?
                """)
        .params(sealed, last, PAGE)
        .withFetchSize(FETCH)
        .query(
            row -> {
              StoredEvent event = StoredEvent.read(row);
              byte[] hash = MerkleTree.leafHash(event.bytes());
              leaves.add(new Object[] {tree.size(), event.position(), hash});
              tree.add(hash)
                  .forEach(
                      node -> inner.add(new Object[] {node.level(), node.index(), node.hash()}));
            });
    batches.batchUpdate(
        "insert into events.seal_leaf (leaf_index, position, hash) values (?, ?, ?)", leaves);
    batches.batchUpdate(
        "insert into events.seal_node (level, node_index, hash) values (?, ?, ?)", inner);
    boolean more = leaves.size() == PAGE;
    if (!more && tree.size() > number("select coalesce(max(size), 0) from events.seal_head")) {
      sign(tree, last, key);
    }
    return more;
  }

  private void sign(MerkleTree tree, long last, SigningKeys.SigningKey key) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    TreeHead head = new TreeHead(tree.size(), tree.root(), now);
    jdbc.sql(
            """
            insert into events.seal_head (size, position, root, signed_at, kid, signature)
            values (?, ?, ?, ?, ?, ?)
            """)
        .params(
            head.size(),
            last,
            head.root(),
            now.atOffset(ZoneOffset.UTC),
            key.kid(),
            head.sign(key.privateKey()))
        .update();
  }

  private long number(String query) {
    return jdbc.sql(query).query(Long.class).single();
  }
}
