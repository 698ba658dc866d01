package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** A replay of the notes, observed through the admin API. */
record NotesReplay(Annals annals, String path) {

  private static final Duration TIMEOUT = Duration.ofMinutes(30);

  static NotesReplay start(Annals annals) {
    Answer accepted = annals.admin().post("/admin/processors/notes/replay").expect(202);
    return new NotesReplay(annals, accepted.header("Location").orElseThrow());
  }

  /** Returns the same replay, observed through another deployment URL. */
  NotesReplay at(Annals elsewhere) {
    return new NotesReplay(elsewhere, path);
  }

  JsonNode now() {
    return annals.admin().get(path).expect(200).json();
  }

  boolean isRunning() {
    return now().get("state").asString().equals("RUNNING");
  }

  /** Waits until half of the events are processed and returns the position. */
  long half() {
    JsonNode half =
        await()
            .atMost(TIMEOUT)
            .pollInterval(Duration.ofMillis(100))
            .until(
                this::now,
                it -> processed(it) * 2 >= it.get("total").asLong() && processed(it) > 0);
    assertThat(half.get("state").asString()).isEqualTo("RUNNING");
    assertThat(processed(half) * 4).isLessThan(half.get("total").asLong() * 3);
    return processed(half);
  }

  /** Waits for the end and asserts that no earlier position is shown meanwhile. */
  JsonNode doneFrom(long position) {
    JsonNode done =
        await()
            .atMost(TIMEOUT)
            .pollInterval(Duration.ofMillis(100))
            .until(
                () -> {
                  JsonNode now = now();
                  assertThat(processed(now)).isGreaterThanOrEqualTo(position);
                  return now;
                },
                it -> !it.get("state").asString().equals("RUNNING"));
    assertThat(done.get("state").asString()).isEqualTo("DONE");
    return done;
  }

  private static long processed(JsonNode replay) {
    return replay.get("processed").asLong();
  }
}
