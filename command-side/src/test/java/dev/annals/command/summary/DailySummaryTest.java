package dev.annals.command.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.annals.command.Database;
import dev.annals.command.MailServer;
import dev.annals.command.identity.People;
import dev.annals.command.task.Todo;
import dev.annals.jobs.mail.Mails;
import dev.annals.jobs.schedule.Schedule.Trigger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tests two command sides on one database with a clock of the tests. */
class DailySummaryTest {

  private static final String NEVER = "0 0 0 1 1 *";
  private static final MailServer mailServer = new MailServer();
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;

  private final String email = UUID.randomUUID() + "@example.org";
  private UUID user;
  private final JdbcClient jdbc = first.getBean(JdbcClient.class);
  private final DailySummary summary = first.getBean(DailySummary.class);

  @BeforeAll
  static void start() {
    mailServer.start();
    Database database = Database.create();
    first = node(database);
    second = node(database);
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
    mailServer.stop();
  }

  @BeforeEach
  void setClockToSundayMorning() {
    mailServer.start();
    setClock("2026-11-22T05:50:00Z");
  }

  @Test
  void listsTasksOverdueDueTodayAndDueInTheNextSevenDays() {
    UUID anna = subscribed("Europe/Vienna", 7);
    Todo todo = new Todo(first, anna);
    todo.create("<Dig>", "2026-11-20T17:00:00Z");
    todo.create("Sow", "2026-11-22T22:59:59.999Z");
    todo.create("Reap", "2026-11-22T23:00:00Z");
    todo.create("Rest", "2026-11-29T22:59:59.999Z");
    todo.create("Too late", "2026-11-29T23:00:00Z");
    todo.create("Never", null);
    todo.complete(todo.create("Done", "2026-11-20T17:00:00Z"));

    setClock("2026-11-22T06:00:00Z");
    summary.run(Trigger.SCHEDULED);

    MailServer.Received mail = mailServer.await(1, email).get(0);
    assertThat(mail.subject()).isEqualTo("Your tasks for Sunday, 22 November");
    assertThat(mail.text())
        .isEqualTo(
            """
            Hello Anna,

            these are your open tasks. Times are in Europe/Vienna.

            Overdue:

            - <Dig> (Fri 20 Nov 2026, 18:00)

            Due today:

            - Sow (Sun 22 Nov 2026, 23:59)

            Due in the next seven days:

            - Reap (Mon 23 Nov 2026, 00:00)
            - Rest (Sun 29 Nov 2026, 23:59)

            You get this mail once a day because you turned it on in your profile, where you can turn it off.
            """);
    assertThat(mail.html())
        .contains("&lt;Dig&gt;", "Sun 29 Nov 2026, 23:59")
        .doesNotContain("more");
  }

  @Test
  void isSentOnceADayNotBeforeTheHour() {
    UUID anna = subscribed("UTC", 7);
    new Todo(first, anna).create("Dig", "2026-11-20T17:00:00Z");

    runAt("2026-11-22T06:59:59Z");
    assertThat(jobs()).isZero();
    runAt("2026-11-22T07:00:00Z");
    mailServer.await(1, email);
    runAt("2026-11-22T07:01:00Z");
    runAt("2026-11-22T23:59:00Z");
    runAt("2026-11-23T07:00:00Z");

    mailServer.await(2, email);
    awaitNoJobs();
    assertThat(mailServer.to(email)).hasSize(2);
  }

  @Test
  void isSentOnceADayWhenClocksChange() {
    setClock("2027-03-27T12:00:00Z");
    UUID anna = subscribed("Europe/Vienna", 2);
    new Todo(first, anna).create("Dig", "2026-11-20T17:00:00Z");
    runAt("2027-03-28T00:59:00Z");
    assertThat(jobs()).isZero();
    runAt("2027-03-28T01:00:00Z");
    mailServer.await(1, email);
    runAt("2027-03-28T02:00:00Z");
    awaitNoJobs();

    setClock("2027-10-30T12:00:00Z");
    runAt("2027-10-30T12:00:00Z");
    mailServer.await(2, email);
    runAt("2027-10-31T00:00:00Z");
    mailServer.await(3, email);
    runAt("2027-10-31T01:00:00Z");

    awaitNoJobs();
    assertThat(mailServer.to(email)).hasSize(3);
  }

