package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Copies of a user's notes and tasks, which clients keep by {@code GET /changes}. */
@ExtendWith(Deployment.class)
class ChangesIT {

  private static final int WRITERS = 50;
  private static final int CLIENTS = 20;

  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS + CLIENTS);
  private final Client user;

  ChangesIT(Annals annals) {
    user = annals.newUser();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void leadTwentyClientsToTheContentOfTheListsWhileFiftyWritersWork() throws Exception {
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Kind kind = i % 5 == 0 ? Kind.TASK : Kind.NOTE;
      boolean deleted = i % 3 == 0;
      boolean restored = i % 6 == 0;
      writers.add(threads.submit(() -> write(kind, deleted, restored)));
    }
    List<Copy> copies =
        IntStream.range(0, CLIENTS).mapToObj(i -> new Copy(user, new Random(i))).toList();
    List<Callable<Void>> clients = new ArrayList<>();
    for (Copy copy : copies) {
      clients.add(
          () -> {
            while (!writers.stream().allMatch(Future::isDone)) {
              copy.follow();
            }
            return null;
          });
    }
    for (Future<Void> client : threads.invokeAll(clients)) {
      client.get();
    }
    for (Future<?> writer : writers) {
      writer.get();
    }

    Copy fromTheBeginning = new Copy(user, new Random(0));
    List<Copy> all = new ArrayList<>(copies);
    all.add(fromTheBeginning);
    Annals.eventually(
        () -> {
          assertThat(user.unread()).isEqualTo(50 + 50 + 17 + 9);
          Map<String, JsonNode> items = listed("");
          assertThat(items).hasSize(42);
          Set<String> trash = new TreeSet<>(listed("&deleted=true").keySet());
          assertThat(trash).hasSize(8);
          for (Copy copy : all) {
            copy.catchUp();
            assertThat(copy.items).isEqualTo(items);
            assertThat(copy.trash).isEqualTo(trash);
          }
        });
  }

  private Void write(Kind kind, boolean deleted, boolean restored) {
    String item = kind.createdBy(user);
    user.ifMatch(0).put(item, kind.update).expect(200);
    if (deleted) {
      user.ifMatch(1).delete(item).expect(204);
    }
    if (restored) {
      user.ifMatch(2).post(item + "/restore").expect(200);
    }
    return null;
  }

  private Map<String, JsonNode> listed(String query) {
    Map<String, JsonNode> items = new HashMap<>();
    for (Kind kind : Kind.values()) {
      user.get(kind.path + "?size=100" + query)
          .expect(200)
          .json()
          .get("content")
          .forEach(item -> items.put(item.get("id").asString(), item));
    }
    return items;
  }

  /** A client's copy. It loses answers, is cut off, and begins again from an earlier copy. */
  private static final class Copy {

    private static final int[] LIMITS = {1, 2, 7, 100, 500};

    private final Client user;
    private final Random random;
    private Map<String, JsonNode> items = new HashMap<>();
    private Set<String> trash = new TreeSet<>();
    private long cursor;
    private Copy earlier;

    Copy(Client user, Random random) {
      this.user = user;
      this.random = random;
    }

    void follow() {
      String path = "/changes?since=" + cursor + "&limit=" + LIMITS[random.nextInt(LIMITS.length)];
      switch (random.nextInt(12)) {
        case 0 -> user.get(path).expect(200);
        case 1 -> cutOff(path);
        case 2 -> {
          earlier = new Copy(user, random);
          earlier.become(this);
        }
        case 3 -> become(earlier == null ? new Copy(user, random) : earlier);
        default -> apply(user.get(path).expect(200).json());
      }
    }

    private void become(Copy another) {
      items = new HashMap<>(another.items);
      trash = new TreeSet<>(another.trash);
      cursor = another.cursor;
    }

    private void cutOff(String path) {
      try (Socket socket = new Socket(user.url().getHost(), user.url().getPort())) {
        socket
            .getOutputStream()
            .write(
                "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n"
                    .formatted(path, user.url().getAuthority(), user.headers().get("Authorization"))
                    .getBytes(UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void apply(JsonNode page) {
      for (JsonNode change : page.get("changes")) {
        String id = change.get("id").asString();
        if (change.get("deleted").asBoolean()) {
          items.remove(id);
          trash.add(id);
        } else {
          trash.remove(id);
          items.put(id, change.get("resource"));
        }
      }
      assertThat(page.get("next").asLong()).isGreaterThanOrEqualTo(cursor);
      cursor = page.get("next").asLong();
    }

    void catchUp() {
      boolean more = true;
      while (more) {
        JsonNode page = user.get("/changes?since=" + cursor).expect(200).json();
        apply(page);
        more = page.get("more").asBoolean();
      }
    }
  }
}
