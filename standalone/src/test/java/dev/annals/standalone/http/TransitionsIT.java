package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Deployment.class)
class TransitionsIT {

  private final Client user;

  TransitionsIT(Annals annals) {
    user = annals.newUser();
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN, start, IN_PROGRESS",
    "OPEN, complete, DONE",
    "IN_PROGRESS, complete, DONE",
    "DONE, reopen, OPEN"
  })
  void acceptsAllowedTransitions(String from, String call, String to) {
    String path = Kind.TASK.createdBy(user);
    long version = bring(path, from);
    Answer moved =
        user.ifMatch(version).post(path + "/" + call).expect(200).hasVersion(version + 1);
    assertThat(moved.text("/status")).isEqualTo(to);
    assertThat(moved.json().get("completedAt").isNull()).isEqualTo(!to.equals("DONE"));
    if (to.equals("DONE")) {
      assertThat(moved.text("/completedAt")).isEqualTo(moved.text("/updatedAt"));
    }
    Annals.eventually(
        () -> assertThat(user.get(path).hasVersion(version + 1).json()).isEqualTo(moved.json()));
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN, reopen",
    "IN_PROGRESS, start",
    "IN_PROGRESS, reopen",
    "DONE, start",
    "DONE, complete"
  })
  void refusesOtherTransitions(String from, String call) {
    String path = Kind.TASK.createdBy(user);
    long version = bring(path, from);
    user.ifMatch(version).post(path + "/" + call).isProblem(409, "invalid-transition");
    user.with("If-Match", "*").post(path + "/" + call).isProblem(409, "invalid-transition");
    // The version is unchanged.
    user.ifMatch(version).delete(path).expect(204);
  }

  @ParameterizedTest
  @CsvSource({"start", "complete", "reopen"})
  void answers404ForATaskInTheTrash(String call) {
    String path = Kind.TASK.createdBy(user);
    user.ifMatch(0).delete(path).expect(204);
    user.ifMatch(1).post(path + "/" + call).isProblem(404, "not-found");
  }

  private long bring(String path, String status) {
    switch (status) {
      case "IN_PROGRESS" -> user.ifMatch(0).post(path + "/start").expect(200);
      case "DONE" -> user.ifMatch(0).post(path + "/complete").expect(200);
      default -> {
        return 0;
      }
    }
    return 1;
  }
}