  @Test
  void isNotSentIfNoTaskIsDue() {
    subscribed("UTC", 7);

    runAt("2026-11-22T07:00:00Z");

    assertThat(next()).isEqualTo("2026-11-23T07:00:00Z");
    assertThat(jobs()).isZero();
  }

  @Test
  void aManualRunSendsTodaysSummaryUnlessItWasSent() {
    UUID anna = subscribed("UTC", 20);
    summary.run(Trigger.MANUAL);
    assertThat(jobs()).isZero();
    new Todo(first, anna).create("Dig", "2026-11-20T17:00:00Z");

    summary.run(Trigger.MANUAL);
    mailServer.await(1, email);
    summary.run(Trigger.MANUAL);
    runAt("2026-11-22T20:00:00Z");

    awaitNoJobs();
    assertThat(mailServer.to(email)).hasSize(1);
    assertThat(next()).isEqualTo("2026-11-23T20:00:00Z");
  }

  @Test
  void isNotSentToUsersWhoDoNotWantItOrAreDisabled() {
    UUID anna = subscribed("UTC", 7);
    new Todo(first, anna).create("Dig", "2026-11-20T17:00:00Z");
    People.disable(first, anna);
    eventually().until(() -> next() == null);
    runAt("2026-11-22T07:00:00Z");
    summary.run(Trigger.MANUAL);
    People.enable(first, anna);
    eventually().until(() -> next() != null);
    People.wants(first, anna, false, "UTC", 7);
    eventually().until(() -> next() == null);

    runAt("2026-11-23T07:00:00Z");
    summary.run(Trigger.MANUAL);

    assertThat(jobs()).isZero();
    assertThat(mailServer.to(email)).isEmpty();
  }

  @Test
  void isNotSentToAnUnverifiedAddress() {
    user = People.registerUnverified(first, email);
    People.wants(first, user, true, "UTC", 7);
    eventually().until(() -> next() != null);
    new Todo(first, user).create("Dig", "2026-11-20T17:00:00Z");

    runAt("2026-11-22T07:00:00Z");
    summary.run(Trigger.MANUAL);
    // A job from before the verification.
    first
        .getBean(Mails.class)
        .schedule("daily-summary", UUID.randomUUID(), user, Instant.parse("2099-01-01T00:00:00Z"));

    assertThat(next()).isEqualTo("2026-11-23T07:00:00Z");
    awaitNoJobs();
    assertThat(summaries()).isZero();

    // Earlier days are not made up for, but a manual run sends today's summary.
    People.verify(first, user);
    runAt("2026-11-22T08:00:00Z");
    assertThat(jobs()).isZero();
    summary.run(Trigger.MANUAL);
    eventually().until(() -> summaries() == 1);
    runAt("2026-11-23T07:00:00Z");
    eventually().until(() -> summaries() == 2);
  }

  @Test
  void isSentOnceAfterAnOutageOfTheMailServer() {
    UUID anna = subscribed("UTC", 7);
    new Todo(first, anna).create("Dig", "2026-11-20T17:00:00Z");
    mailServer.stop();

    runAt("2026-11-22T07:00:00Z");
    eventually().until(() -> failures() > 0);
    runAt("2026-11-22T07:30:00Z");
    mailServer.start();

    mailServer.await(1, email);
    runAt("2026-11-22T07:31:00Z");
    awaitNoJobs();
    assertThat(mailServer.to(email)).hasSize(1);
  }

