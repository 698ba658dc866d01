package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(Deployment.class)
class LifeOfANoteIT {

  private static final String FULL =
      """
      {"title": "Plan", "content": "Sow in May", "tags": ["garden", "2027"]}""";

  private final Client user;

  LifeOfANoteIT(Annals annals) {
    user = annals.newUser();
  }

  @Test
  void isCreatedWithTheSentValues() {
    Answer created = user.post("/notes", FULL).expect(201).hasVersion(0);
    assertThat(created.header("Location")).hasValue("/notes/" + created.id());
    assertThat(created.header("Content-Type")).hasValue("application/json");
    JsonNode note = created.json();
    assertThat(note.propertyNames())
        .containsExactlyInAnyOrder(
            "id", "title", "content", "tags", "version", "createdAt", "updatedAt");
    assertThat(note.get("id").asString()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(note.get("title").asString()).isEqualTo("Plan");
    assertThat(note.get("content").asString()).isEqualTo("Sow in May");
    assertThat(Json.texts(note.get("tags"))).containsExactly("garden", "2027");
    assertThat(note.get("createdAt").asString()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
    assertThat(Instant.parse(note.get("createdAt").asString()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(note.get("updatedAt")).isEqualTo(note.get("createdAt"));
  }

  @Test
  void requiresOnlyATitle() {
    JsonNode note = user.post("/notes", "{\"title\": \"Plan\"}").expect(201).json();
    assertThat(note.get("content").asString()).isEmpty();
    assertThat(note.get("tags")).isEmpty();
    user.post("/notes", "{}").isInvalidAt("/title");
    user.post("/notes", "{\"content\": \"Plan\"}").isInvalidAt("/title");
  }

  @Test
  void isReadAsWritten() {
    Answer created = user.post("/notes", FULL).expect(201);
    Annals.eventually(
        () -> {
          Answer read = user.get("/notes/" + created.id()).expect(200).hasVersion(0);
          assertThat(read.json()).isEqualTo(created.json());
        });
    Answer updated =
        user.ifMatch(0).put("/notes/" + created.id(), Kind.NOTE.update).expect(200).hasVersion(1);
    Annals.eventually(
        () ->
            assertThat(user.get("/notes/" + created.id()).hasVersion(1).json())
                .isEqualTo(updated.json()));
  }

  @Test
  void isReplacedByAnUpdate() {
    Answer created = user.post("/notes", FULL).expect(201);
    JsonNode note =
        user.ifMatch(0)
            .put("/notes/" + created.id(), Kind.NOTE.update)
            .expect(200)
            .hasVersion(1)
            .json();
    assertThat(note.get("id").asString()).isEqualTo(created.id());
    assertThat(note.get("title").asString()).isEqualTo("New plan");
    assertThat(note.get("content").asString()).isEqualTo("Sow in June");
    assertThat(Json.texts(note.get("tags"))).containsExactly("garden");
    assertThat(note.get("createdAt")).isEqualTo(created.json().get("createdAt"));
    assertThat(Instant.parse(note.get("updatedAt").asString()))
        .isAfterOrEqualTo(Instant.parse(note.get("createdAt").asString()));
  }

  @Test
  void keepsItsVersionIfAnUpdateChangesNothing() {
    Answer created = user.post("/notes", FULL).expect(201);
    String path = "/notes/" + created.id();
    for (String condition : new String[] {"\"0\"", "*"}) {
      Answer same = user.with("If-Match", condition).put(path, FULL).expect(200).hasVersion(0);
      assertThat(same.json()).isEqualTo(created.json());
    }
    user.ifMatch(0).put(path, Kind.NOTE.update).expect(200).hasVersion(1);
    Annals.eventually(() -> user.get(path).expect(200).hasVersion(1));
  }

  @Test
  void countsTheOrderOfItsTagsAsAChange() {
    String path = Kind.NOTE.createdBy(user);
    user.ifMatch(0)
        .put(path, Json.with(FULL, "tags", new String[] {"2027", "garden"}))
        .expect(200)
        .hasVersion(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"title", "content", "tags"})
  void requiresEachPropertyInAnUpdate(String property) {
    String path = Kind.NOTE.createdBy(user);
    user.ifMatch(0).put(path, Json.without(FULL, property)).isInvalidAt("/" + property);
    user.ifMatch(0).put(path, Json.with(FULL, property, null)).isInvalidAt("/" + property);
    user.ifMatch(0).put(path, FULL).expect(200).hasVersion(0);
  }

  @Test
  void isAnsweredWith304ForItsCurrentTag() {
    String path = Kind.NOTE.createdBy(user);
    user.ifMatch(0).put(path, Kind.NOTE.update).expect(200);
    Annals.eventually(() -> user.get(path).expect(200).hasVersion(1));
    for (String known : new String[] {"\"1\"", "W/\"1\"", "\"0\", \"1\""}) {
      Answer unchanged = user.with("If-None-Match", known).get(path).expect(304);
      assertThat(unchanged.header("ETag")).hasValue("\"1\"");
      assertThat(unchanged.text()).isEmpty();
    }
    for (String other : new String[] {"\"0\"", "\"10\"", "1"}) {
      user.with("If-None-Match", other).get(path).expect(200).hasVersion(1);
    }
    user.with("If-None-Match", "*")
        .get("/notes/00000000-0000-4000-8000-000000000000")
        .isProblem(404, "not-found");
  }

  @Test
  void ignoresIfMatchInReadsAndCreations() {
    Client careless = user.with("If-Match", "\"7\"");
    String path = "/notes/" + careless.post("/notes", FULL).expect(201).id();
    Annals.eventually(() -> careless.get(path).expect(200));
    careless.get("/notes").expect(200);
  }
}
