package dev.annals.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.command.Database;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A store that accepts connections but does not answer delays only its own callers. */
class HangingStoreTest {

  private static final int MORE_FILES_THAN_THREADS = 12;
  private static final S3Server SERVER = new S3Server();
  private static final HangingConnection CONNECTION = new HangingConnection(SERVER.port());
  private static ConfigurableApplicationContext node;

  private final FileStorage files = node.getBean(FileStorage.class);
  private final StoredFiles stored = node.getBean(StoredFiles.class);
  private final StoredObjects objects = node.getBean(StoredObjects.class);
  private final JdbcClient jdbc = node.getBean(JdbcClient.class);
  private final TransactionTemplate transaction = node.getBean(TransactionTemplate.class);
  private final UUID anna = UUID.randomUUID();
  private final UUID bert = UUID.randomUUID();

  HangingStoreTest() {
    node.getBean(StoredSubjectKeys.class).create(anna);
    node.getBean(StoredSubjectKeys.class).create(bert);
  }

  @BeforeAll
  static void start() {
    node = Database.create().start(S3Server.properties(CONNECTION.port()));
  }

  @AfterAll
  static void stop() throws IOException {
    CONNECTION.close();
    node.close();
    SERVER.close();
  }

  @AfterEach
  void resume() {
    CONNECTION.resume().run();
  }

  @Test
  void delaysNoOtherJobsAndNoTransactions() {
    List<UUID> attached =
        IntStream.range(0, MORE_FILES_THAN_THREADS)
            .mapToObj(i -> attach(anna, anna + " " + i))
            .toList();
    CONNECTION.hang();
    long before = CONNECTION.held();
    attached.forEach(this::detach);
    await().until(() -> CONNECTION.held() > before + 1);
    OffsetDateTime hangs = jdbc.sql("select now()").query(OffsetDateTime.class).single();

    for (String name : List.of("seal", "overdue-sweep", "daily-summary")) {
      Instant begin = Instant.now();
      runNow(name);
      await().until(() -> lastSuccess(name).isAfter(begin));
    }
    // A claim of the bytes does not wait, and no transaction stays open.
    stored.claim(bert, sha256(anna + " 0"), 1);
    assertThat(
            jdbc.sql(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and xact_start < ?
                    """)
                .param(hangs)
                .query(Long.class)
                .single())
        .isZero();
    assertThat(removals()).isEqualTo(MORE_FILES_THAN_THREADS);

    CONNECTION.resume().run();
    await().atMost(Duration.ofSeconds(60)).until(() -> removals() == 0);
  }

  @Test
  void deletesNoBytesThatWereAttachedAgainEvenIfItsDeletionIsLate() throws IOException {
    UUID attached = attach(anna, "late " + anna);
    CONNECTION.hang();
    long before = CONNECTION.held();
    detach(attached);
    await().until(() -> CONNECTION.held() > before);
    Runnable late = CONNECTION.resume();
    attach(bert, "late " + anna);
    await().atMost(Duration.ofSeconds(60)).until(() -> removals() == 0);
    // The object that the late request deletes tells when it is executed.
    String sha256 = sha256("late " + anna);
    ObjectStore store = node.getBean(ObjectStore.class);
    try (SpooledFile file = spool("late " + anna)) {
      store.put(ObjectStore.object(sha256), file);
    }

    late.run();

    await().until(() -> store.open(ObjectStore.object(sha256)).isEmpty());
    assertThat(content(sha256)).isEqualTo("late " + anna);
    assertThat(objects.keyOf(sha256)).contains(".");
  }

  @Test
  void isReportedAsUnavailableWithin20Seconds() {
    UUID attached = attach(anna, "before " + anna);
    CONNECTION.hang();
    Instant begin = Instant.now();
    assertUnavailable(() -> attach(anna, "after " + anna));
    assertUnavailable(() -> files.open(anna, sha256("before " + anna), 0, 1));
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
    // The refused file holds no claim.
    assertThat(
            jdbc.sql("select count(*) from attachment.file where owner_id = ?")
                .param(anna)
                .query(Long.class)
                .single())
        .isEqualTo(1);
    assertThat(stored.ownerOf(attached)).contains(anna);
  }

  @Test
  void failsWithin20SecondsIfS3StopsReading(@TempDir Path folder) throws IOException {
    byte[] bytes = new byte[12 << 20];
    try (HangingConnection connection = new HangingConnection(SERVER.port());
        S3Store store = new S3Store(S3Server.settings(connection.port()), Clock.systemUTC());
        SpooledFile file =
            SpooledFile.read(new ByteArrayInputStream(bytes), bytes.length, folder)) {
      connection.hangAfter(1 << 20);
      Instant begin = Instant.now();
      assertUnavailable(() -> store.put("objects/hangs", file));
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }
  }

  private static void assertUnavailable(ThrowingCallable it) {
    assertThatThrownBy(it)
        .isInstanceOfSatisfying(
            Refusal.class, no -> assertThat(no.problem()).isEqualTo(Problem.UNAVAILABLE));
  }

  private UUID attach(UUID owner, String text) {
    UUID attachment = UUID.randomUUID();
    try (SpooledFile file = spool(text)) {
      ClaimedFile held = files.store(owner, "a.txt", "text/plain", file);
      transaction.executeWithoutResult(status -> stored.attach(held.claim(), attachment));
    }
    return attachment;
  }

  private void detach(UUID attachment) {
    transaction.executeWithoutResult(status -> stored.detach(attachment));
  }

  private SpooledFile spool(String text) {
    return files.spool(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private String sha256(String text) {
    try (SpooledFile file = spool(text)) {
      return file.sha256();
    }
  }

  private String content(String sha256) throws IOException {
    try (InputStream bytes = files.open(sha256)) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void runNow(String name) {
    Scheduler scheduler = node.getBean(Scheduler.class);
    // The schedule may be running.
    await()
        .ignoreException(TaskInstanceCurrentlyExecutingException.class)
        .until(() -> scheduler.reschedule(row(name), Instant.now()));
  }

  private static Instant lastSuccess(String name) {
    return Stream.of(node.getBean(Scheduler.class))
        .flatMap(it -> it.getScheduledExecution(row(name)).stream())
        .map(it -> it.getLastSuccess() == null ? Instant.MIN : it.getLastSuccess())
        .findFirst()
        .orElse(Instant.MIN);
  }

  private static TaskInstanceId row(String name) {
    return TaskInstanceId.of(name, RecurringTask.INSTANCE);
  }

  private long removals() {
    return jdbc.sql("select count(*) from attachment.jobs where task_name = 'store-removal'")
        .query(Long.class)
        .single();
  }
}
