package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every change of a note or a task needs {@code If-Match}, and adds one to the version. */
@ExtendWith(Deployment.class)
class ConditionIT {

  private static final List<String> MALFORMED =
      List.of(
          "1",
          "",
          " ",
          "\"\"",
          "\"a\"",
          "\"1",
          "1\"",
          "'1'",
          "\"1\" \"2\"",
          "\"1\";\"2\"",
          "**",
          "*, \"1\"",
          "\"1.0\"",
          "\"0x1\"",
          "\" 1\"",
          "w/\"1\"",
          "null",
          ",");

  private final Client user;

  ConditionIT(Annals annals) {
    user = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void acceptsTheCurrentVersion(Change change) {
    for (String condition : List.of("\"1\"", "*", "\"0\", \"1\"", "\"1\",\"7\"", " \"1\" ")) {
      String path = change.preparedBy(user);
      adds(change, change.apply(user.with("If-Match", condition), path), path);
    }
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void answers428WithoutIfMatch(Change change) {
    String path = change.preparedBy(user);
    change.apply(user, path).isProblem(428, "precondition-required");
    isUntouched(change, path);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void answers412WithTheCurrentVersionForAnyOther(Change change) {
    String path = change.preparedBy(user);
    for (String condition :
        List.of(
            "\"0\"", "\"2\"", "\"11\"", "\"0\", \"2\"", "W/\"1\"", "\"99999999999999999999\"")) {
      Answer refused =
          change.apply(user.with("If-Match", condition), path).isProblem(412, "stale-version");
      assertThat(refused.json().get("currentVersion").asLong()).isEqualTo(1);
      assertThat(refused.header("ETag")).isEmpty();
    }
    isUntouched(change, path);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void refusesAMalformedIfMatchWith400(Change change) {
    String path = change.preparedBy(user);
    for (String condition : MALFORMED) {
      Answer refused = change.apply(user.with("If-Match", condition), path);
      assertThat(refused.status()).as("%s: %s", condition, refused).isEqualTo(400);
      refused.isProblem(400, "bad-request");
    }
    isUntouched(change, path);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void acceptsOneOfSixteenConcurrentChanges(Change change) throws Exception {
    String path = change.preparedBy(user);
    ExecutorService senders = Executors.newFixedThreadPool(16);
    try {
      CountDownLatch all = new CountDownLatch(16);
      List<Future<Answer>> answers =
          IntStream.range(0, 16)
              .mapToObj(
                  i ->
                      senders.submit(
                          () -> {
                            all.countDown();
                            all.await();
                            return change.isUpdate()
                                ? user.ifMatch(1)
                                    .put(path, Json.with(change.kind.update, "title", "Plan " + i))
                                : change.apply(user.ifMatch(1), path);
                          }))
              .toList();
      int passed = 0;
      for (Future<Answer> answer : answers) {
        if (answer.get().status() < 300) {
          passed++;
        } else if (change.isDeletion() && answer.get().status() == 404) {
          // In the trash, 404 precedes 412.
          answer.get().isProblem(404, "not-found");
        } else {
          answer.get().isProblem(412, "stale-version");
        }
      }
      assertThat(passed).isEqualTo(1);
    } finally {
      senders.shutdown();
    }
  }

  private static void adds(Change change, Answer answer, String path) {
    if (change.isDeletion()) {
      answer.expect(204);
      assertThat(answer.text()).isEmpty();
    } else {
      answer.expect(200).hasVersion(2);
      assertThat(answer.id()).isEqualTo(path.substring(path.lastIndexOf('/') + 1));
    }
  }

  /** Asserts that a resource is still at version 1 by changing it. */
  private void isUntouched(Change change, String path) {
    adds(change, change.apply(user.ifMatch(1), path), path);
  }
}
