package dev.annals.command.identity.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.Database;
import dev.annals.command.identity.UserCommand.AssignRoles;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.UserCommand.EnableUser;
import dev.annals.command.identity.UserCommand.UpdateProfile;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.session.Sessions;
import dev.annals.http.web.IfMatch;
import dev.annals.http.web.QueryReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.util.UriUtils;

/** Manages users in two processes that share one database. */
class AdministrationTest {

  private static final Set<Role> USER = EnumSet.of(Role.USER);
  private static final Set<Role> ADMIN = EnumSet.of(Role.USER, Role.ADMIN);

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

  @AfterEach
  void deleteAllAccounts() {
    database
        .jdbc()
        .sql("truncate identity.account, identity.email_claim, identity.session cascade")
        .update();
  }

  @Test
  void breaksTiesByIdInTheDirectionOfTheLastKey() {
    Stream.of("a", "b", "c", "d").forEach(it -> registered(it + "@example.org", it, USER));
    database.jdbc().sql("update identity.account set created_at = '2026-01-01T00:00:00Z'").update();

    List<UUID> ascending = list("sort=createdAt,asc");
    assertThat(ascending.stream().map(UUID::toString)).hasSize(4).isSorted();
    List<UUID> descending = new ArrayList<>(list("sort=createdAt,desc"));
    Collections.reverse(descending);
    assertThat(descending).isEqualTo(ascending);
  }

  @RepeatedTest(10)
  void keepsOneOfTwoAdministratorsWhoDisableEachOther() {
    UUID anna = registered("anna@example.org", "Anna", ADMIN);
    UUID bert = registered("bert@example.org", "Bert", ADMIN);

    assertThat(atOnce(new DisableUser(bert), new DisableUser(anna)))
        .containsExactlyInAnyOrder(
            Optional.empty(), Optional.<ProblemType>of(CommandProblem.LAST_ADMIN));

    assertThat(Stream.of(anna, bert).filter(id -> user(id).enabled())).hasSize(1);
    assertThat(Stream.of(anna, bert).filter(id -> user(id).version() == 0)).hasSize(1);
  }

  @RepeatedTest(10)
  void keepsOneAdministratorWhenOneIsDemotedAndTheOtherDisabled() {
    UUID anna = registered("anna@example.org", "Anna", ADMIN);
    UUID bert = registered("bert@example.org", "Bert", ADMIN);

    assertThat(atOnce(assign(bert, USER), new DisableUser(anna)))
        .containsExactlyInAnyOrder(
            Optional.empty(), Optional.<ProblemType>of(CommandProblem.LAST_ADMIN));
    assertThat(
            Stream.of(anna, bert)
                .map(AdministrationTest::user)
                .filter(user -> user.enabled() && user.roles().contains(Role.ADMIN)))
        .hasSize(1);
  }

  @Test
  void doesNotCountADisabledAdministrator() {
    UUID anna = registered("anna@example.org", "Anna", ADMIN);
    UUID bert = registered("bert@example.org", "Bert", ADMIN);
    send(new DisableUser(bert));

    assertRefused(new DisableUser(anna), CommandProblem.LAST_ADMIN);
    assertRefused(assign(anna, USER), CommandProblem.LAST_ADMIN);
    // A disabled administrator can be demoted.
    send(assign(bert, USER));
    assertThat(user(bert).roles()).isEqualTo(USER);

    send(new EnableUser(bert));
    send(assign(bert, ADMIN));
    send(new DisableUser(anna));
    assertThat(user(anna).enabled()).isFalse();
  }

  @Test
  void storesOneEventAndEndsAllSessionsWhenDisabledTwice() {
    registered("anna@example.org", "Anna", ADMIN);
    UUID bert = registered("bert@example.org", "Bert", USER);
    Sessions sessions = first.getBean(Sessions.class);
    Accounts.Account account = first.getBean(Accounts.class).find(bert).orElseThrow();
    sessions.open(account, "curl");
    sessions.open(account, "firefox");

    send(new DisableUser(bert));
    send(new DisableUser(bert));

    assertThat(sessions.of(bert, UUID.randomUUID())).isEmpty();
    assertThat(events(bert)).containsExactly("UserRegistered", "UserDisabled");
    assertThatThrownBy(() -> second.getBean(Sessions.class).open(account, "late"))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void listsUsersWithTheTimesOfTheirEvents() {
    List<UUID> registered = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      registered.add(registered(i + "@example.org", "Anna", USER));
    }
    assertThat(
            database
                .jdbc()
                .sql(
                    """
                    select count(*) from identity.account join events.domain_event_entry
                      on aggregate_identifier = user_id::text and sequence_number = 0
                    where time_stamp::timestamptz = created_at
                    """)
                .query(Long.class)
                .single())
        .isEqualTo(5);
    assertThat(list("size=3")).hasSize(3).isSubsetOf(registered);
  }

