package dev.annals.jobs.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.start.CannotStartException;
import dev.annals.command.Database;
import dev.annals.command.MailServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests mail jobs with a writer of the tests. */
class MailDeliveryTest {

  private static final UUID USER = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  private static final MailServer mailServer = new MailServer();
  private static ConfigurableApplicationContext node;

  private final UUID id = UUID.randomUUID();
  private final String address = id + "@example.org";
  private final Clock clock = node.getBean(Clock.class);
  private final Mails mails = node.getBean(Mails.class);
  private final TestWriter writer = node.getBean(TestWriter.class);

  @BeforeAll
  static void start() {
    mailServer.start();
    node = Database.create().start(mailServer.settings(), TestWriter.class);
  }

  @AfterAll
  static void stop() {
    node.close();
    mailServer.stop();
  }

  @Test
  void isSentOnceIfRecordingFailsAtFirst() {
    writer.failToRecord.add(id);
    double sent = mails("sent");

    schedule(Duration.ofMinutes(1));

    eventually().until(() -> writer.recorded.contains(id));
    assertThat(mailServer.to(address)).hasSize(1);
    assertThat(mails("sent")).isEqualTo(sent + 1);
  }

  @Test
  void isNotSentIfItsTransactionIsRolledBack() {
    node.getBean(TransactionTemplate.class)
        .executeWithoutResult(
            status -> {
              schedule(Duration.ofMinutes(1));
              status.setRollbackOnly();
            });
    UUID next = UUID.randomUUID();
    mails.schedule("test", next, USER, clock.instant().plusSeconds(60));

    mailServer.await(1, next + "@example.org");
    assertThat(mailServer.to(address)).isEmpty();
  }

  @Test
  void isNotSentIfCancelled() {
    node.getBean(TransactionTemplate.class)
        .executeWithoutResult(
            status -> {
              schedule(Duration.ofMinutes(1));
              mails.cancel(id);
            });
    assertThat(mailJobs()).isZero();
    mails.cancel(id);
  }

  @Test
  void isRetriedUntilItExpiresIfItCannotBeWritten() {
    writer.failToWrite.add(id);

    schedule(Duration.ofSeconds(4));

    eventually().until(() -> mailJobs() == 0);
    assertThat(writer.written).hasValueGreaterThan(1);
    assertThat(mailServer.to(address)).isEmpty();
  }

  @Test
  void isNotSentAfterItExpires() {
    schedule(Duration.ofSeconds(-1));

    eventually().until(() -> mailJobs() == 0);
    assertThat(mailServer.to(address)).isEmpty();
  }

  @Test
  void isRefusedPermanentlyForANonAsciiAddress() {
    writer.nonAscii.add(id);
    double sent = mails("sent");

    schedule(Duration.ofMinutes(1));

    eventually().until(() -> mailJobs() == 0);
    assertThat(mails("refused")).isEqualTo(1);
    assertThat(mails("sent")).isEqualTo(sent);
    assertThat(writer.recorded).doesNotContain(id);
  }

  @Test
  void isScheduledOncePerId() {
    node.getBean(TransactionTemplate.class)
        .executeWithoutResult(
            status -> {
              schedule(Duration.ofMinutes(1));
              schedule(Duration.ofMinutes(1));
            });

    mailServer.await(1, address);
    eventually().until(() -> mailJobs() == 0);
    assertThat(mailServer.to(address)).hasSize(1);
  }

  /** Other mails are bounded by the day or by a rate limit. */
  @Test
  void onlyNoticesHaveAnHourlyMaximum() {
    List<UUID> many = Stream.generate(UUID::randomUUID).limit(21).toList();
    many.forEach(it -> mails.schedule("test", it, id, clock.instant().plusSeconds(60)));

    many.forEach(it -> mailServer.await(1, it + "@example.org"));
    assertThat(mails("limited")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "a@b@c", "Annals <>"})
  void refusesAnInvalidSenderAtTheStart(String from) {
    assertThatThrownBy(() -> new MailTransport(null, new MailTransport.Properties(from)))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            "The property annals.mail.from is not an address such as Annals <annals@example.org>.");
  }

  private void schedule(Duration time) {
    mails.schedule("test", id, USER, clock.instant().plus(time));
  }

  private long mailJobs() {
    return node.getBean(JdbcClient.class)
        .sql("select count(*) from events.scheduled_tasks where task_instance = ?")
        .param(id.toString())
        .query(Long.class)
        .single();
  }

  private static double mails(String outcome) {
    return node.getBean(MeterRegistry.class)
        .counter("annals.mails", "kind", "test", "outcome", outcome)
        .count();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50));
  }

  /** Writes to an address derived from the job's id. */
  static class TestWriter implements MailWriter {

    final Set<UUID> failToRecord = ConcurrentHashMap.newKeySet();
    final Set<UUID> failToWrite = ConcurrentHashMap.newKeySet();
    final Set<UUID> nonAscii = ConcurrentHashMap.newKeySet();
    final Set<UUID> recorded = ConcurrentHashMap.newKeySet();
    final AtomicInteger written = new AtomicInteger();

    @Override
    public String kind() {
      return "test";
    }

    @Override
    public Optional<Mail> write(MailJob job) {
      if (failToWrite.contains(job.id())) {
        written.incrementAndGet();
        throw new IllegalStateException("cannot be written");
      }
      return Optional.of(
          new Mail(
              (nonAscii.contains(job.id()) ? "š" : "") + job.id() + "@example.org",
              "Test",
              "password-changed",
              Map.of("name", "Somebody")));
    }

    @Override
    public void sent(MailJob job) {
      if (failToRecord.remove(job.id())) {
        throw new IllegalStateException("cannot be recorded");
      }
      recorded.add(job.id());
    }
  }
}