  @Test
  void concurrentInstancesSendEachMailOnce() throws Exception {
    List<String> emails = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String address = i + "-" + email;
      emails.add(address);
      UUID one = People.register(first, address);
      People.wants(first, one, true, "UTC", 7);
      new Todo(first, one).create("Dig", "2026-11-20T17:00:00Z");
    }
    eventually().until(() -> subscriptions(emails.size()));
    setClock("2026-11-22T07:00:00Z");

    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> runs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      DailySummary racing = (i % 2 == 0 ? first : second).getBean(DailySummary.class);
      Trigger trigger = i % 4 < 2 ? Trigger.SCHEDULED : Trigger.MANUAL;
      runs.add(threads.submit(() -> racing.run(trigger)));
    }
    for (Future<?> run : runs) {
      run.get();
    }
    threads.shutdown();

    for (String address : emails) {
      mailServer.await(1, address);
    }
    eventually()
        .until(
            () ->
                jdbc.sql("select count(*) from events.scheduled_tasks where task_name = 'mail'")
                        .query(Integer.class)
                        .single()
                    == 0);
    assertThat(emails).allSatisfy(address -> assertThat(mailServer.to(address)).hasSize(1));
  }

  @Test
  void anUnknownTimeZoneCountsAsUtcAndStopsNoOtherSummary() {
    UUID stranger = People.register(first, "stranger-" + email);
    People.wants(first, stranger, true, "Mars/Olympus", 6);
    new Todo(first, stranger).create("Land", "2026-11-22T09:00:00Z");
    new Todo(first, subscribed("EST", 1)).create("Sow", "2026-11-22T12:00:00Z");
    assertThat(next()).isEqualTo(Instant.parse("2026-11-22T06:00:00Z"));
    eventually().until(() -> subscriptions(2));

    runAt("2026-11-22T06:00:00Z");

    assertThat(summary("stranger-" + email))
        .contains("Times are in Mars/Olympus.", "- Land (Sun 22 Nov 2026, 09:00)");
    assertThat(summary(email)).contains("Times are in EST.", "- Sow (Sun 22 Nov 2026, 07:00)");
  }

  private static String summary(String address) {
    return mailServer.await(1, address).get(0).text();
  }

  private long summaries() {
    return mailServer.to(email).stream()
        .filter(mail -> mail.subject().startsWith("Your tasks for"))
        .count();
  }

  private UUID subscribed(String zone, int hour) {
    user = People.register(first, email);
    People.wants(first, user, true, zone, hour);
    eventually().until(() -> next() != null);
    return user;
  }

  private static void setClock(String now) {
    MovingClock.set(now);
    // Their next check may be due only in the far future.
    for (ConfigurableApplicationContext node : List.of(first, second)) {
      node.getBean(Scheduler.class).triggerCheckForDueExecutions();
    }
  }

  private void runAt(String now) {
    MovingClock.set(now);
    summary.run(Trigger.SCHEDULED);
  }

  private Instant next() {
    return jdbc.sql(
            """
            select next_at from events.summary_subscription join identity.email_claim using (user_id)
            where email = ?
            """)
        .param(email)
        .query(OffsetDateTime.class)
        .optional()
        .map(OffsetDateTime::toInstant)
        .orElse(null);
  }

  private boolean subscriptions(int number) {
    return jdbc.sql(
                """
                select count(*) from events.summary_subscription join identity.email_claim using (user_id)
                where email like ?
                """)
            .param("%" + email)
            .query(Integer.class)
            .single()
        == number;
  }

  private long jobs() {
    return jdbc.sql(
            """
            select count(*) from events.scheduled_tasks
            where task_name = 'mail' and convert_from(task_data, 'UTF8') like ?
            """)
        .param("%" + user + "%")
        .query(Long.class)
        .single();
  }

  private int failures() {
    return jdbc.sql(
            """
            select coalesce(max(consecutive_failures), 0) from events.scheduled_tasks
            where task_name = 'mail' and convert_from(task_data, 'UTF8') like ?
            """)
        .param("%" + user + "%")
        .query(Integer.class)
        .single();
  }

  private void awaitNoJobs() {
    eventually().until(() -> jobs() == 0);
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
  }

  private static ConfigurableApplicationContext node(Database database) {
    List<String> settings = new ArrayList<>(List.of(mailServer.settings()));
    settings.add("--annals.schedules.daily-summary=" + NEVER);
    settings.add("--annals.schedules.overdue-sweep=" + NEVER);
    return database.start(settings.toArray(String[]::new), Time.class);
  }

  static class Time {
    @Bean
    @Primary
    Clock movingClock() {
      return new MovingClock();
    }
  }

  /** Runs on from the instant that it was set to; shared by both programs. */
  static final class MovingClock extends Clock {
    private static volatile Duration offset = Duration.ZERO;

    static void set(String now) {
      offset = Duration.between(Instant.now(), Instant.parse(now));
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(offset).truncatedTo(ChronoUnit.MILLIS);
    }
  }
}
