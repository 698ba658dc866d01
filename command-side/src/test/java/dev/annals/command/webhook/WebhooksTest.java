package dev.annals.command.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.command.Database;
import dev.annals.command.MailServer;
import dev.annals.command.identity.People;
import dev.annals.command.webhook.WebhookCommand.CreateWebhook;
import dev.annals.events.webhook.WebhookValues;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.eventstore.storage.SubjectCipher;
import dev.annals.eventstore.storage.SubjectKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.Registration;
import org.axonframework.messaging.MetaData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The whole contract of {@code /webhooks}, on two command sides that share one database. */
class WebhooksTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();
  // An address needs no lookup. A command side does not call it.
  private static final String URL = "https://1.1.1.1/hook?key=Wisteria";
  private static final String CREATION =
      """
      {"url": "%s", "types": ["TaskCompleted", "NoteCreated"], "description": "Oleander"}"""
          .formatted(URL);
  private static final String UPDATE =
      """
      {"url": "https://9.9.9.9/", "types": null, "description": "", "enabled": true}""";
  private static final String NOWHERE = "/webhooks/00000000-0000-4000-8000-000000000000";

  private static final MailServer POST = new MailServer();

  private static Database database;
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;

  private final JdbcClient jdbc = database.jdbc();
  private final String email = UUID.randomUUID() + "@example.org";
  private UUID anna;
  private String token;

  @BeforeAll
  static void startTwo() {
    POST.start();
    database = Database.create();
    first = database.start(POST.settings());
    List<String> settings = new ArrayList<>(List.of(POST.settings()));
    settings.add("--annals.webhooks.public-only=false");
    second = database.start(settings.toArray(String[]::new));
  }

  @AfterAll
  static void stopThem() {
    second.close();
    first.close();
    POST.stop();
  }

  @BeforeEach
  void register() {
    anna = People.register(first, email);
    token = login(email);
  }

  @Test
  void createsAWebhookAndShowsItsSecretOnce() {
    Answer created = send("POST", "/webhooks", CREATION).expect(201);
    JsonNode webhook = created.json();
    String path = "/webhooks/" + webhook.get("id").asString();

    assertThat(webhook.propertyNames())
        .containsExactly(
            "id",
            "url",
            "types",
            "description",
            "enabled",
            "disabledReason",
            "version",
            "createdAt",
            "secret");
    assertThat(webhook.get("url").asString()).isEqualTo(URL);
    assertThat(texts(webhook.get("types"))).containsExactly("TaskCompleted", "NoteCreated");
    assertThat(webhook.get("description").asString()).isEqualTo("Oleander");
    assertThat(webhook.get("enabled").asBoolean()).isTrue();
    assertThat(webhook.get("disabledReason").isNull()).isTrue();
    assertThat(webhook.get("version").asInt()).isZero();
    assertThat(webhook.get("secret").asString()).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(created.header("Location")).containsExactly(path);
    assertThat(created.header("ETag")).containsExactly("\"0\"");
    assertThat(created.header("Consistency-Token")).isEmpty();

    ObjectNode shown = ((ObjectNode) webhook).deepCopy();
    shown.remove("secret");
    Answer read = send("GET", path, "").expect(200);
    assertThat(read.json()).isEqualTo(shown);
    assertThat(read.header("ETag")).containsExactly("\"0\"");
    assertThat(send("GET", path, "", "If-None-Match", "\"0\"").expect(304).body()).isEmpty();
    send("GET", path, "", "If-None-Match", "*").expect(304);
    assertThat(send("GET", "/webhooks", "").expect(200).json())
        .isEqualTo(JSON.createArrayNode().add(shown));
  }

  @Test
  void subscribesToAllTypesWithoutTypes() {
    for (String body :
        List.of(
            "{\"url\": \"https://1.1.1.1\"}",
            "{\"url\": \"https://1.1.1.1\", \"types\": null}",
            """
            {"url": "https://1.1.1.1", "types": ["NoteCreated", "NoteUpdated", "NoteReverted", "NoteDeleted",
             "NoteRestored", "TaskCreated", "TaskUpdated", "TaskReverted", "TaskStarted", "TaskCompleted",
             "TaskReopened", "TaskDeleted", "TaskRestored", "TaskMarkedOverdue", "AttachmentAdded",
             "AttachmentRemoved"]}""")) {
      JsonNode webhook = send("POST", "/webhooks", body).expect(201).json();

      assertThat(texts(webhook.get("types")))
          .containsExactlyInAnyOrder(
              "NoteCreated",
              "NoteUpdated",
              "NoteDeleted",
              "NoteRestored",
              "NoteReverted",
              "TaskCreated",
              "TaskUpdated",
              "TaskStarted",
              "TaskCompleted",
              "TaskReopened",
              "TaskDeleted",
              "TaskRestored",
              "TaskReverted",
              "TaskMarkedOverdue",
              "AttachmentAdded",
              "AttachmentRemoved");
      assertThat(webhook.get("description").asString()).isEmpty();
    }
    assertThat(
            jdbc.sql("select count(*) from identity.webhook where owner = ? and types is null")
                .param(anna)
                .query(Integer.class)
                .single())
        .isEqualTo(3);
  }

  @Test
  void changesNothingWithTheValuesThatItShows() {
    for (String body : List.of(CREATION, "{\"url\": \"https://1.1.1.1\"}")) {
      JsonNode shown = send("GET", create(body), "").expect(200).json();
      ObjectNode same = JSON.createObjectNode();
      List.of("url", "types", "description", "enabled")
          .forEach(name -> same.set(name, shown.get(name)));

      Answer answer = send("PUT", path(shown), same.toString(), "If-Match", "\"0\"").expect(200);

      assertThat(answer.json()).isEqualTo(shown);
      assertThat(answer.header("ETag")).containsExactly("\"0\"");
    }
  }

  @Test
  void changesAWebhookAtTheCurrentVersionAlone() {
    String path = create(CREATION);

    Answer changed = send("PUT", path, UPDATE, "If-Match", "\"0\"").expect(200);

    assertThat(changed.json().get("url").asString()).isEqualTo("https://9.9.9.9/");
    assertThat(changed.json().get("types")).hasSize(16);
    assertThat(changed.json().get("description").asString()).isEmpty();
    assertThat(changed.json().get("version").asInt()).isEqualTo(1);
    assertThat(changed.json().has("secret")).isFalse();
    assertThat(changed.header("ETag")).containsExactly("\"1\"");
    assertThat(changed.header("Consistency-Token")).isEmpty();
    assertThat(send("GET", path, "").expect(200).json()).isEqualTo(changed.json());

    send("PUT", path, UPDATE).isProblem(428, "precondition-required");
    assertThat(
            send("PUT", path, UPDATE, "If-Match", "\"0\"")
                .isProblem(412, "stale-version")
                .get("currentVersion")
                .asInt())
        .isEqualTo(1);
    send("PUT", path, UPDATE, "If-Match", "1").isProblem(400, "bad-request");
    send("PUT", path, UPDATE, "If-Match", "*").expect(200);
    send("DELETE", path, "").isProblem(428, "precondition-required");
    send("DELETE", path, "", "If-Match", "\"0\"").isProblem(412, "stale-version");
    send("DELETE", path, "", "If-Match", "x").isProblem(400, "bad-request");
    assertThat(send("GET", path, "").json().get("version").asInt()).isEqualTo(1);
  }

  @Test
  void deletesAWebhookForEver() {
    String path = create(CREATION);

    Answer deleted = send("DELETE", path, "", "If-Match", "\"0\"").expect(204);

    assertThat(deleted.header("Consistency-Token")).isEmpty();
    isNotFound(path, token);
    assertThat(send("GET", "/webhooks", "").json()).isEmpty();
    assertThat(rows(anna)).isZero();
  }

  @Test
  void hidesWebhooksFromOtherUsersAndWithoutAToken() {
    String path = create(CREATION);
    String bert = bert();

    isNotFound(path, bert);
    isNotFound(NOWHERE, token);
    isNotFound("/webhooks/no-uuid", token);
    assertThat(send(bert, first, "GET", "/webhooks", "").expect(200).json()).isEmpty();

    for (String method : List.of("GET", "PUT", "DELETE")) {
      send("", first, method, path, UPDATE).isProblem(401, "unauthorized");
    }
    send("", first, "POST", path + "/rotate-secret", "").isProblem(401, "unauthorized");
    send("", first, "POST", "/webhooks", "{").isProblem(401, "unauthorized");
    send("", first, "GET", "/webhooks", "").isProblem(401, "unauthorized");
    assertThat(send("GET", path, "").expect(200).json().get("version").asInt()).isZero();
  }

  private static void isNotFound(String path, String token) {
    send(token, first, "GET", path, "").isProblem(404, "not-found");
    send(token, first, "PUT", path, UPDATE).isProblem(404, "not-found");
    send(token, first, "PUT", path, UPDATE, "If-Match", "\"9\"").isProblem(404, "not-found");
    send(token, first, "DELETE", path, "").isProblem(404, "not-found");
    send(token, first, "DELETE", path, "", "If-Match", "*").isProblem(404, "not-found");
    send(token, first, "POST", path + "/rotate-secret", "").isProblem(404, "not-found");
  }

  /** Each property with bad values, and the pointer to the error. */
  static Stream<Arguments> badValues() {
    Map<String, List<String>> urls =
        Map.of(
            "/url",
            List.of(
                "null",
                "7",
                "\"\"",
                "\"\\u0000\"",
                "\"hook\"",
                "\"http://1.1.1.1/\"",
                "\"https://1.1.1.1/#part\"",
                "\"https://anna@1.1.1.1/\"",
                "\"https://127.0.0.1/\"",
                "\"https://localhost/\"",
                "\"https://169.254.169.254/\"",
                "\"https://[::ffff:10.0.0.1]/\"",
                "\"https://2130706433/\"",
                "\"https://1.1.1.1/" + "x".repeat(2_033) + "\""));
    Map<String, List<String>> types =
        Map.of(
            "/types",
            List.of("\"NoteCreated\"", "{}", "[]"),
            "/types/0",
            List.of(
                "[null]",
                "[7]",
                "[\"\"]",
                "[\"notecreated\"]",
                "[\"Test\"]",
                "[\"WebhookCreated\"]"),
            "/types/1",
            List.of("[\"NoteCreated\", \"NoteCreated\"]", "[\"NoteCreated\", \"UserRegistered\"]"));
    Map<String, List<String>> descriptions =
        Map.of("/description", List.of("null", "7", "\"\\u0000\"", "\"" + "x".repeat(201) + "\""));
    return Stream.of(urls, types, descriptions)
        .flatMap(property -> property.entrySet().stream())
        .flatMap(
            it -> it.getValue().stream().map(value -> Arguments.arguments(it.getKey(), value)));
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void refusesABadValue(String pointer, String value) {
    String property = pointer.substring(1).replaceFirst("/.*", "");

    send("POST", "/webhooks", with(CREATION, property, value)).isInvalidAt(pointer);
    // 400 comes before 404 and 428.
    for (String path : List.of(NOWHERE, "/webhooks/no-uuid")) {
      send("PUT", path, with(UPDATE, property, value)).isInvalidAt(pointer);
    }
    assertThat(rows(anna)).isZero();
  }

  @Test
  void refusesABodyWithoutARequiredPropertyOrWithAnUnknownOne() {
    send("POST", "/webhooks", "{}").isInvalidAt("/url");
    for (String name : List.of("url", "description", "enabled")) {
      send("PUT", NOWHERE, without(UPDATE, name)).isInvalidAt("/" + name);
    }
    send("PUT", NOWHERE, without(UPDATE, "types")).isProblem(404, "not-found");
    send("PUT", NOWHERE, with(UPDATE, "enabled", "\"true\"")).isInvalidAt("/enabled");
    for (String name : List.of("secret", "enabled", "id")) {
      send("POST", "/webhooks", with(CREATION, name, "true")).isInvalidAt("/" + name);
    }
    send("POST", "/webhooks", "{").isProblem(400, "bad-request");
    send("POST", "/webhooks", CREATION, "Content-Type", "text/plain")
        .isProblem(415, "unsupported-media-type");
  }

  @Test
  void acceptsTheLongestValues() {
    String url = "https://1.1.1.1/" + "x".repeat(2_032);
    JsonNode webhook =
        send(
                "POST",
                "/webhooks",
                """
                {"url": "%s", "description": "%s"}"""
                    .formatted(url, "𝔛".repeat(200)))
            .expect(201)
            .json();

    assertThat(webhook.get("url").asString()).isEqualTo(url);
    assertThat(send("GET", path(webhook), "").json().get("description").asString())
        .isEqualTo("𝔛".repeat(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:9/", "https://localhost/", "http://[::1]:8080/hook"})
  void allowsHttpAndPrivateNetworksIfConfigured(String url) {
    send(token, second, "POST", "/webhooks", with(CREATION, "url", "\"" + url + "\"")).expect(201);
  }

  @Test
  void allowsTenWebhooksUnderConcurrentCreationOnTwoInstances() {
    ExecutorService senders = Executors.newFixedThreadPool(24);
    try {
      List<CompletableFuture<Answer>> answers =
          IntStream.range(0, 24)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () ->
                              send(
                                  token,
                                  i % 2 == 0 ? first : second,
                                  "POST",
                                  "/webhooks",
                                  CREATION),
                          senders))
              .toList();

      assertThat(answers.stream().map(answer -> answer.join().status()).sorted())
          .containsExactlyElementsOf(
              Stream.concat(
                      Stream.generate(() -> 201).limit(10), Stream.generate(() -> 409).limit(14))
                  .toList());
    } finally {
      senders.shutdown();
    }
    send("POST", "/webhooks", CREATION).isProblem(409, "too-many-webhooks");
    JsonNode all = send("GET", "/webhooks", "").expect(200).json();
    assertThat(all).hasSize(10);

    send("DELETE", path(all.get(3)), "", "If-Match", "*").expect(204);

    send("POST", "/webhooks", CREATION).expect(201);
    send("POST", "/webhooks", CREATION).isProblem(409, "too-many-webhooks");
    send(bert(), first, "POST", "/webhooks", CREATION).expect(201);
  }

  @Test
  void rotatesTheSecretAndKeepsTheFormerOneForADay() {
    JsonNode created = send("POST", "/webhooks", CREATION).expect(201).json();
    UUID id = UUID.fromString(created.get("id").asString());

    Answer rotated = send("POST", path(created) + "/rotate-secret", "").expect(200);

    assertThat(rotated.json().propertyNames()).containsExactly("secret");
    String secret = rotated.json().get("secret").asString();
    assertThat(secret)
        .matches("whsec_[A-Za-z0-9+/]{43}=")
        .isNotEqualTo(created.get("secret").asString());
    assertThat(stored(id, "secret")).isEqualTo(key(secret));
    assertThat(stored(id, "previous_secret")).isEqualTo(key(created.get("secret").asString()));
    assertThat(
            jdbc.sql(
                    """
                    select previous_until > now() + interval '23 h' and previous_until < now() + interval '25 h'
                    from identity.webhook where id = ?
                    """)
                .param(id)
                .query(Boolean.class)
                .single())
        .isTrue();
    assertThat(send("GET", path(created), "").json().get("version").asInt()).isEqualTo(1);

    JsonNode again = send("POST", path(created) + "/rotate-secret", "").expect(200).json();

    assertThat(stored(id, "previous_secret")).isEqualTo(key(secret));
    assertThat(stored(id, "secret")).isEqualTo(key(again.get("secret").asString()));
  }

  @Test
  void storesNothingPersonalInPlainTextAndNoSecretInAnEvent() {
    JsonNode created = send("POST", "/webhooks", CREATION).expect(201).json();
    String id = created.get("id").asString();
    send("PUT", path(created), with(UPDATE, "description", "\"Hyacinth\""), "If-Match", "*")
        .expect(200);
    JsonNode rotated = send("POST", path(created) + "/rotate-secret", "").expect(200).json();

    String row =
        jdbc.sql(
                """
                select concat(encode(url, 'escape'), encode(description, 'escape'), encode(secret, 'escape'))
                from identity.webhook where id = ?
                """)
            .param(UUID.fromString(id))
            .query(String.class)
            .single();
    List<String> events =
        jdbc.sql(
                """
                select concat(convert_from(payload, 'UTF8'), convert_from(meta_data, 'UTF8'))
                from events.domain_event_entry where aggregate_identifier = ? order by sequence_number
                """)
            .param(id)
            .query(String.class)
            .list();
    assertThat(events).hasSize(3);
    for (String text : Stream.concat(Stream.of(row), events.stream()).toList()) {
      assertThat(text)
          .doesNotContain(
              "Wisteria",
              "Oleander",
              "Hyacinth",
              "1.1.1.1",
              "9.9.9.9",
              created.get("secret").asString().substring(6),
              rotated.get("secret").asString().substring(6));
    }
  }

  @Test
  void storesNoRowIfTheEventIsNotStored() {
    Registration broken =
        first
            .getBean(CommandBus.class)
            .registerHandlerInterceptor(
                (unitOfWork, chain) -> {
                  Object done = chain.proceed();
                  if (unitOfWork.getMessage().getPayload() instanceof CreateWebhook) {
                    throw new IllegalStateException("broken");
                  }
                  return done;
                });
    try {
      send("POST", "/webhooks", CREATION).expect(500);
    } finally {
      broken.cancel();
    }

    assertThat(rows(anna)).isZero();
  }

  @Test
  void refusesACreationOfASessionThatHasEndedSinceItWasChecked() {
    CreateWebhook command =
        new CreateWebhook(UUID.randomUUID(), anna, new WebhookValues(URL, null, ""));

    assertThatThrownBy(
            () ->
                first
                    .getBean(CommandGateway.class)
                    .sendAndWait(
                        command,
                        MetaData.with(AxonConfiguration.ACTOR, anna.toString())
                            .and(AxonConfiguration.SESSION, UUID.randomUUID().toString())))
        .isInstanceOfSatisfying(
            Refusal.class, no -> assertThat(no.problem()).isEqualTo(Problem.UNAUTHORIZED));
    assertThat(rows(anna)).isZero();
  }

  @Test
  void disablesAPausedWebhookWithOneMail() {
    String path = create(CREATION);
    pause(path, 0, "gone");

    JsonNode disabled =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> send("GET", path, "").expect(200).json(),
                webhook -> !webhook.get("enabled").asBoolean());

    assertThat(disabled.get("disabledReason").asString()).isEqualTo("gone");
    assertThat(disabled.get("version").asInt()).isEqualTo(1);
    MailServer.Received mail = POST.await(1, email).get(0);
    assertThat(mail.subject()).isEqualTo("A webhook of yours was disabled");
    for (String text : List.of(mail.text(), mail.html())) {
      assertThat(text)
          .contains("Hello Anna,", "Its receiver answered that it is gone (410).", URL)
          .doesNotContain("whsec_", "Oleander");
    }
    look();
    assertThat(send("GET", path, "").json().get("version").asInt()).isEqualTo(1);

    JsonNode enabled =
        send("PUT", path, with(CREATION, "enabled", "true"), "If-Match", "\"1\"")
            .expect(200)
            .json();
    assertThat(enabled.get("enabled").asBoolean()).isTrue();
    assertThat(enabled.get("disabledReason").isNull()).isTrue();
    // The pause is of the version that enabled it before.
    look();
    assertThat(send("GET", path, "").json()).isEqualTo(enabled);

    pause(path, 2, "failing");
    look();
    assertThat(send("GET", path, "").json().get("disabledReason").asString()).isEqualTo("failing");
    assertThat(POST.await(2, email).get(1).text())
        .contains("No delivery to it succeeded for five days.");
    assertThat(POST.to(email)).hasSize(2);
  }

  @Test
  void mailsNoTextOfTheUserToAnAddressThatIsNotVerified() {
    String unverified = UUID.randomUUID() + "@example.org";
    People.registerUnverified(first, unverified);
    POST.await(1, unverified);
    String bert = login(unverified);
    String path = path(send(bert, first, "POST", "/webhooks", CREATION).expect(201).json());
    pause(path, 0, "failing");

    look();

    MailServer.Received mail = POST.await(2, unverified).get(1);
    assertThat(mail.subject()).isEqualTo("A webhook of yours was disabled");
    for (String text : List.of(mail.text(), mail.html())) {
      assertThat(text)
          .contains("Hello,", "No delivery to it succeeded for five days.")
          .doesNotContain("Hello Anna", "1.1.1.1", "Wisteria", "Oleander");
    }
  }

  @Test
  void disablesOthersThoughOnePauseCannotBeRead() {
    String bad = create(CREATION);
    String good = create(CREATION);
    pause(bad, 0, "unknown");
    pause(good, 0, "gone");

    look();

    assertThat(send("GET", bad, "").json().get("enabled").asBoolean()).isTrue();
    assertThat(send("GET", good, "").json().get("enabled").asBoolean()).isFalse();
    jdbc.sql("delete from push.webhook_pause where reason = 'unknown'").update();
  }

  @Test
  void removesTheRowsOfAnErasedUserAndKeepsThoseOfOthers() {
    create(CREATION);
    String bert = bert();
    send(bert, first, "POST", "/webhooks", CREATION).expect(201);

    People.erase(first, anna);

    assertThat(rows(anna)).isZero();
    assertThat(send(bert, first, "GET", "/webhooks", "").expect(200).json()).hasSize(1);
    send("GET", "/webhooks", "").isProblem(401, "unauthorized");
  }

  @Test
  void exportsWebhooksWithoutTheirSecrets() throws IOException, InterruptedException {
    JsonNode created = send("POST", "/webhooks", CREATION).expect(201).json();
    ObjectNode shown = ((ObjectNode) created).deepCopy();
    shown.remove("secret");

    Map<String, String> archive = archive();

    assertThat(archive.get("webhooks.jsonl").lines().map(JSON::readTree)).containsExactly(shown);
    assertThat(archive.get("events.jsonl")).contains("\"WebhookCreated\"", "Oleander");
    assertThat(archive.values())
        .noneMatch(text -> text.contains(created.get("secret").asString().substring(6)));
  }

  private Map<String, String> archive() throws IOException, InterruptedException {
    byte[] zip =
        HTTP.send(
                request(token, first, "GET", "/users/me/export", ""),
                HttpResponse.BodyHandlers.ofByteArray())
            .body();
    Map<String, String> entries = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return entries;
  }

  private String create(String body) {
    return path(send("POST", "/webhooks", body).expect(201).json());
  }

  private static String bert() {
    String address = UUID.randomUUID() + "@example.org";
    People.register(first, address);
    return login(address);
  }

  private static void look() {
    first.getBean(WebhookPauses.class).look();
  }

  private void pause(String path, long enabledVersion, String reason) {
    jdbc.sql(
            """
            insert into push.webhook_pause (webhook, enabled_version, reason, created_at) values (?, ?, ?, now())
            on conflict (webhook) do update
            set enabled_version = excluded.enabled_version, reason = excluded.reason
            """)
        .params(UUID.fromString(path.substring("/webhooks/".length())), enabledVersion, reason)
        .update();
  }

  private int rows(UUID owner) {
    return jdbc.sql("select count(*) from identity.webhook where owner = ?")
        .param(owner)
        .query(Integer.class)
        .single();
  }

  private byte[] stored(UUID id, String column) {
    byte[] cipherText =
        jdbc.sql("select " + column + " from identity.webhook where id = ?")
            .param(id)
            .query(byte[].class)
            .single();
    return new SubjectCipher(first.getBean(SubjectKeys.class))
        .decrypt(anna, "webhook/" + id + "/secret", cipherText)
        .orElseThrow();
  }

  private static byte[] key(String secret) {
    return Base64.getDecoder().decode(secret.substring("whsec_".length()));
  }

  private static String path(JsonNode webhook) {
    return "/webhooks/" + webhook.get("id").asString();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private static String with(String body, String property, String value) {
    ObjectNode changed = (ObjectNode) JSON.readTree(body);
    changed.set(property, JSON.readTree(value));
    return changed.toString();
  }

  private static String without(String body, String property) {
    ObjectNode changed = (ObjectNode) JSON.readTree(body);
    changed.remove(property);
    return changed.toString();
  }

  private static String login(String email) {
    return send(
            "",
            first,
            "POST",
            "/auth/login",
            """
            {"email": "%s", "password": "correct horse battery"}"""
                .formatted(email))
        .expect(200)
        .json()
        .get("accessToken")
        .asString();
  }

  private Answer send(String method, String path, String body, String... headers) {
    return send(token, first, method, path, body, headers);
  }

  private static Answer send(
      String token,
      ConfigurableApplicationContext node,
      String method,
      String path,
      String body,
      String... headers) {
    try {
      HttpResponse<String> response =
          HTTP.send(
              request(token, node, method, path, body, headers),
              HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.headers().map(), response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static HttpRequest request(
      String token,
      ConfigurableApplicationContext node,
      String method,
      String path,
      String body,
      String... headers) {
    String port = node.getEnvironment().getProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  private record Answer(int status, Map<String, List<String>> headers, String body) {

    Answer expect(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return this;
    }

    JsonNode isProblem(int expected, String slug) {
      expect(expected);
      assertThat(json().get("type").asString()).isEqualTo("urn:problem:" + slug);
      return json();
    }

    void isInvalidAt(String pointer) {
      JsonNode errors = isProblem(400, "validation").get("errors");
      assertThat(errors.valueStream().map(error -> error.get("pointer").asString()))
          .containsExactly(pointer);
    }

    List<String> header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .flatMap(header -> header.getValue().stream())
          .toList();
    }

    JsonNode json() {
      return JSON.readTree(body);
    }
  }
}
