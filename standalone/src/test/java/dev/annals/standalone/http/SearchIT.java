package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every word that is searched for begins some word of the title or the content. */
@ExtendWith(Deployment.class)
class SearchIT {

  private final Client user;

  SearchIT(Annals annals) {
    user = annals.newUser();
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
  void findsWordsByTheirBeginnings(String title, String search, boolean found) {
    user.post("/notes", Json.object("title", title)).expect(201);
    Listing.complete(user, "/notes", 1);
    assertThat(Listing.titles(user, "/notes?q=" + Listing.encoded(search))).hasSize(found ? 1 : 0);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void looksAtTitleAndTextTogether(Kind kind) {
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
  void forgetsWordsThatAnUpdateTookAway() {
    String path = Kind.NOTE.createdBy(user);
    user.ifMatch(0).put(path, Json.with(Kind.NOTE.update, "content", "Beans")).expect(200);
    Annals.eventually(() -> user.get(path).hasVersion(1));
    assertThat(Listing.titles(user, "/notes?q=beans")).hasSize(1);
    assertThat(Listing.titles(user, "/notes?q=sow")).isEmpty();
  }

  @Test
  void looksInTheTrashOnlyWhenToldTo() {
    String path = Kind.NOTE.createdBy(user);
    user.ifMatch(0).delete(path).expect(204);
    Listing.complete(user, "/notes?deleted=true", 1);
    assertThat(Listing.titles(user, "/notes?q=plan")).isEmpty();
    assertThat(Listing.titles(user, "/notes?q=plan&deleted=true")).containsExactly("Plan");
    assertThat(Listing.titles(user, "/notes?tag=garden&deleted=true")).containsExactly("Plan");
  }

  @Test
  void refusesWhatIsNoText() {
    user.get("/notes?q=%00").isInvalidAt("?q");
    user.get("/notes?q=%FF").isInvalidAt("?q");
    user.get("/notes?q=%ED%A0%80").isInvalidAt("?q");
    user.get("/notes?tag=%00").isInvalidAt("?tag");
    user.get("/notes?q=a&q=b").isInvalidAt("?q");
  }

  @Test
  void findsAWordInTheMiddleOfALongText() {
    String content = "word ".repeat(19_990) + "needle";
    user.post("/notes", Json.object("title", "Hay", "content", content)).expect(201);
    Listing.complete(user, "/notes", 1);
    assertThat(Listing.titles(user, "/notes?q=needle")).containsExactly("Hay");
  }
}
