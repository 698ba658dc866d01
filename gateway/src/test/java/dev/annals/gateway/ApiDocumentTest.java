package dev.annals.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ApiDocumentTest {

  @ParameterizedTest
  @CsvSource({
    "http://gateway, http://localhost:8080",
    "https://notes.example.org/app, https://notes.example.org/app"
  })
  void namesItsOwnAddressUnlessTheSidesHaveAConfiguredOne(String side, String named) {
    assertThat(
            ApiDocument.at(
                    "http://localhost:8080",
                    json("{\"servers\":[{\"url\":\"%s\"}]}".formatted(side)))
                .at("/servers/0/url")
                .asString())
        .isEqualTo(named);
  }

  @Test
  void listsTheTagsOfBothSidesOnce() {
    assertThat(
            ApiDocument.merge(
                    json("{\"tags\":[{\"name\":\"Notes\"},{\"name\":\"Keys\"}]}"),
                    json("{\"tags\":[{\"name\":\"Notes\"},{\"name\":\"Audit\"}]}"))
                .toString())
        .isEqualTo("{\"tags\":[{\"name\":\"Notes\"},{\"name\":\"Keys\"},{\"name\":\"Audit\"}]}");
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text);
  }
}
