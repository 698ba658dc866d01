package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {

  private static final TestSide command = TestSide.named("command");
  private static final TestSide query = TestSide.named("query");
  private static final TestSide identity = TestSide.named("identity");
  private static final RunningGateway gateway =
      RunningGateway.before(
          command.port(),
          query.port(),
          "--annals.gateway.identity=http://127.0.0.1:" + identity.port());

  @AfterAll
  static void stop() {
    gateway.close();
    command.close();
    query.close();
    identity.close();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          POST,    /auth/login,                        identity
          POST,    /auth/verify-email,                 identity
          POST,    /auth/verify-email/resend,          identity
          GET,     /auth/sessions,                     identity
          DELETE,  /auth/sessions/1,                   identity
          GET,     /users/me,                          identity
          PUT,     /users/me,                          identity
          GET,     /users/me/export,                   identity
          GET,     /.well-known/jwks.json,             identity
          GET,     /files/1,                           command
          PUT,     /files/1?signature=s,               command
          GET,     /tasks/1/attachments/2,             command
          HEAD,    /tasks/1/attachments/2,             command
          DELETE,  /tasks/1/attachments/2,             command
          GET,     /tasks/1/attachments/2/link,        command
          GET,     /admin/users,                       identity
          GET,     /admin/users/1,                     identity
          PUT,     /admin/users/1/roles,               identity
          GET,     /admin/flags,                       command
          PUT,     /admin/flags/sorting,               command
          GET,     /admin/schedules,                   command
          POST,    /admin/schedules/seal/run,          command
          GET,     /admin/sagas?type=t,                command
          GET,     /admin/storage,                     command
          POST,    /admin/keys/rotate,                 identity
          GET,     /admin/keys/rotate,                 identity

          GET,     /webhooks,                          command
          POST,    /webhooks,                          command
          GET,     /webhooks/1,                        command
          PUT,     /webhooks/1,                        command
          POST,    /webhooks/1/rotate-secret,          command
          GET,     /webhooks/1/tests,                  command
          GET,     /webhooks/1/test/2,                 command

          POST,    /webhooks/1/test,                   query
          GET,     /webhooks/1/deliveries,             query
          POST,    /webhooks/1/deliveries/2/retry,     query
          POST,    /,                                  query
          GET,     /console,                           query
          GET,     /console/app.js,                    query
          POST,    /console/,                          query
          GET,     /reset-password?token=t,            query
          POST,    /reset-password,                    query
          HEAD,    /verify-email,                      query
          PUT,     /verify-email,                      query
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
          POST,    /asyncapi,                          query
          GET,     /swagger-ui.html,                   query
          GET,     /swagger-ui/index.html,             query
          GET,     /v3/api-docs/swagger-config,        query
          POST,    /v3/api-docs,                       query
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
          POST,    /reset-password/1,                  command
          POST,    /unheard-of,                        command
          """)
  void routesARequestToTheSideOfTheFirstMatchingRoute(String method, String path, String side) {
    var answer = gateway.send(gateway.request(method, path));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Side")).containsExactly(side);
  }

  @ParameterizedTest
  @CsvSource({"GET, /livez, 200", "GET, /readyz, 200", "POST, /readyz, 405"})
  void answersProbesWithoutASide(String method, String path, int status) {
    var answer = gateway.send(gateway.request(method, path));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().allValues("Side")).isEmpty();
    if (status >= 400) {
      assertThat(answer.headers().allValues("Content-Type"))
          .containsExactly("application/problem+json");
    }
  }

  @Test
  void answers406ForAnUnsupportedAcceptHeaderOfAProbe() {
    var answer = gateway.send(gateway.request("GET", "/livez").header("Accept", "application/pdf"));

    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(new String(answer.body(), UTF_8)).contains("\"urn:problem:not-acceptable\"");
  }

  @Test
  void leavesTheQueryOutOfTraces() {
    List<String> tags = new CopyOnWriteArrayList<>();
    gateway
        .context()
        .getBean(ObservationRegistry.class)
        .observationConfig()
        .observationHandler(
            new ObservationHandler<>() {
              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }

              @Override
              public void onStop(Observation.Context context) {
                context
                    .getAllKeyValues()
                    .forEach(tag -> tags.add(tag.getKey() + "=" + tag.getValue()));
              }
            });

    gateway.send(gateway.anonymous("GET", "/reset-password?token=hush"));

    await()
        .untilAsserted(
            () ->
                assertThat(tags).contains("http.url=/reset-password", "http.uri=/reset-password"));
    assertThat(tags).noneMatch(tag -> tag.contains("hush"));
  }
}
