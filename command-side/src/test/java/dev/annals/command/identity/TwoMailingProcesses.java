package dev.annals.command.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.command.MailServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two processes on one database, with a mail server that tests can stop. */
public abstract class TwoMailingProcesses {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  protected static MailServer post;
  protected static Database database;
  protected static ConfigurableApplicationContext first;
  protected static ConfigurableApplicationContext second;

  protected final JdbcClient jdbc = database.jdbc();
  protected final String email = UUID.randomUUID() + "@example.org";

  @BeforeAll
  static void startTwo() {
    post = new MailServer();
    database = Database.create();
    first = database.start(post.settings());
    second = database.start(post.settings());
  }

  @AfterAll
  static void stopTwo() {
    second.close();
    first.close();
    post.stop();
  }

  @BeforeEach
  void startMailServer() {
    post.start();
  }

  /**
   * Posts to a process.
   *
   * @param authorization the header; none if empty
   * @param body JSON; none if empty
   */
  protected static HttpResponse<String> send(
      ConfigurableApplicationContext node, String authorization, String path, String body) {
    String port = node.getEnvironment().getProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the first group of the first match of a pattern. */
  protected static String find(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return found.group(1);
  }

  /** Returns the number of mails that are left to send to a user. */
  protected long mailJobs(UUID user) {
    return mailJobs("count(*)", user);
  }

  /** Returns the number of consecutive failures of a mail to a user. */
  protected long mailFailures(UUID user) {
    return mailJobs("coalesce(max(consecutive_failures), 0)", user);
  }

  private long mailJobs(String figure, UUID user) {
    return jdbc.sql(
            "select "
                + figure
                + " from events.scheduled_tasks"
                + " where task_name = 'mail' and convert_from(task_data, 'UTF8') like ?")
        .param("%" + user + "%")
        .query(Long.class)
        .single();
  }

  protected static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50));
  }
}
