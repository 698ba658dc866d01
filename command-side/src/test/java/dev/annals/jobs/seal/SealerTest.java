package dev.annals.jobs.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.command.Database;
import dev.annals.eventstore.seal.MerkleTree;
import dev.annals.eventstore.seal.StoredEvent;
import dev.annals.eventstore.seal.TreeHead;
import dev.annals.jobs.schedule.Schedule.Trigger;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tests the Merkle tree and the audit entries that two instances build of one history. */
class SealerTest {

  private static final String WRITE =
      """
      insert into events.domain_event_entry (event_identifier, aggregate_identifier,
        sequence_number, type, time_stamp, payload_type, payload, meta_data)
      values ('%1$s', '%1$s', 0, 'Nothing', '2026-03-01T10:00:00Z', 'test.Nothing', '{}', '{}')
      """;

  private static Database database;
  private static List<ConfigurableApplicationContext> nodes;

  private final JdbcClient jdbc = database.jdbc();
  private final Sealer sealer = nodes.get(0).getBean(Sealer.class);

  @BeforeAll
  static void start() {
    database = Database.create();
    nodes = List.of(database.start(), database.start());
  }

  @AfterAll
  static void stop() {
    nodes.forEach(ConfigurableApplicationContext::close);
  }

  @BeforeEach
  void sealAll() {
    sealer.run(Trigger.MANUAL);
  }

  @Test
  void sealsEveryEventInOrder() throws Exception {
    write(3);
    sealer.run(Trigger.MANUAL);

    assertThat(leaves()).isEqualTo(positions());
    assertThat(entries()).isEqualTo(positions());
    assertHeadMatchesEvents();
  }

  @Test
  void signsAHeadOnlyIfThereAreNewEvents() {
    long heads = number("select count(*) from events.seal_head");
    sealer.run(Trigger.MANUAL);
    assertThat(number("select count(*) from events.seal_head")).isEqualTo(heads);

    write(1);
    sealer.run(Trigger.MANUAL);
    assertThat(number("select count(*) from events.seal_head")).isEqualTo(heads + 1);
  }

  @Test
  void sealsALateCommitInItsPlace() throws Exception {
    try (Connection late = database.dataSource().getConnection()) {
      late.setAutoCommit(false);
      write(late);
      write(1);
      CompletableFuture<Void> run = CompletableFuture.runAsync(() -> sealer.run(Trigger.MANUAL));
      write(1);
      // The run waits for the open transaction.
      assertThat(run.isDone()).isFalse();
      late.commit();
      run.join();
    }
    sealer.run(Trigger.MANUAL);

    assertThat(leaves()).isEqualTo(positions());
    assertThat(entries()).isEqualTo(positions());
    assertHeadMatchesEvents();
  }

  @Test
  void doesNotWaitForARolledBackTransaction() throws Exception {
    try (Connection undone = database.dataSource().getConnection()) {
      undone.setAutoCommit(false);
      write(undone);
      undone.rollback();
    }
    write(1);
    sealer.run(Trigger.MANUAL);

    assertThat(leaves()).isEqualTo(positions());
    assertThat(entries()).isEqualTo(positions());
  }

  @Test
  void twoConcurrentInstancesBuildOneTree() throws Exception {
    CompletableFuture<Void> writes =
        CompletableFuture.runAsync(() -> IntStream.range(0, 20).parallel().forEach(i -> write(50)));
    Stream<CompletableFuture<Void>> runs =
        nodes.stream()
            .map(
                node ->
                    CompletableFuture.runAsync(
                        () -> {
                          while (!writes.isDone()) {
                            node.getBean(Sealer.class).run(Trigger.SCHEDULED);
                          }
                        }));
    runs.toList().forEach(CompletableFuture::join);
    sealer.run(Trigger.MANUAL);

    assertThat(leaves()).isEqualTo(positions());
    assertThat(entries()).isEqualTo(positions());
    assertHeadMatchesEvents();
  }

  @Test
  void completesAnInterruptedRun() throws Exception {
    write(2_500);
    // As after a crash between two pages: leaves without a head.
    sealer.run(Trigger.MANUAL);
    jdbc.sql("delete from events.seal_head where size = (select max(size) from events.seal_head)")
        .update();
    jdbc.sql(
            """
            delete from events.seal_leaf
            where leaf_index >= (select max(leaf_index) - 999 from events.seal_leaf)
            """)
        .update();
    long size = number("select count(*) from events.seal_leaf");
    jdbc.sql("delete from events.seal_node where ((node_index + 1) << level) > ?")
        .param(size)
        .update();

    nodes.get(1).getBean(Sealer.class).run(Trigger.MANUAL);

    assertThat(leaves()).isEqualTo(positions());
    assertThat(entries()).isEqualTo(positions());
    assertHeadMatchesEvents();
  }

  private void write(int count) {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        write(connection);
      }
      connection.commit();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Connection connection) throws SQLException {
    try (Statement insert = connection.createStatement()) {
      insert.execute(WRITE.formatted(UUID.randomUUID()));
    }
  }

  private List<Long> leaves() {
    return jdbc.sql("select position from events.seal_leaf order by leaf_index")
        .query(Long.class)
        .list();
  }

  private List<Long> entries() {
    return jdbc.sql("select global_index from events.audit_entry order by global_index")
        .query(Long.class)
        .list();
  }

  private List<Long> positions() {
    return jdbc.sql("select global_index from events.domain_event_entry order by global_index")
        .query(Long.class)
        .list();
  }

  private long number(String query) {
    return jdbc.sql(query).query(Long.class).single();
  }

  private void assertHeadMatchesEvents() throws Exception {
    MerkleTree tree = new MerkleTree();
    jdbc.sql(
            "select "
                + StoredEvent.COLUMNS
                + " from events.domain_event_entry order by global_index")
        .query((row, number) -> StoredEvent.read(row))
        .list()
        .forEach(event -> tree.add(MerkleTree.leafHash(event.bytes())));
    var head =
        jdbc.sql("select * from events.seal_head order by size desc limit 1").query().singleRow();
    assertThat(head.get("size")).isEqualTo(tree.size());
    assertThat((byte[]) head.get("root")).isEqualTo(tree.root());
    byte[] key =
        jdbc.sql("select public_key from identity.signing_key where purpose = 'seal' and kid = ?")
            .param(head.get("kid"))
            .query(byte[].class)
            .single();
    OffsetDateTime signedAt =
        jdbc.sql("select signed_at from events.seal_head order by size desc limit 1")
            .query(OffsetDateTime.class)
            .single();
    assertThat(
            new TreeHead(tree.size(), tree.root(), signedAt.toInstant())
                .isSignedBy(
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key)),
                    (byte[]) head.get("signature")))
        .isTrue();
  }
}
