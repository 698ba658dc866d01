package dev.annals.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.command.Database;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.web.PublicUrl;
import dev.annals.jobs.schedule.Schedule.Trigger;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tests claims, deletions and leftovers of stored bytes, which HTTP does not show, on each of the
 * stores.
 */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class StorageTest {

  private static S3Server server;
  private static ConfigurableApplicationContext node;

  private final FileStorage files = node.getBean(FileStorage.class);
  private final StoredFiles stored = node.getBean(StoredFiles.class);
  private final ObjectStore store = node.getBean(ObjectStore.class);
  private final JdbcClient jdbc = node.getBean(JdbcClient.class);
  private final TransactionTemplate transaction = node.getBean(TransactionTemplate.class);
  private final UUID anna = UUID.randomUUID();
  private final UUID bert = UUID.randomUUID();
  private final String text = "This is " + anna;

  private final boolean onS3;

  StorageTest(boolean onS3) {
    this.onS3 = onS3;
  }

  @BeforeParameterizedClassInvocation
  static void start(boolean onS3) {
    server = new S3Server();
    String quota = "--annals.attachments.quota=1000B";
    String longer = "--annals.attachments.link-lifetime=2h";
    node =
        Database.create()
            .start(
                onS3
                    ? Stream.concat(Stream.of(quota, longer), Stream.of(server.properties()))
                        .toArray(String[]::new)
                    : new String[] {quota});
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    node.close();
    server.close();
  }

  @BeforeEach
  void createKeys() {
    node.getBean(StoredSubjectKeys.class).create(anna);
    node.getBean(StoredSubjectKeys.class).create(bert);
  }

  @Test
  void usesTheConfiguredStore() {
    assertThat(store).isInstanceOf(onS3 ? S3Store.class : LocalStore.class);
  }

  @Test
  void refusesClaimsBeyondTheQuota() {
    stored.claim(anna, "aa", 900);

    assertThatThrownBy(() -> stored.claim(anna, "bb", 101))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.problem()).isEqualTo(Problem.STORAGE_QUOTA_EXCEEDED);
              assertThat(refusal.extensions()).containsEntry("remaining", 100L);
            });
    stored.claim(anna, "bb", 100);
    stored.claim(bert, "bb", 1000);
  }

  @Test
  void refusesConcurrentClaimsBeyondTheQuota() {
    List<CompletableFuture<UUID>> claims =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> stored.claim(anna, "cc" + i, 300)))
            .toList();

    assertThat(claims.stream().filter(claim -> claim.handle((id, no) -> no == null).join()))
        .hasSize(3);
  }

  @Test
  void aReleasedClaimFreesTheQuota() {
    UUID claim = stored.claim(anna, "dd", 1000);
    stored.releaseClaim(claim);

    stored.claim(anna, "dd", 1000);
  }

  @Test
  void sharedBytesStayUntilTheLastHolderReleasesThem() {
    UUID ofAnna = attach(anna);
    UUID ofBert = attach(bert);

    detach(ofAnna);
    await().until(() -> removals() == 0);
    assertThat(content(sha256())).isEqualTo(text);

    detach(ofBert);
    await().until(() -> store.open(object()).isEmpty());
  }

  @Test
  void bytesThatAreNotAttachedAreDeletedADayLater() {
    store(anna);

    sweepIn(Duration.ofHours(23));
    assertThat(content(sha256())).isEqualTo(text);

    sweepIn(Duration.ofHours(25));
    await().until(() -> store.open(object()).isEmpty());
    assertThat(jdbc.sql("select 1 from attachment.file where owner_id = ?").param(anna).query())
        .satisfies(rows -> assertThat(rows.listOfRows()).isEmpty());
  }

  @Test
  void bytesWithoutARowAreDeletedADayLater() {
    put(object());
    String upload = ObjectStore.upload(UUID.randomUUID());
    put(upload);
    SpooledFile spooled = spool();

    node.getBean(StoredObjects.class).release(sha256());
    sweepIn(Duration.ofHours(23));
    assertThat(store.open(object())).isPresent();
    assertThat(store.open(upload)).isPresent();

    sweepIn(Duration.ofHours(25));
    assertThat(store.open(upload)).isEmpty();
    await().until(() -> store.open(object()).isEmpty());
    assertThat(spooled.path()).doesNotExist();
  }

  @Test
  void bytesThatAreClaimedAgainAreStoredInANewPlace() {
    StoredObjects objects = node.getBean(StoredObjects.class);
    detach(attach(anna));
    store(bert);
    String key = objects.keyOf(sha256());
    assertThat(key).matches("objects/[0-9a-f]{64}\\.[0-9a-f-]{36}");
    await().until(() -> store.open(object()).isEmpty());
    // A late deletion.
    cleanup(Duration.ZERO).remove(object());
    assertThat(content(sha256())).isEqualTo(text);

    sweepIn(Duration.ofHours(23));
    assertThat(content(sha256())).isEqualTo(text);
    sweepIn(Duration.ofHours(25));
    await().until(() -> store.open(key).isEmpty());
    sweepIn(Duration.ofHours(51));
    assertThat(objects.keyOf(sha256())).isEqualTo(object());
  }

  @Test
  void theFirstPlaceIsNotReusedWhileADeletionFromItIsPending() {
    StoredObjects objects = node.getBean(StoredObjects.class);
    UUID attachment = attach(anna);
    String later = "update attachment.jobs set execution_time = now() + interval '%s days'";
    transaction.executeWithoutResult(
        status -> {
          stored.detach(attachment);
          jdbc.sql(later.formatted(7)).update();
        });

    // Not the whole sweep, which would also delete the bytes.
    objects.forgetReleased(Instant.now().plus(Duration.ofHours(1)));
    attach(bert);
    assertThat(objects.keyOf(sha256())).startsWith(object() + ".");

    jdbc.sql(later.formatted(0)).update();
    await().until(() -> store.open(object()).isEmpty());
    assertThat(content(sha256())).isEqualTo(text);
  }

  @Test
  void bytesInAPlaceWithoutARowAreDeletedADayLater() {
    String key = object() + "." + UUID.randomUUID();
    put(key);

    sweepIn(Duration.ofHours(23));
    assertThat(store.open(key)).isPresent();
    sweepIn(Duration.ofHours(25));
    assertThat(store.open(key)).isEmpty();
  }

  /** The previous version does not clear {@code released_at} and knows only the first place. */
  @Test
  void bytesThatThePreviousVersionClaimsAgainStay() {
    node.getBean(StoredObjects.class).claim(sha256());
    jdbc.sql("update attachment.object set released_at = now(), place = ? where sha256 = ?")
        .params(UUID.randomUUID(), sha256())
        .update();
    jdbc.sql(
            """
            insert into attachment.file (id, owner_id, sha256, size, created_at, expires_at)
            values (?, ?, ?, 1, now(), now())
            """)
        .params(UUID.randomUUID(), anna, sha256())
        .update();
    put(object());
    assertThat(content(sha256())).isEqualTo(text);

    cleanup(Duration.ZERO).remove(object());
    // Again, as after a crash in the job.
    cleanup(Duration.ZERO).remove(object());

    assertThat(content(sha256())).isEqualTo(text);
    assertThat(node.getBean(StoredObjects.class).keyOf(sha256())).isEqualTo(object());
  }

  /** The previous version deletes the row of bytes without a holder even while a job is pending. */
  @Test
  void bytesThatAreAttachedAgainAfterTheirRowWasDeletedStay() {
    UUID attachment = attach(anna);
    transaction.executeWithoutResult(
        status -> {
          stored.detach(attachment);
          jdbc.sql("delete from attachment.object where sha256 = ?").param(sha256()).update();
          jdbc.sql("update attachment.jobs set execution_time = now() + interval '7 days'")
              .update();
        });
    attach(bert);

    jdbc.sql("update attachment.jobs set execution_time = now()").update();
    runDueJobs();
    await().until(() -> removals() == 0);

    assertThat(content(sha256())).isEqualTo(text);
  }

  @Test
  void bytesInTheFirstPlaceStayUntilTheUpgradeIsOver() {
    StoredObjects objects = node.getBean(StoredObjects.class);
    jdbc.sql("update attachment.first_place set removable_from = now() + interval '1 hour'")
        .update();
    detach(attach(anna));
    jdbc.sql("update attachment.first_place set removable_from = to_timestamp(0)").update();
    detach(attach(anna));
    String job =
        "update attachment.jobs set execution_time = now() where convert_from(task_data, 'UTF8') = ?"
            + " and execution_time > now() + interval '59 minutes'";

    await().until(() -> removals() == 1);
    assertThat(store.open(object())).isPresent();
    assertThat(jdbc.sql(job).param('"' + object() + '"').update()).isEqualTo(1);
    runDueJobs();
    await().until(() -> store.open(object()).isEmpty());
    assertThat(objects.keyOf(sha256())).startsWith(object() + ".");
  }

  @Test
  void releasesScheduledByThePreviousVersionAreExecuted() {
    put(object());
    node.getBean(StoredObjects.class).claim(sha256());
    node.getBean(Scheduler.class)
        .schedule(
            StoredObjects.RELEASE.instance(UUID.randomUUID().toString()).data(sha256()).build(),
            Instant.now());

    await().until(() -> store.open(object()).isEmpty());
  }

  @Test
  void anUploadExpiresAndItsBytesAreDeleted() {
    // An hour, or the URL's lifetime if that is longer.
    int minutes = onS3 ? 120 : 60;
    UUID upload = announce(anna, 1);
    put(ObjectStore.upload(upload));
    assertThat(
            jdbc.sql(
                    """
                    update attachment.jobs set execution_time = now()
                    where task_name = 'upload-end' and task_instance = ?
                    and execution_time between now() + make_interval(mins => ? - 1)
                      and now() + make_interval(mins => ? + 1)
                    and execution_time =
                      (select expires_at from attachment.file where id::text = task_instance)
                    """)
                .params(upload.toString(), minutes, minutes)
                .update())
        .isEqualTo(1);

    runDueJobs();
    await().until(() -> store.open(ObjectStore.upload(upload)).isEmpty());
    announce(anna, 1);
  }

  @Test
  void bytesSentForAnUploadAreDeletedOnceItIsAttached() {
    UUID upload = announce(anna, 1);
    put(ObjectStore.upload(upload));

    transaction.executeWithoutResult(status -> stored.attach(upload, upload));

    await().until(() -> store.open(ObjectStore.upload(upload)).isEmpty());
  }

  @Test
  void bytesSentForACompletedUploadAreDeletedWhenItEnds() {
    UUID upload = announce(anna, 1);
    transaction.executeWithoutResult(status -> stored.attach(upload, upload));
    put(ObjectStore.upload(upload));

    cleanup(Duration.ZERO).end(upload);

    assertThat(store.open(ObjectStore.upload(upload))).isEmpty();
  }

  @Test
  void aUserReadsAndSends20FilesAtATimeWithoutAffectingOthers() throws IOException {
    attach(anna);
    List<AutoCloseable> open = new ArrayList<>();
    for (int i = 0; i < FileStorage.MAX_CONCURRENT; i++) {
      open.add(files.open(anna, sha256(), 0, 1));
      open.add(files.permit(anna));
    }
    assertTooMany(() -> files.open(anna, sha256(), 0, 1));
    assertTooMany(() -> files.permit(anna));
    files.open(bert, sha256(), 0, 1).close();
    files.permit(bert).close();

    open.forEach(
        it -> {
          try {
            it.close();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    try (InputStream read = files.open(anna, sha256(), 1, 3)) {
      assertThat(read.readAllBytes())
          .isEqualTo(text.substring(1, 4).getBytes(StandardCharsets.UTF_8));
    }
    // A failed read gives its permit back.
    for (int i = 0; i <= FileStorage.MAX_CONCURRENT; i++) {
      assertThatThrownBy(() -> files.open(anna, "aa", 0, 1))
          .isInstanceOfSatisfying(
              Refusal.class, no -> assertThat(no.problem()).isEqualTo(Problem.UNAVAILABLE));
    }
  }

  private static void assertTooMany(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Refusal.class, no -> assertThat(no.problem()).isEqualTo(Problem.TOO_MANY_REQUESTS));
  }

  @Test
  void attachedBytesOutliveTheSweep() {
    attach(anna);

    sweepIn(Duration.ofDays(400));

    assertThat(content(sha256())).isEqualTo(text);
  }

  @Test
  void anInterruptedUploadLeavesNoFile() throws IOException {
    List<Path> before = spooled();
    InputStream gone = InputStream.nullInputStream();
    gone.close();
    InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[1 << 20]), gone);

    assertThatThrownBy(() -> files.spool(broken)).isInstanceOf(UncheckedIOException.class);

    assertThat(spooled()).isEqualTo(before);
  }

  @Test
  void aRefusedFileLeavesNoBytesAndNoClaim() {
    try (SpooledFile file = spool()) {
      assertThatThrownBy(() -> files.store(anna, "a.png", "image/png", file))
          .isInstanceOf(Refusal.class);
    }

    assertThat(store.open(object())).isEmpty();
    stored.claim(anna, "ee", 1000);
  }

  @Test
  void aFailingStoreIsReportedAsUnavailableAndLeavesNoClaim() throws IOException {
    Path objects = node.getBean(Spool.class).folder().resolveSibling("objects");
    Path aside = objects.resolveSibling("aside");
    if (onS3) {
      server.pause();
    } else {
      Files.move(objects, aside);
      Files.createFile(objects);
    }
    try (SpooledFile file = spool()) {
      assertThatThrownBy(() -> files.store(anna, "a.txt", "text/plain", file))
          .isInstanceOfSatisfying(
              Refusal.class, no -> assertThat(no.problem()).isEqualTo(Problem.UNAVAILABLE));
    } finally {
      if (onS3) {
        server.resume();
      } else {
        Files.delete(objects);
        Files.move(aside, objects);
      }
    }
    stored.claim(anna, "ff", 1000);

    store(bert);
    assertThat(content(sha256())).isEqualTo(text);
  }

  @Test
  void anAnnouncedUploadCountsAsAtLeastOneMebibyte() {
    UUID first = announce(anna, 1);

    assertThatThrownBy(() -> announce(anna, 1)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> stored.claim(anna, "gg", 1)).isInstanceOf(Refusal.class);
    transaction.executeWithoutResult(status -> stored.attach(first, first));
    announce(anna, 1);
  }

  private UUID announce(UUID owner, long size) {
    UUID id = UUID.randomUUID();
    stored.claim(new Upload(id, owner, UUID.randomUUID(), "a.txt", "text/plain", size, "ab" + id));
    return id;
  }

  @Test
  void returnsLargeFilesUnchanged() throws IOException {
    byte[] bytes = new byte[25 << 20];
    new Random(7).nextBytes(bytes);
    try (SpooledFile file = files.spool(new ByteArrayInputStream(bytes))) {
      store.put(ObjectStore.object(file.sha256()), file);
      try (InputStream read = files.open(file.sha256())) {
        assertThat(read.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void aSignedUrlIsValidForItsMethodPathAndTimeOnly() {
    Instant until = Instant.parse("2026-11-22T06:00:00Z");
    SignedUrls urls = urlsAt(until.minusSeconds(1));
    String query = URI.create(urls.sign("GET", "/files/a", until)).getRawQuery();
    String expires = query.replaceAll("expires=(\\d+)&.*", "$1");
    String signature = query.replaceAll(".*signature=", "");

    assertThat(expires).isEqualTo("1795327200");
    urls.check("GET", "/files/a", expires, signature);
    for (SignedRequest other :
        List.of(
            new SignedRequest("PUT", "/files/a", expires, signature),
            new SignedRequest("HEAD", "/files/a", expires, signature),
            new SignedRequest("GET", "/files/b", expires, signature),
            new SignedRequest("GET", "/files/a", "1795327201", signature),
            new SignedRequest("GET", "/files/a", "x", signature),
            new SignedRequest("GET", "/files/a", expires, signature + "A"),
            new SignedRequest("GET", "/files/a", expires, "A" + signature.substring(1) + "é"),
            new SignedRequest("GET", "/files/a", expires, null),
            new SignedRequest("GET", "/files/a", null, signature))) {
      assertRefused(urls, other);
    }
    assertRefused(urlsAt(until), new SignedRequest("GET", "/files/a", expires, signature));
  }

  private record SignedRequest(String method, String path, String expires, String signature) {}

  private static void assertRefused(SignedUrls urls, SignedRequest it) {
    assertThatThrownBy(() -> urls.check(it.method(), it.path(), it.expires(), it.signature()))
        .as(it.toString())
        .isInstanceOfSatisfying(
            Refusal.class, no -> assertThat(no.problem()).isEqualTo(Problem.FORBIDDEN));
  }

  @Test
  void aUrlSignedByThePreviousMasterKeyIsValidWhileThatKeyIsConfigured() {
    String next = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    Instant now = Instant.parse("2026-11-22T05:50:00Z");
    String query = URI.create(urlsAt(now).sign("GET", "/files/a", now.plusSeconds(60))).getQuery();
    Matcher signed = Pattern.compile("expires=(.*)&signature=(.*)").matcher(query);
    assertThat(signed.matches()).isTrue();

    urlsAt(now, new MasterKey(next, Database.MASTER_KEY))
        .check("GET", "/files/a", signed.group(1), signed.group(2));
    assertRefused(
        urlsAt(now, new MasterKey(next)),
        new SignedRequest("GET", "/files/a", signed.group(1), signed.group(2)));
  }

  private static SignedUrls urlsAt(Instant now) {
    return urlsAt(now, node.getBean(MasterKey.class));
  }

  private static SignedUrls urlsAt(Instant now, MasterKey masterKey) {
    return new SignedUrls(
        masterKey, node.getBean(PublicUrl.class), Clock.fixed(now, ZoneOffset.UTC));
  }

  private UUID attach(UUID owner) {
    UUID attachment = UUID.randomUUID();
    ClaimedFile held = store(owner);
    transaction.executeWithoutResult(status -> stored.attach(held.claim(), attachment));
    return attachment;
  }

  private void detach(UUID attachment) {
    transaction.executeWithoutResult(status -> stored.detach(attachment));
  }

  private ClaimedFile store(UUID owner) {
    try (SpooledFile file = spool()) {
      return files.store(owner, "a.txt", "text/plain", file);
    }
  }

  private void put(String key) {
    try (SpooledFile file = spool()) {
      store.put(key, file);
    }
  }

  private SpooledFile spool() {
    return files.spool(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private String sha256() {
    try (SpooledFile file = spool()) {
      return file.sha256();
    }
  }

  private String object() {
    return ObjectStore.object(sha256());
  }

  private String content(String sha256) {
    try (InputStream bytes = files.open(sha256)) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> spooled() {
    try (Stream<Path> all = Files.list(node.getBean(Spool.class).folder())) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Must follow each change of a job's time by SQL. */
  private static void runDueJobs() {
    node.getBean("storeScheduler", Scheduler.class).triggerCheckForDueExecutions();
  }

  private long removals() {
    return jdbc.sql("select count(*) from attachment.jobs where task_name = 'store-removal'")
        .query(Long.class)
        .single();
  }

  private void sweepIn(Duration time) {
    cleanup(time).run(Trigger.SCHEDULED);
  }

  private OrphanedFileCleanup cleanup(Duration ahead) {
    return new OrphanedFileCleanup(
        stored,
        node.getBean(StoredObjects.class),
        store,
        node.getBean(Spool.class),
        Clock.offset(Clock.systemUTC(), ahead));
  }
}
