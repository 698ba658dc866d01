package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Creations with an Idempotency-Key. */
@ExtendWith(Deployment.class)
class IdempotencyIT {

  private static final String HEADER = "Idempotency-Key";
  private static final String BULK = "{\"tasks\":[{\"title\":\"a\"},{\"title\":\"b\"}]}";

  private final Annals annals;
  private final Client user;
  private final String key = "\"" + UUID.randomUUID() + "\"";

  IdempotencyIT(Annals annals) {
    this.annals = annals;
    user = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void repeatsTheFirstAnswerDespiteLaterChanges(Kind kind) {
    Client client = user.with(HEADER, key);
    Answer first = client.post(kind.path, kind.creation).expect(201).hasVersion(0);
    String path = kind.path + "/" + first.id();
    Answer second = client.post(kind.path, kind.creation).expect(201).hasVersion(0);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));

    user.ifMatch(0).put(path, kind.update).expect(200);
    assertThat(client.post(kind.path, kind.creation).expect(201).json()).isEqualTo(first.json());

    Answer deleted = user.ifMatch(1).delete(path).expect(204);
    Answer last = client.post(kind.path, kind.creation).expect(201).hasVersion(0);
    assertThat(last.json()).isEqualTo(first.json());
    Client seeing =
        user.with("Consistency-Token", deleted.header("Consistency-Token").orElseThrow());
    assertThat(seeing.get(kind.path).json().at("/page/totalElements").asInt()).isZero();
  }

  @Test
  void createsABatchOnce() {
    Client client = user.with(HEADER, key);
    Answer first = client.post("/tasks/bulk", BULK).expect(201);
    Answer second = client.post("/tasks/bulk", BULK).expect(201);

    assertThat(second.json()).isEqualTo(first.json());
    Client seeing =
        user.with("Consistency-Token", second.header("Consistency-Token").orElseThrow());
    assertThat(seeing.get("/tasks").json().at("/page/totalElements").asInt()).isEqualTo(2);
  }

  @Test
  void createsOnceForFiftyConcurrentRequestsWithEqualAnswers() throws Exception {
    Client client = user.with(HEADER, key);
    Set<JsonNode> answers = new HashSet<>();
    ExecutorService senders = Executors.newFixedThreadPool(50);
    try {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(senders.submit(() -> client.post("/notes", Kind.NOTE.creation)));
      }
      for (Future<Answer> answer : sent) {
        answers.add(answer.get().expect(201).json());
      }
    } finally {
      senders.shutdownNow();
    }

    assertThat(answers).hasSize(1);
    Answer again = client.post("/notes", Kind.NOTE.creation);
    Client seeing = user.with("Consistency-Token", again.header("Consistency-Token").orElseThrow());
    assertThat(seeing.get("/notes").json().at("/page/totalElements").asInt()).isEqualTo(1);
  }

  @Test
  void refusesTheSameKeyWithAnotherBody() {
    Client client = user.with(HEADER, key);
    client.post("/notes", "{\"title\":\"a\"}").expect(201);
    client.post("/notes", "{\"title\":\"b\"}").isProblem(422, "idempotency-key-reuse");
    client
        .post("/notes", "{\"title\":\"a\",\"tags\":[\"t\"]}")
        .isProblem(422, "idempotency-key-reuse");
    client.post("/tasks/bulk", BULK).expect(201);
    client
        .post("/tasks/bulk", BULK.replace("\"b\"", "\"c\""))
        .isProblem(422, "idempotency-key-reuse");
  }

  @Test
  void scopesAKeyToItsUserAndEndpoint() {
    String note = user.with(HEADER, key).post("/notes", "{\"title\":\"a\"}").expect(201).id();
    String task = user.with(HEADER, key).post("/tasks", "{\"title\":\"a\"}").expect(201).id();
    String theirs =
        annals.newUser().with(HEADER, key).post("/notes", "{\"title\":\"b\"}").expect(201).id();

    assertThat(List.of(note, task, theirs)).doesNotHaveDuplicates();
  }

  @Test
  void keepsAKeyFreeAfterARefusedRequest() {
    Client client = user.with(HEADER, key);
    client.post("/notes", "{\"title\":\"\"}").isInvalidAt("/title");
    client.post("/notes", "{\"title\":\"a\"}").expect(201);
  }

  @Test
  void ignoresQuotesAroundAKey() {
    String quoted = user.with(HEADER, "\"k 1\"").post("/notes", Kind.NOTE.creation).id();
    assertThat(user.with(HEADER, "\"k 1\"").post("/notes", Kind.NOTE.creation).id())
        .isEqualTo(quoted);
    String bare = user.with(HEADER, "abc").post("/notes", Kind.NOTE.creation).expect(201).id();
    assertThat(user.with(HEADER, "\"abc\"").post("/notes", Kind.NOTE.creation).id())
        .isEqualTo(bare);
  }

  @Test
  void takesUpTo255Characters() {
    user.with(HEADER, "\"" + "k".repeat(255) + "\"").post("/notes", Kind.NOTE.creation).expect(201);
    user.with(HEADER, "\"" + "k".repeat(3_000) + "\"")
        .post("/notes", Kind.NOTE.creation)
        .isProblem(400, "bad-request");
    user.with(HEADER, "\"" + "k".repeat(256) + "\"")
        .post("/notes", Kind.NOTE.creation)
        .isProblem(400, "bad-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "\"", "\"a", "a\"b", "\"a\"b\"", "a b", "\"\\x\""})
  void refusesAnInvalidKey(String malformed) {
    user.with(HEADER, malformed).post("/notes", Kind.NOTE.creation).isProblem(400, "bad-request");
    user.with(HEADER, malformed).post("/tasks", Kind.TASK.creation).isProblem(400, "bad-request");
    user.with(HEADER, malformed).post("/tasks/bulk", BULK).isProblem(400, "bad-request");
  }
}
