package dev.annals.base.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.server.PathContainer;

class AccessTableTest {

  private final AccessTable table =
      new AccessTable(
          PathSet.of("/open"),
          PathSet.of("/mine/**"),
          Map.of(Role.USER, PathSet.of("/books/**"), Role.ADMIN, PathSet.of("/shelves")));

  @ParameterizedTest
  @CsvSource({
    "/open, true, true",
    "/livez, true, true",
    "/asyncapi, true, true",
    "/mine, false, true",
    "/mine/1, false, true",
    "/books/1, false, true",
    "/shelves, false, true",
    "/admin/flags, false, true",
    "/audit/events, false, true",
    "/notifications/stream, false, true",
    "/open/1, false, false",
    "/shelves/1, false, false",
    "/elsewhere, false, false",
  })
  void listsItsOwnPathsAndThoseOfEachProgram(String path, boolean open, boolean listed) {
    assertThat(table.isOpen(path)).isEqualTo(open);
    assertThat(
            Stream.concat(
                    Stream.of(table.open(), table.authenticated()), table.roles().values().stream())
                .anyMatch(paths -> paths.contains(PathContainer.parsePath(path))))
        .isEqualTo(listed);
  }

  @ParameterizedTest
  @CsvSource({
    "/books/1, USER, true",
    "/books, USER, true",
    "/%62ooks/1, ADMIN, false",
    "/books/1, ADMIN, false",
    "/shelves, USER, false",
    "/shelves, ADMIN, true",
    "/admin/flags, ADMIN, true",
    "/admin/flags, USER, false",
    "/audit/events, ADMIN, false",
    "/audit/events, AUDITOR, true",
    "/mine/1, AUDITOR, true",
    "/elsewhere, AUDITOR, true",
  })
  void allowsARolesPathToCallersWithTheRole(String path, Role role, boolean allowed) {
    assertThat(table.allows(Set.of(role), PathContainer.parsePath(path))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "/, true",
    "'', false",
    "/a, true",
    "/a/b/c, true",
    "/%61/b, true",
    "/b, false",
    "/x/b, true",
    "/x/c, false",
    "//a, false",
    "/pages.html, true",
  })
  void hasThePathsOfPatternsWithAndWithoutAVariableAtTheBeginning(String path, boolean has) {
    assertThat(
            PathSet.of("/", "/a/**", "/{any}/b", "/*.html").contains(PathContainer.parsePath(path)))
        .isEqualTo(has);
  }
}
