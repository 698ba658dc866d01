package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Deployment.class)
class DueAtIT {

  private final Client user;

  DueAtIT(Annals annals) {
    user = annals.newUser();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T05:50:00.123Z, 2026-11-22T05:50:00.123Z",
    "2026-11-22T05:50:00Z, 2026-11-22T05:50:00Z",
    "2026-11-22T07:20:00+01:30, 2026-11-22T05:50:00Z",
    "2026-11-21T21:50:00-08:00, 2026-11-22T05:50:00Z",
    "2026-11-22T05:50:00-00:00, 2026-11-22T05:50:00Z",
    "2026-11-22t05:50:00z, 2026-11-22T05:50:00Z",
    "2028-02-29T00:00:00Z, 2028-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z, 2000-02-29T00:00:00Z",
    "1969-12-31T23:59:59Z, 1969-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
  })
  void acceptsAnInstantAndAnswersItInUtc(String sent, String answered) {
    String task = Json.object("title", "Dig", "dueAt", sent);
    Answer created = user.post("/tasks", task).expect(201);
    assertThat(created.text("/dueAt")).isEqualTo(answered);
    Annals.eventually(
        () ->
            assertThat(user.get("/tasks/" + created.id()).expect(200).text("/dueAt"))
                .isEqualTo(answered));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "soon",
        "2026-11-22",
        "2026-11-22T05:50Z",
        "2026-11-22T05:50:00",
        "2026-11-22 05:50:00Z",
        "2026-11-22T05:50:00+0100",
        "2026-11-22T05:50:00+01",
        "2026-11-22T05:50:00.Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T05:60:00Z",
        "2026-11-31T05:50:00Z",
        "2026-13-01T05:50:00Z",
        "2026-00-01T05:50:00Z",
        "2027-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        " 2026-11-22T05:50:00Z",
        "2026-11-22T05:50:00Z ",
        "2026-11-22T05:50:00Z[UTC]",
        "2026-W47-7T05:50:00Z",
        "1795326600",
        "２０２６-11-22T05:50:00Z"
      })
  void refusesOtherForms(String text) {
    user.post("/tasks", Json.object("title", "Dig", "dueAt", text)).isInvalidAt("/dueAt");
    user.ifMatch(0)
        .put(Kind.TASK.createdBy(user), Json.with(Kind.TASK.update, "dueAt", text))
        .isInvalidAt("/dueAt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1795326600", "1.5", "true", "[]", "[2026, 11, 22]", "{}"})
  void refusesOtherJsonTypes(String json) {
    user.post("/tasks", "{\"title\": \"Dig\", \"dueAt\": " + json + "}").isInvalidAt("/dueAt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"title\": \"Dig\"}", "{\"title\": \"Dig\", \"dueAt\": null}"})
  void isOptional(String json) {
    Answer created = user.post("/tasks", json).expect(201);
    assertThat(created.json().get("dueAt").isNull()).isTrue();
  }
}
