package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Records the acknowledged changes: the title of each version of each note. A note has one writer.
 */
final class Ledger {

  private final Map<String, List<String>> titles = new ConcurrentHashMap<>();

  /** Records a created note; a repetition changes nothing. */
  void created(String note, String title) {
    List<String> before = titles.putIfAbsent(note, new ArrayList<>(List.of(title)));
    if (before != null) {
      assertThat(before).first().isEqualTo(title);
    }
  }

  void updated(String note, long version, String title) {
    List<String> versions = titles.get(note);
    assertThat(version).as("the next version of " + note).isEqualTo(versions.size());
    versions.add(title);
  }

  long changes() {
    return titles.values().stream().mapToLong(List::size).sum();
  }

  /** Asserts that the event store has each recorded version once, without gaps. */
  void isInTheEventStore(Client auditor) {
    Map<String, List<String>> stored = new HashMap<>();
    String after = "0";
    while (!after.isEmpty()) {
      JsonNode page =
          auditor
              .get("/audit/events?aggregateType=Note&limit=1000&after=" + after)
              .expect(200)
              .json();
      for (JsonNode event : page.get("events")) {
        String note = event.get("aggregateId").asString();
        if (titles.containsKey(note)) {
          List<String> before = stored.computeIfAbsent(note, first -> new ArrayList<>());
          assertThat(event.get("sequence").asInt())
              .as("the next version of " + note)
              .isEqualTo(before.size());
          before.add(event.at("/payload/title").asString());
        }
      }
      after = page.get("next").isNull() ? "" : page.get("next").asString();
    }
    assertThat(new TreeMap<>(stored)).isEqualTo(new TreeMap<>(titles));
  }

  /** Asserts that the read model shows the last recorded version of each note. */
  void isInTheReadModel(List<Client> users) {
    Map<String, String> expected = new TreeMap<>();
    titles.forEach((note, all) -> expected.put(note, all.size() - 1 + ": " + last(all)));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(shown(users)).isEqualTo(expected));
  }

  /** Asserts that each change is in its owner's inbox once. */
  void wasToldOnce(List<Client> users) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        users.stream()
                            .map(user -> user.get("/notifications?size=1").expect(200).json())
                            .mapToLong(page -> page.at("/page/totalElements").asLong())
                            .sum())
                    .isEqualTo(changes()));
  }

  private static Map<String, String> shown(List<Client> users) {
    Map<String, String> shown = new TreeMap<>();
    for (Client user : users) {
      int pages = 1;
      for (int number = 0; number < pages; number++) {
        // An order that no client has put into the cache.
        JsonNode list =
            user.get("/notes?size=100&sort=createdAt,asc&page=" + number).expect(200).json();
        pages = list.at("/page/totalPages").asInt();
        for (JsonNode note : list.get("content")) {
          shown.put(
              note.get("id").asString(),
              note.get("version").asLong() + ": " + note.get("title").asString());
        }
      }
    }
    return shown;
  }

  private static String last(List<String> all) {
    return all.get(all.size() - 1);
  }
}
