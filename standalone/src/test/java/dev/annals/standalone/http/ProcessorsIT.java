package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.SplitDeployment;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The processors of both sides in the admin API. */
@ExtendWith(Deployment.class)
class ProcessorsIT {

  private final Client admin;
  private final Client user;
  private final int segments;

  ProcessorsIT(Annals annals, SplitDeployment split) {
    segments = split == null ? 1 : 4;
    admin = annals.admin();
    user = annals.newUser();
  }

  @Test
  void processorsOfBothSidesReachTheLastEvent() {
    Map<String, JsonNode> before = processors();
    user.post("/notes", Kind.NOTE.creation).expect(201);

    assertThat(before).containsKeys("notes", "tasks", "notifications", "overdue", "password-reset");
    assertThat(before.values())
        .allSatisfy(
            processor -> {
              assertThat(processor.propertyNames())
                  .containsExactlyInAnyOrder(
                      "name",
                      "side",
                      "position",
                      "head",
                      "lag",
                      "eventsPerSecond",
                      "segments",
                      "owners",
                      "error",
                      "deadLetters",
                      "replayable");
              assertThat(processor.get("head").asLong() - processor.get("position").asLong())
                  .isEqualTo(processor.get("lag").asLong())
                  .isNotNegative();
              assertThat(processor.get("owners")).isNotEmpty();
            });
    assertThat(before.get("notes").get("side").asString()).isEqualTo("query");
    assertThat(before.get("notes").get("segments").asInt()).isEqualTo(segments);
    assertThat(before.get("password-reset").get("side").asString()).isEqualTo("command");
    assertThat(
            before.values().stream()
                .filter(processor -> processor.get("replayable").asBoolean())
                .map(processor -> processor.get("name").asString()))
        .containsExactlyInAnyOrder("notes", "tasks");

    long head = before.get("notes").get("head").asLong();
    Annals.eventually(
        () ->
            assertThat(processors().values())
                .allSatisfy(
                    processor -> {
                      assertThat(processor.get("position").asLong()).isGreaterThan(head);
                      assertThat(processor.get("error").isNull()).isTrue();
                    }));
  }

  private Map<String, JsonNode> processors() {
    JsonNode all = admin.get("/admin/processors").expect(200).json();
    return StreamSupport.stream(all.spliterator(), false)
        .collect(Collectors.toMap(it -> it.get("name").asString(), it -> it));
  }
}
