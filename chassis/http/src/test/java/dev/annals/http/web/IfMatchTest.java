package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {

  @ParameterizedTest
  @ValueSource(strings = {"\"3\"", " \"3\" ", "*", "\"1\", \"3\"", "\"1\",,\"3\"", "W/\"1\",\"3\""})
  void matchesTheVersionInTheHeader(String header) {
    assertThatCode(() -> IfMatch.parse(List.of(header)).require(3)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"2\"", "W/\"3\"", "\"03\"", "\"30\", \"33\"", "\"99999999999999999999\""})
  void refusesAHeaderWithoutTheCurrentVersionAsStale(String header) {
    IfMatch ifMatch = IfMatch.parse(List.of(header));
    assertThatThrownBy(() -> ifMatch.require(3))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.problem()).isEqualTo(Problem.STALE_VERSION);
              assertThat(refusal.extensions()).isEqualTo(Map.of("currentVersion", 3L));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "\"abc\"",
        "\"3",
        "3\"",
        "\"3\" \"4\"",
        "*, \"3\"",
        "**",
        "w/\"3\"",
        ",",
        "\"\"",
        "'3'",
        "\"3.0\"",
        "\" 3\"",
        "\"+3\""
      })
  void refusesAMalformedHeaderWith400(String header) {
    assertThatThrownBy(() -> IfMatch.parse(List.of(header)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Problem.BAD_REQUEST));
  }

  @Test
  void joinsSeveralLinesIntoOneList() {
    assertThatCode(() -> IfMatch.parse(List.of("\"1\"", "\"3\"")).require(3))
        .doesNotThrowAnyException();
  }

  @Test
  void acceptsVersionMinusOne() {
    assertThatCode(() -> IfMatch.parse(List.of("\"-1\"")).require(-1)).doesNotThrowAnyException();
  }

  @Test
  void requiresAHeader() {
    assertThatThrownBy(() -> IfMatch.parse(List.of()).require(3))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.PRECONDITION_REQUIRED));
  }
}
