package dev.annals.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class RoutesTest {

  private static final BackEnd command = BackEnd.named("command");
  private static final BackEnd query = BackEnd.named("query");
  private static final RunningGateway gateway = RunningGateway.before(command.port(), query.port());

  @AfterAll
  static void stop() {
    gateway.close();
    command.close();
    query.close();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          POST,    /auth/login,                        command
          GET,     /auth/sessions,                     command
          DELETE,  /auth/sessions/1,                   command
          GET,     /users/me,                          command
          PUT,     /users/me,                          command
          GET,     /users/me/export,                   command
          GET,     /.well-known/jwks.json,             command
          GET,     /files/1,                           command
          PUT,     /files/1?signature=s,               command
          GET,     /tasks/1/attachments/2,             command
          HEAD,    /tasks/1/attachments/2,             command
          DELETE,  /tasks/1/attachments/2,             command
          GET,     /tasks/1/attachments/2/link,        command
          GET,     /admin/users,                       command
          GET,     /admin/users/1,                     command
          PUT,     /admin/users/1/roles,               command
          GET,     /admin/flags,                       command
          PUT,     /admin/flags/sorting,               command
          GET,     /admin/schedules,                   command
          POST,    /admin/schedules/seal/run,          command
          GET,     /admin/sagas?type=t,                command
          GET,     /admin/storage,                     command
          POST,    /admin/keys/rotate,                 command
          GET,     /admin/keys/rotate,                 command

          GET,     /ws,                                query
          POST,    /ws,                                query
          GET,     /audit/events,                      query
          POST,    /audit/verify,                      query
          GET,     /admin/processors,                  query
          POST,    /admin/processors/notes/replay,     query
          GET,     /admin/replays/1,                   query
          POST,    /admin/replays/1/cancel,            query
          POST,    /admin/dead-letters/1/retry,        query
          DELETE,  /admin/dead-letters/1,              query

          GET,     /notes,                             query
          HEAD,    /notes/1,                           query
          GET,     /notes/1/history?size=2,            query
          GET,     /tasks/1/attachments,               query
          GET,     /notifications,                     query
          GET,     /flags,                             query
          GET,     /users,                             query
          GET,     /admin/storage/1,                   query
          GET,     /asyncapi,                          query
          GET,     /unheard-of,                        query
          GET,     /,                                  query

          POST,    /notes,                             command
          PUT,     /notes/1,                           command
          PATCH,   /notes/1,                           command
          DELETE,  /notes/1,                           command
          OPTIONS, /notes,                             command
          POST,    /tasks/bulk,                        command
          POST,    /tasks/1/attachments,               command
          POST,    /tasks/1/attachments/uploads,       command
          POST,    /tasks/1/attachments/uploads/2/complete, command
          POST,    /notifications/read-all,            command
          POST,    /ws/1,                              command
          POST,    /unheard-of,                        command
          """)
  void theFirstMatchInTheTableAnswers(String method, String path, String side) {
    var answer = gateway.send(gateway.request(method, path));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Side")).containsExactly(side);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET,  /livez,                 200
          GET,  /readyz,                200
          POST, /readyz,                405
          GET,  /v3/api-docs,           404
          POST, /v3/api-docs/any,       404
          GET,  /swagger-ui.html,       404
          GET,  /swagger-ui/index.html, 404
          """)
  void theGatewaysOwnPathsReachNoSide(String method, String path, int status) {
    var answer = gateway.send(gateway.request(method, path));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().allValues("Side")).isEmpty();
    if (status >= 400) {
      assertThat(answer.headers().allValues("Content-Type"))
          .containsExactly("application/problem+json");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no url", "localhost:8080", "ftp://side", "http://side/path"})
  void whatIsNoUrlOfASideIsRefusedByTheNameOfItsProperty(String url) {
    MockEnvironment environment =
        new MockEnvironment()
            .withProperty("annals.gateway.command-url", "http://command:8080")
            .withProperty("annals.gateway.query-url", url);

    assertThatThrownBy(() -> new Routes().table(null, environment))
        .hasMessage(
            "The property annals.gateway.query-url has to be the URL of that side,"
                + " such as http://localhost:8080.");
  }

  @Test
  void aMissingUrlIsRefusedByTheNameOfItsProperty() {
    assertThatThrownBy(() -> new Routes().table(null, new MockEnvironment()))
        .hasMessage(
            "The property annals.gateway.command-url has to be the URL of that side,"
                + " such as http://localhost:8080.");
  }
}
