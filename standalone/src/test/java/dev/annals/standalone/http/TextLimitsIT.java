package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text limits, counted in code points. */
@ExtendWith(Deployment.class)
class TextLimitsIT {

  private static final String EMOJI = "\uD83D\uDE00";

  private final Client user;

  TextLimitsIT(Annals annals) {
    user = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void takesATitleOf200CharactersAndNoMore(Kind kind) {
    for (String character : List.of("a", "é", EMOJI)) {
      takes(kind, "title", character.repeat(200));
      refuses(kind, "title", character.repeat(201), "/title");
    }
    takes(kind, "title", "a");
    refuses(kind, "title", "", "/title");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "\t",
        "\n",
        "\r\n",
        "\u000B\f",
        "\u0085",
        "\u00A0",
        "\u1680",
        "\u2003",
        "\u2028",
        "\u2029",
        "\u202F",
        "\u205F",
        "\u3000",
        " \u00A0\u3000\t"
      })
  void refusesABlankTitleOrTag(String blank) {
    refusesInALine(blank);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\tb",
        "a\n",
        "\r\nBcc: b",
        "a\u0007",
        "\u007Fa",
        "a\u0085b",
        "a\u2028b",
        "a\u2029",
        "\u200B",
        "\uFEFF",
        "\u00AD",
        "\u034F",
        "\u115F",
        "\u3164",
        "\uFFA0",
        "\u2800",
        "\u202E",
        "\uFE0F",
        "\uDB40\uDC41",
        "\uDB40\uDDEF",
        "\u0890",
        " \u200D\u2060\u180E\u2800 "
      })
  void refusesALineBreakOrOnlyInvisibleCharacters(String text) {
    refusesInALine(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u200Bb",
        "\u202Ea",
        "\uD83D\uDC69\u200D\uD83D\uDE80",
        "\u2764\uFE0F",
        "\u0301",
        "\uE000",
        "\u2801",
        "."
      })
  void acceptsATitleAndTagsWithAVisibleCharacter(String text) {
    for (Kind kind : Kind.values()) {
      takes(kind, "title", text);
      takes(kind, "tags", List.of(text));
    }
  }

  private void refusesInALine(String text) {
    for (Kind kind : Kind.values()) {
      refuses(kind, "title", text, "/title");
      refuses(kind, "tags", List.of("a", text), "/tags/1");
      takes(kind, kind == Kind.NOTE ? "content" : "description", text);
    }
    user.post(
            "/tasks/bulk",
            "{\"tasks\": [%s, %s]}"
                .formatted(Kind.TASK.creation, Json.with(Kind.TASK.creation, "title", text)))
        .isInvalidAt("/tasks/1/title");
    user.ifMatch(0)
        .put("/users/me", Json.object("displayName", text, "dailySummary", false))
        .isInvalidAt("/displayName");
    user.post("/auth/register", Annals.registration(Annals.newEmail(), Annals.PASSWORD, text))
        .isInvalidAt("/displayName");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void trimsAndNormalizesNothing(Kind kind) {
    takes(kind, "title", "  Plan ");
    takes(kind, "title", "e\u0301 is not é");
    takes(kind, "title", "ﬁ Ａ \u200B <b>&amp;</b> ${x} %s '; drop table");
    takes(kind, "tags", List.of(" a", "a ", "a", "A", "é", "e\u0301"));
  }

  @Test
  void takesAContentOf100000CharactersAndNoMore() {
    takes(Kind.NOTE, "content", "");
    takes(Kind.NOTE, "content", "a".repeat(100_000));
    takes(Kind.NOTE, "content", EMOJI.repeat(100_000));
    refuses(Kind.NOTE, "content", "a".repeat(100_001), "/content");
    refuses(Kind.NOTE, "content", EMOJI.repeat(100_001), "/content");
  }

  @Test
  void takesADescriptionOf10000CharactersAndNoMore() {
    takes(Kind.TASK, "description", "");
    takes(Kind.TASK, "description", EMOJI.repeat(10_000));
    refuses(Kind.TASK, "description", "a".repeat(10_001), "/description");
    refuses(Kind.TASK, "description", EMOJI.repeat(10_001), "/description");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void takesTwentyTagsOf50CharactersAndNoMore(Kind kind) {
    takes(kind, "tags", numbered(20));
    refuses(kind, "tags", numbered(21), "/tags");
    takes(kind, "tags", List.of(EMOJI.repeat(50), "a".repeat(50)));
    refuses(kind, "tags", List.of("a", EMOJI.repeat(51)), "/tags/1");
    refuses(kind, "tags", List.of("", "a"), "/tags/0");
    takes(kind, "tags", List.of());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void refusesADuplicateTagAndKeepsTheOrder(Kind kind) {
    refuses(kind, "tags", List.of("b", "a", "b"), "/tags/2");
    takes(kind, "tags", List.of("b", "a", "c"));
  }

  private void takes(Kind kind, String property, Object value) {
    Answer created = user.post(kind.path, Json.with(kind.creation, property, value)).expect(201);
    assertThat(created.json().get(property)).isEqualTo(Json.parse(Json.of(value)));
    Answer updated =
        user.ifMatch(0)
            .put(kind.path + "/" + created.id(), Json.with(kind.update, property, value))
            .expect(200);
    assertThat(updated.json().get(property)).isEqualTo(Json.parse(Json.of(value)));
  }

  private void refuses(Kind kind, String property, Object value, String pointer) {
    user.post(kind.path, Json.with(kind.creation, property, value)).isInvalidAt(pointer);
    String path = kind.createdBy(user);
    user.ifMatch(0).put(path, Json.with(kind.creation, property, value)).isInvalidAt(pointer);
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "tag " + i).toList();
  }
}
