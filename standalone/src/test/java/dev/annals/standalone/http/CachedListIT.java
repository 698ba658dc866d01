package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Deployment.class)
class CachedListIT {

  private final Client user;

  CachedListIT(Annals annals) {
    user = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void servesIdenticalBytesFromTheCacheUntilTheNextChange(Kind kind) {
    kind.createdBy(user);
    kind.createdBy(user);
    Listing.complete(user, kind.path, 2);
    String path = kind.path + "?size=1&unknown=x";
    Answer first = user.get(path).expect(200);
    assertThat(first.header("Cache-Status")).hasValue("annals; fwd=miss");

    // The second creation may be visible just before it clears the cache.
    Annals.eventually(
        () -> {
          Answer kept = user.get(path).expect(200);
          assertThat(kept.header("Cache-Status")).hasValue("annals; hit");
          assertThat(kept.text()).isEqualTo(first.text());
          assertThat(kept.header("Link")).isEqualTo(first.header("Link")).isPresent();
          assertThat(kept.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        });

    String created = kind.createdBy(user);
    Annals.eventually(
        () ->
            assertThat(user.get(path).expect(200).json().at("/page/totalElements").asInt())
                .isEqualTo(3));
    user.ifMatch(0).delete(created).expect(204);
    Annals.eventually(
        () ->
            assertThat(user.get(path).expect(200).json().at("/page/totalElements").asInt())
                .isEqualTo(2));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void neverServesAnOlderPageToAConsistencyToken(Kind kind) {
    for (int items = 1; items <= 20; items++) {
      user.get(kind.path).expect(200);
      Answer created = user.post(kind.path, kind.creation).expect(201);
      Answer list =
          user.with("Consistency-Token", created.header("Consistency-Token").orElseThrow())
              .get(kind.path)
              .expect(200);
      assertThat(list.json().at("/page/totalElements").asInt()).isEqualTo(items);
      assertThat(list.header("Cache-Status")).hasValue("annals; fwd=miss");
    }
  }
}
