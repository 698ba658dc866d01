package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The profile of a user. */
@ExtendWith(Deployment.class)
class ProfileIT {

  private static final String PATH = "/users/me";
  private static final String UPDATE =
      Json.object(
          "displayName",
          "Ada L.",
          "dailySummary",
          true,
          "timeZone",
          "Europe/Vienna",
          "summaryHour",
          0);

  private final Client user;

  ProfileIT(Annals annals) {
    user = annals.newUser();
  }

  @Test
  void showsUpdatedValues() {
    Answer updated = user.ifMatch(0).put(PATH, UPDATE).expect(200).hasVersion(1);
    assertThat(updated.json().propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "email",
            "emailVerified",
            "displayName",
            "roles",
            "dailySummary",
            "timeZone",
            "summaryHour",
            "version");
    assertThat(updated.text("/displayName")).isEqualTo("Ada L.");
    assertThat(updated.text("/timeZone")).isEqualTo("Europe/Vienna");
    assertThat(updated.json().get("summaryHour").asInt()).isZero();
    assertThat(user.get(PATH).expect(200).hasVersion(1).json()).isEqualTo(updated.json());
    assertThat(updated.header("Consistency-Token")).isPresent();
  }

  @Test
  void keepsOmittedProperties() {
    user.ifMatch(0).put(PATH, UPDATE).expect(200);
    Answer updated =
        user.ifMatch(1)
            .put(PATH, Json.object("displayName", "Ada", "dailySummary", false))
            .expect(200)
            .hasVersion(2);
    assertThat(updated.text("/timeZone")).isEqualTo("Europe/Vienna");
    assertThat(updated.json().get("summaryHour").asInt()).isZero();
  }

  @Test
  void keepsItsVersionWhenNothingChanges() {
    user.ifMatch(0).put(PATH, UPDATE).expect(200);
    user.with("If-Match", "*").put(PATH, UPDATE).expect(200).hasVersion(1);
  }

  @Test
  void requiresTheCurrentVersion() {
    user.put(PATH, UPDATE).isProblem(428, "precondition-required");
    user.ifMatch(3).put(PATH, UPDATE).isProblem(412, "stale-version");
    user.with("If-Match", "0").put(PATH, UPDATE).isProblem(400, "bad-request");
    user.get(PATH).hasVersion(0);
  }

  @ParameterizedTest
  @CsvSource({
    "displayName, '\"\"', /displayName",
    "displayName, null, /displayName",
    "dailySummary, '\"yes\"', /dailySummary",
    "dailySummary, null, /dailySummary",
    "timeZone, '\"Mars/Olympus\"', /timeZone",
    "timeZone, '\"+02:00\"', /timeZone",
    "timeZone, null, /timeZone",
    "summaryHour, 24, /summaryHour",
    "summaryHour, -1, /summaryHour",
    "summaryHour, 7.5, /summaryHour",
    "email, '\"a@example.org\"', /email"
  })
  void refusesInvalidValues(String property, String value, String pointer) {
    String body =
        Json.without(UPDATE, property).replaceFirst("}$", ",\"" + property + "\":" + value + "}");
    user.ifMatch(0).put(PATH, body).isInvalidAt(pointer);
    user.get(PATH).hasVersion(0);
  }
}
