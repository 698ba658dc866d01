package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Deployment.class)
class RequestIdIT {

  private static final String ALLOWED = "[A-Za-z0-9._-]{1,64}";
  private static final String MAX_LENGTH_ID =
      "0123456789012345678901234567890123456789012345678901234567890123";

  private final Client anybody;
  private final Client user;

  RequestIdIT(Annals annals) {
    anybody = annals.anybody();
    user = annals.newUser();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A-1_2.b", "..", MAX_LENGTH_ID})
  void isReturnedAsSent(String id) {
    Client sender = user.with("X-Request-Id", id);
    for (Answer answer :
        new Answer[] {
          sender.get("/notes"),
          sender.get("/nothing"),
          sender.post("/notes", "{"),
          sender.post("/notes", Kind.NOTE.creation),
          anybody.with("X-Request-Id", id).get("/notes"),
          anybody.with("X-Request-Id", id).get("/livez")
        }) {
      assertThat(answer.headers().allValues("X-Request-Id")).containsExactly(id);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "é", "a,b", "${jndi:x}", MAX_LENGTH_ID + "4"})
  void isReplacedIfInvalid(String id) {
    String made = user.with("X-Request-Id", id).get("/notes").header("X-Request-Id").orElseThrow();
    assertThat(made).matches(ALLOWED).isNotEqualTo(id);
  }

  @Test
  void isGeneratedIfMissing() {
    String first = user.get("/notes").header("X-Request-Id").orElseThrow();
    String second = user.get("/notes").header("X-Request-Id").orElseThrow();
    assertThat(first).matches(ALLOWED).isNotEqualTo(second);
  }
}
