package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The metrics that dashboards and alerts use. */
@ExtendWith(Deployment.class)
class MetricsIT {

  private static final Pattern MANAGEMENT = Pattern.compile("(?m)^Management: (\\S+)$");

  private final Annals annals;
  private final List<URI> managements;

  MetricsIT(Annals annals) {
    assumeThat(annals.output()).isPresent();
    this.annals = annals;
    this.managements =
        MANAGEMENT
            .matcher(annals.output().orElseThrow().get())
            .results()
            .map(line -> URI.create(line.group(1)))
            .toList();
    assertThat(managements).isNotEmpty();
  }

  @Test
  void countCommandsByOutcomeEventsAndProjectionLag() {
    Client user = annals.newUser();
    double created = figure("annals_commands_seconds_count", "CreateNote", "succeeded");
    double refused = figure("annals_commands_seconds_count", "UpdateNote", "refused");
    double appended = figure("annals_events_appended_total", "NoteCreated");

    Answer note = user.post("/notes", "{\"title\": \"Measured\"}").expect(201);
    user.with("If-Match", "\"7\"")
        .put("/notes/" + note.id(), "{\"title\": \"Never\", \"content\": \"\", \"tags\": []}")
        .expect(412);

    assertThat(figure("annals_commands_seconds_count", "CreateNote", "succeeded"))
        .isGreaterThan(created);
    assertThat(figure("annals_commands_seconds_count", "UpdateNote", "refused"))
        .isGreaterThan(refused);
    assertThat(figure("annals_events_appended_total", "NoteCreated")).isGreaterThan(appended);
    assertThat(scraped()).contains("annals_commands_seconds_bucket{outcome=\"succeeded\"");
    Annals.eventually(
        () -> {
          assertThat(figure("annals_processor_batch_seconds_count", "\"notes\"")).isPositive();
          assertThat(scraped())
              .contains("annals_processor_lag_events{", "annals_processor_lag_time_seconds{")
              .contains("annals_stomp_sessions", "annals_stomp_messages_total");
        });
  }

  @Test
  void countMailsByOutcome() {
    String email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201);
    annals.anybody().post("/auth/forgot-password", Json.object("email", email)).expect(202);
    Annals.eventually(
        () -> assertThat(figure("annals_mails_total", "password-reset", "sent")).isPositive());
  }

  private double figure(String name, String... labels) {
    return scraped()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(
            line -> {
              for (String label : labels) {
                if (!line.contains(label)) {
                  return false;
                }
              }
              return true;
            })
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Returns the metrics of all processes. */
  private String scraped() {
    return managements.stream().map(MetricsIT::scraped).collect(Collectors.joining());
  }

  private static String scraped(URI management) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(management.resolve("/actuator/prometheus")).build(),
              BodyHandlers.ofString())
          .body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
