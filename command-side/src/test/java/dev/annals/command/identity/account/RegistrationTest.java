package dev.annals.command.identity.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.Database;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.key.TokenIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Registers users in two processes that share one database. */
class RegistrationTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Database database;
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;

  @BeforeAll
  static void startTwo() {
    database = Database.create();
    first = database.start();
    second = database.start();
  }

  @AfterAll
  static void stopThem() {
    second.close();
    first.close();
  }

  @Test
  void storesTheRegisteredUserForAllProcesses() {
    RegisterUser command = register("Anna@Example.org");

    UserDetails user = first.getBean(CommandGateway.class).sendAndWait(command);

    assertThat(Profile.of(user))
        .isEqualTo(
            new Profile(
                command.userId(),
                "Anna@Example.org",
                false,
                "Dora",
                EnumSet.of(Role.USER),
                false,
                "UTC",
                7,
                0));
    assertThat(second.getBean(Users.class).find(command.userId())).isEqualTo(user);
    assertThat(second.getBean(Accounts.class).find("aNNA@eXAMPLE.ORG"))
        .contains(new Accounts.Account(command.userId(), "$2a$hash", true));
  }

  @Test
  void storesNeitherHashNorPlainTextInTheEvent() {
    RegisterUser command = register("secret@example.org");
    first.getBean(CommandGateway.class).sendAndWait(command);

    String stored =
        new String(
            database
                .jdbc()
                .sql(
                    "select payload || meta_data from events.domain_event_entry where aggregate_identifier = ?")
                .param(command.userId().toString())
                .query(byte[].class)
                .single(),
            StandardCharsets.UTF_8);
    assertThat(stored)
        .contains(command.userId().toString())
        .doesNotContain("hash", "secret", "Dora");
    assertThat(command.toString()).doesNotContain("hash");
  }

  @Test
  void registersOneOfAHundredConcurrentClaimsOnAnAddressInAnyCase() {
    List<String> variants = List.of("bert@example.org", "BERT@example.ORG", "Bert@Example.org");
    List<CompletableFuture<HttpResponse<String>>> registering =
        IntStream.range(0, 100)
            .mapToObj(i -> post(i % 2 == 0 ? first : second, variants.get(i % 3)))
            .toList();

    List<HttpResponse<String>> answers = registering.stream().map(CompletableFuture::join).toList();

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 409)
        .hasSize(99)
        .allSatisfy(answer -> assertThat(answer.body()).contains("urn:problem:email-taken"));
    assertThat(first.getBean(Accounts.class).find("bert@EXAMPLE.org")).isPresent();
  }

  @Test
  void refusesATakenAddressInEachSpellingOfItsDomain() {
    List<String> spellings =
        List.of("dora@bücher.example", "Dora@BÜCHER.example", "dora@xn--bcher-kva.example");
    // The current form of a claim, and those of earlier versions, which stored each spelling.
    for (String claimed : List.of("now", "dora@bücher.example", "dora@xn--bcher-kva.example")) {
      RegisterUser dora = register(spellings.get(0));
      first.getBean(CommandGateway.class).sendAndWait(dora);
      if (!claimed.equals("now")) {
        claim(dora.userId(), claimed);
      }

      for (String spelling : spellings) {
        assertThat(first.getBean(Accounts.class).find(spelling).map(Accounts.Account::userId))
            .as("%s, claimed as %s", spelling, claimed)
            .hasValue(dora.userId());
        assertThat(post(second, spelling).join().body())
            .as("%s, claimed as %s", spelling, claimed)
            .contains("urn:problem:email-taken");
      }
      first.getBean(CommandGateway.class).sendAndWait(new EraseUser(dora.userId()));
    }
    assertThat(post(first, "dora@bucher.example").join().statusCode()).isEqualTo(201);
  }

  @Test
  void findsUsersOfAnEarlierVersionWithOneMailboxByTheirOwnSpelling() {
    RegisterUser one = register("emil@other.example");
    RegisterUser other = register("emil@another.example");
    first.getBean(CommandGateway.class).sendAndWait(one);
    first.getBean(CommandGateway.class).sendAndWait(other);
    claim(one.userId(), "emil@bücher.example");
    claim(other.userId(), "emil@xn--bcher-kva.example");

    Accounts accounts = first.getBean(Accounts.class);
    assertThat(accounts.find("Emil@Bücher.example").map(Accounts.Account::userId))
        .hasValue(one.userId());
    assertThat(accounts.find("emil@XN--bcher-kva.example").map(Accounts.Account::userId))
        .hasValue(other.userId());
  }

  private static void claim(UUID user, String email) {
    database
        .jdbc()
        .sql("update identity.email_claim set email = ? where user_id = ?")
        .params(email, user)
        .update();
  }

  @Test
  void storesNothingOfARefusedRegistration() {
    first.getBean(CommandGateway.class).sendAndWait(register("carl@example.org"));
    RegisterUser late = register("Carl@example.org");

    assertThatThrownBy(() -> first.getBean(CommandGateway.class).sendAndWait(late))
        .isInstanceOf(Refusal.class);

    JdbcClient jdbc = database.jdbc();
    for (String count :
        List.of(
            "select count(*) from events.domain_event_entry where aggregate_identifier = ?::text",
            "select count(*) from identity.email_claim where user_id = ?::uuid",
            "select count(*) from identity.account where user_id = ?::uuid",
            "select count(*) from identity.subject_key where subject = ?::uuid",
            "select count(*) from identity.verification_token where user_id = ?::uuid",
            "select count(*) from events.scheduled_tasks where convert_from(task_data, 'UTF8') like '%' || ? || '%'")) {
      assertThat(jdbc.sql(count).param(late.userId().toString()).query(Long.class).single())
          .as(count)
          .isZero();
    }
  }

  @Test
  void signsTokensOfAllProcessesWithOneKey() {
    assertThat(headerOfToken(first)).isEqualTo(headerOfToken(second));
    assertThat(
            database
                .jdbc()
                .sql("select count(*) from identity.signing_key where purpose = 'token'")
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  private static String headerOfToken(ConfigurableApplicationContext node) {
    String token =
        node.getBean(TokenIssuer.class)
            .issue(UUID.randomUUID(), UUID.randomUUID(), EnumSet.of(Role.USER));
    return token.substring(0, token.indexOf('.'));
  }

  private static CompletableFuture<HttpResponse<String>> post(
      ConfigurableApplicationContext node, String email) {
    String port = node.getEnvironment().getProperty("local.server.port");
    return HTTP.sendAsync(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/auth/register"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"email": "%s", "password": "correct horse battery", "displayName": "Bert"}"""
                        .formatted(email)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static RegisterUser register(String email) {
    return new RegisterUser(
        UUID.randomUUID(), email, "$2a$hash", "Dora", EnumSet.of(Role.USER), false);
  }
}
