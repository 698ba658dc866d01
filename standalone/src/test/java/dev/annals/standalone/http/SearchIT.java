package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Searches match prefixes of the words of title and content. */
@ExtendWith(Deployment.class)
@TestInstance(Lifecycle.PER_CLASS)
class SearchIT {

  private static final List<String> TITLES =
      List.of(
          "Potatoes",
          "Sow potatoes",
          "sow-potatoes_early",
          "don't",
          "mp3 player",
          "2027-05-01",
          "ＡＢＣ",
          "abc",
          "ﬁsh",
          "Å",
          "e\u0301tat",
          "état",
          "Ⅷ",
          "ΣΊΣΥΦΟΣ",
          "ΝΟΣΟΚΟΜΕΙΟ",
          "straße",
          "x\u0302y",
          "東京都",
          "x²",
          "a.b",
          "50% off");

  private final Annals annals;

  /** A user with one note per title, which tests only read. */
  private final Client reader;

  SearchIT(Annals annals) {
    this.annals = annals;
    reader = annals.newUser();
    TITLES.forEach(title -> reader.post("/notes", Json.object("title", title)).expect(201));
    Listing.complete(reader, "/notes", TITLES.size());
  }

  @ParameterizedTest
  @CsvSource({
    "Potatoes, pot, true",
    "Potatoes, POTATOES, true",
    "Potatoes, potatoess, false",
    "Potatoes, tatoes, false",
    "Potatoes, '', true",
    "Potatoes, ' ,.! ', true",
    "Sow potatoes, 'pot so', true",
    "Sow potatoes, 'sow beans', false",
    "Sow potatoes, sow-pot, true",
    "Sow potatoes, 'po po po', true",
    "sow-potatoes_early, early, true",
    "don't, t, true",
    "mp3 player, mp3, true",
    "2027-05-01, 05, true",
    "ＡＢＣ, abc, true",
    "abc, ＡＢ, true",
    "ﬁsh, fis, true",
    "Å, \u212B, true",
    "e\u0301tat, \u00E9t, true",
    "état, etat, false",
    "Ⅷ, viii, true",
    "ΣΊΣΥΦΟΣ, σίσ, true",
    "ΝΟΣΟΚΟΜΕΙΟ, ΝΟΣ, true",
    "ΝΟΣΟΚΟΜΕΙΟ, νος, true",
    "straße, STRASSE, true",
    "straße, stras, true",
    "x\u0302y, y, false",
    "x\u0302y, X\u0302Y, true",
    "東京都, 東京, true",
    "東京都, 京, false",
    "x², x2, true",
    "a.b, .*, true",
    "abc, a.c, false",
    "abc, ^a, true",
    "abc, (, true",
    "abc, $regex, false",
    "50% off, %, true"
  })
  void findsWordsByPrefix(String title, String search, boolean found) {
    assertThat(TITLES).contains(title);
    List<String> titles = Listing.titles(reader, "/notes?size=100&q=" + Listing.encoded(search));
    assertThat(titles.contains(title)).as(titles.toString()).isEqualTo(found);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void matchesTitleAndTextTogether(Kind kind) {
    Client user = annals.newUser();
    String text = kind == Kind.NOTE ? "content" : "description";
    user.post(
            kind.path,
            Json.object("title", "Sow", text, "Potatoes\nin May", "tags", new String[] {"june"}))
        .expect(201);
    user.post(kind.path, Json.object("title", "Dig", text, "")).expect(201);
    Listing.complete(user, kind.path, 2);
    assertThat(Listing.titles(user, kind.path + "?q=sow+may")).containsExactly("Sow");
    assertThat(Listing.titles(user, kind.path + "?q=MAY%20pota%20s")).containsExactly("Sow");
    assertThat(Listing.titles(user, kind.path + "?q=sow+dig")).isEmpty();
    assertThat(Listing.titles(user, kind.path + "?q=june")).isEmpty();
    assertThat(Listing.titles(user, kind.path + "?q=")).hasSize(2);
  }

  @Test
  void doesNotFindRemovedWords() {
    Client user = annals.newUser();
    String path = Kind.NOTE.createdBy(user);
    user.ifMatch(0).put(path, Json.with(Kind.NOTE.update, "content", "Beans")).expect(200);
    Annals.eventually(() -> user.get(path).hasVersion(1));
    assertThat(Listing.titles(user, "/notes?q=beans")).hasSize(1);
    assertThat(Listing.titles(user, "/notes?q=sow")).isEmpty();
  }

  @Test
  void searchesTheTrashOnlyIfRequested() {
    Client user = annals.newUser();
    String path = Kind.NOTE.createdBy(user);
    user.ifMatch(0).delete(path).expect(204);
    Listing.complete(user, "/notes?deleted=true", 1);
    assertThat(Listing.titles(user, "/notes?q=plan")).isEmpty();
    assertThat(Listing.titles(user, "/notes?q=plan&deleted=true")).containsExactly("Plan");
    assertThat(Listing.titles(user, "/notes?tag=garden&deleted=true")).containsExactly("Plan");
  }

  @Test
  void refusesAnInvalidSearchText() {
    reader.get("/notes?q=%00").isInvalidAt("?q");
    reader.get("/notes?q=%FF").isInvalidAt("?q");
    reader.get("/notes?q=%ED%A0%80").isInvalidAt("?q");
    reader.get("/notes?tag=%00").isInvalidAt("?tag");
    reader.get("/notes?q=a&q=b").isInvalidAt("?q");
    for (Kind kind : Kind.values()) {
      reader.get(kind.path + "?q=a+b+c+d+e+f+g+h+i+j").expect(200);
      reader.get(kind.path + "?q=a+b+c+d+e+f+g+h+i+j+k").isInvalidAt("?q");
    }
  }

  @Test
  void findsAWordInTheMiddleOfALongText() {
    Client user = annals.newUser();
    String content = "word ".repeat(19_990) + "needle";
    user.post("/notes", Json.object("title", "Hay", "content", content)).expect(201);
    Listing.complete(user, "/notes", 1);
    assertThat(Listing.titles(user, "/notes?q=needle")).containsExactly("Hay");
  }
}