  @Test
  void filtersByALiteralPartOfTheAddressOrTheName() {
    UUID anna = registered("Anna.Smith@example.org", "100%", USER);
    UUID bert = registered("bert_b@example.com", "Anna\\Bert", ADMIN);
    UUID carl = registered("carl@example.com", "Carl", USER);
    send(new DisableUser(carl));

    assertThat(emails("aNNA")).containsExactly(anna, bert);
    assertThat(emails("SMITH@")).containsExactly(anna);
    assertThat(emails("example.com")).containsExactly(bert, carl);
    assertThat(emails("%")).containsExactly(anna);
    assertThat(emails("_")).containsExactly(bert);
    assertThat(emails("\\")).containsExactly(bert);
    assertThat(emails("' or 1=1 --")).isEmpty();
    assertThat(emails("")).containsExactly(anna, bert, carl);
    assertThat(list("sort=email&role=ADMIN")).containsExactly(bert);
    assertThat(list("sort=email&enabled=false")).containsExactly(carl);
    assertThat(list("sort=email&query=c&role=USER&enabled=true")).containsExactly(bert);
    send(new UpdateProfile(carl, new IfMatch.AnyVersion(), "Zoë", false, null, null));
    assertThat(emails("zoë")).containsExactly(carl);
  }

  @Test
  void readsAnEventWithoutSettingsWithTheirDefaults() {
    UUID anna = registered("anna@example.org", "Anna", USER);
    UserDetails now = user(anna);
    JdbcClient jdbc = database.jdbc();
    jdbc.sql(
            """
            update events.domain_event_entry
            set payload_revision = '1',
                payload = convert_to(replace(convert_from(payload, 'UTF8'),
                                             ',"dailySummary":false,"timeZone":"UTC","summaryHour":7', ''),
                                     'UTF8')
            where aggregate_identifier = ?
            """)
        .param(anna.toString())
        .update();
    // A snapshot of another revision of the aggregate is ignored.
    jdbc.sql(
            """
            insert into events.snapshot_event_entry
            select aggregate_identifier, 5, type, 'old', time_stamp, ?, '2', payload, meta_data
            from events.domain_event_entry where aggregate_identifier = ?
            """)
        .params("dev.annals.command.identity.User", anna.toString())
        .update();

    assertThat(user(anna)).isEqualTo(now);
    assertThat(
            jdbc.sql(
                    "select convert_from(payload, 'UTF8') from events.domain_event_entry where aggregate_identifier = ?")
                .param(anna.toString())
                .query(String.class)
                .single())
        .doesNotContain("summaryHour");
  }

  private static List<Optional<ProblemType>> atOnce(Object onFirst, Object onSecond) {
    CyclicBarrier start = new CyclicBarrier(2);
    List<CompletableFuture<Optional<ProblemType>>> answers =
        List.of(refusal(first, onFirst, start), refusal(second, onSecond, start));
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static CompletableFuture<Optional<ProblemType>> refusal(
      ConfigurableApplicationContext node, Object command, CyclicBarrier start) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            start.await();
            node.getBean(CommandGateway.class).sendAndWait(command);
            return Optional.empty();
          } catch (Refusal refusal) {
            return Optional.of(refusal.problem());
          } catch (Exception failure) {
            throw new CompletionException(failure);
          }
        });
  }

  private static void assertRefused(Object command, ProblemType problem) {
    assertThatThrownBy(() -> send(command))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(problem));
  }

  private static void send(Object command) {
    first.getBean(CommandGateway.class).sendAndWait(command);
  }

  private static AssignRoles assign(UUID id, Set<Role> roles) {
    return new AssignRoles(id, new IfMatch.AnyVersion(), roles);
  }

  private static UUID registered(String email, String displayName, Set<Role> roles) {
    return first
        .getBean(Users.class)
        .register(email, "correct horse battery", displayName, roles, false)
        .id();
  }

  private static UserDetails user(UUID id) {
    return second.getBean(Users.class).find(id);
  }

  private static List<String> events(UUID id) {
    return database
        .jdbc()
        .sql(
            """
            select regexp_replace(payload_type, '.*\\.', '') from events.domain_event_entry
            where aggregate_identifier = ?::text order by sequence_number
            """)
        .param(id)
        .query(String.class)
        .list();
  }

  private static List<UUID> emails(String query) {
    return list("sort=email&query=" + UriUtils.encode(query, StandardCharsets.UTF_8));
  }

  private static List<UUID> list(String query) {
    return second
        .getBean(UserList.class)
        .page(QueryReader.read(query, UserList.Query.class))
        .content();
  }
}
