package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;

class AcceptHeaderTest {

  private static final List<MediaType> OFFERED =
      List.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                    | application/json",
        "' '                                                   | application/json",
        "','                                                   | application/json",
        "*/*                                                   | application/json",
        "application/*                                         | application/json",
        "application/*+json                                    |",
        "APPLICATION/JSON                                      | application/json",
        "application/json;charset=utf-16                       | application/json",
        "application/json;version=2                            | application/json",
        "application/x-ndjson                                  | application/x-ndjson",
        "application/x-ndjson, */*;q=0.1                       | application/x-ndjson",
        "application/x-ndjson;q=0.1, application/json;q=0.2    | application/json",
        "application/x-ndjson;q=0.2, application/json;q=0.1    | application/x-ndjson",
        "*/*;q=0.1, application/x-ndjson                       | application/x-ndjson",
        "*/*, application/json;q=0                             | application/x-ndjson",
        "application/*, application/json;q=0.5                 | application/x-ndjson",
        "*/*, application/*;q=0                                |",
        "application/json;q=0                                  |",
        "application/json;q=0, application/json                | application/json",
        "*/*, application/problem+json                         | application/json",
        "application/problem+json                              |",
        "text/html                                             |",
        "text/html, application/xhtml+xml, */*;q=0.8           | application/json",
        "*/*;q=0                                               |",
        "application/json;q=2                                  |",
        "application                                           |",
        "*/json                                                |",
      })
  void choosesTheTypeWithTheGreatestWeight(String accept, String chosen) {
    assertThat(
            AcceptHeader.parse(List.of(accept)).best(OFFERED).map(MediaType::toString).orElse(null))
        .isEqualTo(chosen);
  }

  @Test
  void joinsSeveralLinesIntoOneList() {
    assertThat(AcceptHeader.parse(List.of("text/html", "*/*;q=0.5")).best(OFFERED))
        .contains(MediaType.APPLICATION_JSON);
    assertThat(AcceptHeader.parse(List.of()).best(OFFERED)).contains(MediaType.APPLICATION_JSON);
  }

  @Test
  void acceptsALongListOfTypes() {
    String many = "text/html, ".repeat(500) + "application/json";
    assertThat(AcceptHeader.parse(List.of(many)).best(OFFERED))
        .contains(MediaType.APPLICATION_JSON);
  }
}
