package dev.annals.command.identity;

import static dev.annals.base.problem.Problem.NOT_FOUND;
import static dev.annals.base.problem.Problem.PRECONDITION_REQUIRED;
import static dev.annals.base.problem.Problem.STALE_VERSION;
import static dev.annals.command.CommandProblem.EMAIL_TAKEN;
import static dev.annals.command.CommandProblem.INVALID_RESET_TOKEN;
import static dev.annals.command.CommandProblem.INVALID_VERIFICATION_TOKEN;
import static dev.annals.command.CommandProblem.LAST_ADMIN;
import static dev.annals.command.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.identity.UserCommand.AssignRoles;
import dev.annals.command.identity.UserCommand.ChangePassword;
import dev.annals.command.identity.UserCommand.CompleteErasure;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.UserCommand.EnableUser;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.identity.UserCommand.ResetPassword;
import dev.annals.command.identity.UserCommand.UpdateProfile;
import dev.annals.command.identity.UserCommand.VerifyEmail;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.erasure.Erasure;
import dev.annals.command.identity.reset.ResetTokens;
import dev.annals.command.identity.session.Sessions;
import dev.annals.command.identity.verification.EmailVerification;
import dev.annals.events.identity.EmailVerified;
import dev.annals.events.identity.ErasureCompleted;
import dev.annals.events.identity.PasswordChanged;
import dev.annals.events.identity.ProfileUpdated;
import dev.annals.events.identity.RolesAssigned;
import dev.annals.events.identity.UserDisabled;
import dev.annals.events.identity.UserEnabled;
import dev.annals.events.identity.UserErased;
import dev.annals.events.identity.UserRegistered;
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.http.web.IfMatch;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** Tests the decisions of the aggregate; the stores of rows are mocks. */
class UserTest {

  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final UUID SESSION = UUID.fromString("00000000-0000-4000-8000-000000000005");
  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final Set<Role> USER = EnumSet.of(Role.USER);
  private static final Set<Role> ADMIN = EnumSet.of(Role.USER, Role.ADMIN);

  private static final UserRegistered REGISTERED =
      new UserRegistered(ANNA, "anna@example.org", "Anna", USER, false, "UTC", 7);
  private static final UserRegistered ADMIN_REGISTERED =
      new UserRegistered(ANNA, "anna@example.org", "Anna", ADMIN, false, "UTC", 7);
  private static final EmailVerified VERIFIED = new EmailVerified(ANNA);
  private static final OpaqueToken TOKEN = new OpaqueToken("token");
  private static final UserDisabled DISABLED = new UserDisabled(ANNA);
  private static final UserErased ERASED = new UserErased(ANNA);

  private final Accounts accounts = mock();
  private final Sessions sessions = mock();
  private final Erasure erasure = mock();
  private final EmailVerification verification = mock();
  private final ResetTokens tokens = mock();
  private final AggregateTestFixture<User> fixture = new AggregateTestFixture<>(User.class);

  UserTest() {
    fixture
        .registerInjectableResource(accounts)
        .registerInjectableResource(sessions)
        .registerInjectableResource(erasure)
        .registerInjectableResource(verification)
        .registerInjectableResource(tokens);
  }

  @Test
  void registersAndSendsAVerificationMail() {
    fixture
        .givenCurrentTime(NOW)
        .when(register())
        .expectEvents(REGISTERED)
        .expectResultMessagePayload(details(USER, true, 0));
    verify(accounts).open(register(), NOW);
    verify(verification).begin(ANNA);
  }

  @Test
  void registersWithAVerifiedAddressWithoutAMail() {
    fixture
        .givenNoPriorActivity()
        .when(new RegisterUser(ANNA, "anna@example.org", "$2a$hash", "Anna", USER, true))
        .expectEvents(REGISTERED, VERIFIED);
    verify(accounts).verify(ANNA);
    verifyNoInteractions(verification);
  }

  @Test
  void verifiesTheAddressByAToken() {
    when(verification.userOf(TOKEN)).thenReturn(Optional.of(ANNA));
    given(REGISTERED)
        .when(new VerifyEmail(ANNA, Optional.of(TOKEN)))
        .expectEvents(VERIFIED)
        .expectResultMessagePayload(1L)
        .expectState(
            user ->
                assertThat(user.present().orElseThrow())
                    .isEqualTo(
                        new UserDetails(
                            ANNA,
                            "anna@example.org",
                            true,
                            "Anna",
                            USER,
                            true,
                            NOW,
                            false,
                            "UTC",
                            7,
                            1)));
    verify(accounts).verify(ANNA);
  }

  @Test
  void refusesToVerifyByAnInvalidTokenOrThatOfAnotherUser() {
    VerifyEmail command = new VerifyEmail(ANNA, Optional.of(TOKEN));
    when(verification.userOf(TOKEN)).thenReturn(Optional.empty(), Optional.of(SESSION));
    refused(given(REGISTERED).when(command), INVALID_VERIFICATION_TOKEN);
    refused(given(REGISTERED).when(command), INVALID_VERIFICATION_TOKEN);
    refused(given(REGISTERED, new UserErased(ANNA)).when(command), INVALID_VERIFICATION_TOKEN);
    verify(accounts, never()).verify(ANNA);
  }

  @Test
  void verifiesOnceWithoutAToken() {
    VerifyEmail command = new VerifyEmail(ANNA, Optional.empty());
    given(REGISTERED).when(command).expectEvents(VERIFIED);
    given(REGISTERED, VERIFIED).when(command).expectNoEvents().expectResultMessagePayload(1L);
    verify(accounts).verify(ANNA);
  }

  @Test
  void verifiesTheAddressByTheFirstPasswordReset() {
    ResetPassword command = new ResetPassword(ANNA, TOKEN, "$2a$new");
    when(tokens.use(ANNA, TOKEN)).thenReturn(true);
    PasswordChanged verifying = new PasswordChanged(ANNA, true);
    given(REGISTERED).when(command).expectEvents(verifying).expectResultMessagePayload(1L);
    given(REGISTERED, verifying).when(command).expectEvents(new PasswordChanged(ANNA, null));
    given(REGISTERED, VERIFIED).when(command).expectEvents(new PasswordChanged(ANNA, null));
    verify(accounts).verify(ANNA);
    verify(accounts, times(3)).changePassword(ANNA, "$2a$new");
    verify(sessions, times(3)).endAll(ANNA);
  }

  @Test
  void refusesAPasswordResetByAnInvalidTokenAlsoAfterErasure() {
    ResetPassword command = new ResetPassword(ANNA, TOKEN, "$2a$new");
    refused(given(REGISTERED).when(command), INVALID_RESET_TOKEN);
    refused(given(REGISTERED, ERASED).when(command), INVALID_RESET_TOKEN);
    verify(accounts, never()).changePassword(any(), any());
    verifyNoInteractions(sessions);
  }

  @Test
  void refusesToRegisterWithATakenAddress() {
    doThrow(new Refusal(EMAIL_TAKEN, "")).when(accounts).open(any(), any());
    refused(fixture.givenNoPriorActivity().when(register()), EMAIL_TAKEN);
  }

  @Test
  void updatesTheProfileAtTheExpectedVersion() {
    given(REGISTERED)
        .when(new UpdateProfile(ANNA, IfMatch.version(0), "Annabel", true, "Europe/Vienna", 18))
        .expectEvents(new ProfileUpdated(ANNA, "Annabel", true, "Europe/Vienna", 18))
        .expectResultMessagePayload(
            new UserDetails(
                ANNA,
                "anna@example.org",
                false,
                "Annabel",
                USER,
                true,
                NOW,
                true,
                "Europe/Vienna",
                18,
                1));
    verify(accounts).rename(ANNA, "Annabel");
  }

  @Test
  void keepsTimeZoneAndHourThatAnUpdateOmits() {
    given(REGISTERED, new ProfileUpdated(ANNA, "Anna", true, "Europe/Vienna", 18))
        .when(new UpdateProfile(ANNA, new IfMatch.AnyVersion(), "Annabel", true, null, null))
        .expectEvents(new ProfileUpdated(ANNA, "Annabel", true, "Europe/Vienna", 18));
  }

  @Test
  void storesNoEventForAnUnchangedProfile() {
    given(REGISTERED)
        .when(new UpdateProfile(ANNA, IfMatch.version(0), "Anna", false, "UTC", 7))
        .expectNoEvents()
        .expectResultMessagePayload(details(USER, true, 0));
    verifyOnlyLocked();
  }

  @Test
  void refusesAnUpdateWithAMissingOrStaleVersion() {
    refused(given(REGISTERED).when(update(new IfMatch.Absent(), "Annabel")), PRECONDITION_REQUIRED);
    refused(
        given(REGISTERED).when(update(IfMatch.version(1), "Annabel")),
        STALE_VERSION,
        Map.of("currentVersion", 0L));
    // The condition is checked even if nothing changes.
    refused(given(REGISTERED).when(update(new IfMatch.Absent(), "Anna")), PRECONDITION_REQUIRED);
  }

  @Test
  void changesThePasswordAndEndsTheOtherSessions() {
    given(REGISTERED)
        .when(new ChangePassword(ANNA, "$2a$new", "$2a$old", SESSION))
        .expectEvents(new PasswordChanged(ANNA, null))
        .expectResultMessagePayload(1L);
    verify(accounts, never()).verify(ANNA);
    verify(accounts).changePassword(ANNA, "$2a$new");
    verify(accounts).requirePassword(ANNA, "$2a$old");
    verify(sessions).endAllBut(ANNA, SESSION);
  }

  @Test
  void assignsRoles() {
    given(REGISTERED)
        .when(new AssignRoles(ANNA, IfMatch.version(0), ADMIN))
        .expectEvents(new RolesAssigned(ANNA, ADMIN))
        .expectResultMessagePayload(details(ADMIN, true, 1));
    verify(accounts).assignRoles(ANNA, ADMIN);
  }

  @Test
  void assignsAnEmptySetOfRoles() {
    given(REGISTERED)
        .when(new AssignRoles(ANNA, IfMatch.version(0), Set.of()))
        .expectEvents(new RolesAssigned(ANNA, Set.of()))
        .expectResultMessagePayload(details(Set.of(), true, 1));
  }

  @Test
  void storesNoEventForUnchangedRoles() {
    given(REGISTERED, new RolesAssigned(ANNA, ADMIN))
        .when(new AssignRoles(ANNA, IfMatch.version(1), Set.of(Role.ADMIN, Role.USER)))
        .expectNoEvents()
        .expectResultMessagePayload(details(ADMIN, true, 1));
    verifyOnlyLocked();
  }

  @Test
  void refusesRolesWithAMissingOrStaleVersion() {
    refused(
        given(REGISTERED).when(new AssignRoles(ANNA, new IfMatch.Absent(), ADMIN)),
        PRECONDITION_REQUIRED);
    refused(
        given(REGISTERED).when(new AssignRoles(ANNA, IfMatch.version(3), ADMIN)),
        STALE_VERSION,
        Map.of("currentVersion", 0L));
  }

  @Test
  void refusesToDemoteOrDisableTheLastAdministrator() {
    doThrow(new Refusal(LAST_ADMIN, "")).when(accounts).assignRoles(ANNA, USER);
    doThrow(new Refusal(LAST_ADMIN, "")).when(accounts).disable(ANNA);
    refused(
        given(ADMIN_REGISTERED).when(new AssignRoles(ANNA, IfMatch.version(0), USER)), LAST_ADMIN);
    refused(given(ADMIN_REGISTERED).when(new DisableUser(ANNA)), LAST_ADMIN);
  }

  @Test
  void refusesAStaleVersionBeforeTheLastAdministrator() {
    doThrow(new Refusal(LAST_ADMIN, "")).when(accounts).assignRoles(ANNA, USER);
    refused(
        given(ADMIN_REGISTERED).when(new AssignRoles(ANNA, IfMatch.version(1), USER)),
        STALE_VERSION,
        Map.of("currentVersion", 0L));
  }

  @Test
  void disablesAndEndsAllSessions() {
    given(REGISTERED)
        .when(new DisableUser(ANNA))
        .expectEvents(DISABLED)
        .expectResultMessagePayload(details(USER, false, 1));
    verify(accounts).disable(ANNA);
    verify(sessions).endAll(ANNA);
  }

  @Test
  void storesNoEventWhenDisabledAgain() {
    given(REGISTERED, DISABLED)
        .when(new DisableUser(ANNA))
        .expectNoEvents()
        .expectResultMessagePayload(details(USER, false, 1));
    verifyOnlyLocked();
    verifyNoInteractions(sessions);
  }

  @Test
  void enablesADisabledUser() {
    given(REGISTERED, DISABLED)
        .when(new EnableUser(ANNA))
        .expectEvents(new UserEnabled(ANNA))
        .expectResultMessagePayload(details(USER, true, 2));
    verify(accounts).enable(ANNA);
  }

  @Test
  void storesNoEventWhenEnabledAgain() {
    given(REGISTERED)
        .when(new EnableUser(ANNA))
        .expectNoEvents()
        .expectResultMessagePayload(details(USER, true, 0));
    verifyOnlyLocked();
  }

  @Test
  void failsForAnUnknownUser() {
    fixture
        .givenNoPriorActivity()
        .when(new DisableUser(ANNA))
        .expectException(AggregateNotFoundException.class);
  }

  @Test
  void erasesAndCompletesTheErasureOnce() {
    given(REGISTERED).when(new EraseUser(ANNA)).expectEvents(ERASED).expectResultMessagePayload(1L);
    verify(erasure).begin(ANNA);
    verify(accounts).erase(ANNA);
    refused(given(REGISTERED, ERASED).when(new EraseUser(ANNA)), NOT_FOUND);
    given(REGISTERED, ERASED)
        .when(new CompleteErasure(ANNA))
        .expectEvents(new ErasureCompleted(ANNA));
    given(REGISTERED, ERASED, new ErasureCompleted(ANNA))
        .when(new CompleteErasure(ANNA))
        .expectSuccessfulHandlerExecution()
        .expectNoEvents();
  }

  @Test
  void requiresTheCheckedPasswordBeforeErasure() {
    given(REGISTERED).when(new EraseUser(ANNA, Optional.of("$2a$hash"))).expectEvents(ERASED);
    InOrder order = inOrder(accounts);
    order.verify(accounts).requirePassword(ANNA, "$2a$hash");
    order.verify(accounts).erase(ANNA);
  }

  @Test
  void locksTheSessionOfTheUserBeforeAChangeAndThatOfAnotherCallerAfterIt() {
    InOrder order = inOrder(accounts, sessions);
    for (UUID caller : List.of(ANNA, BERT)) {
      given(REGISTERED)
          .when(
              new DisableUser(ANNA),
              Map.of(
                  AxonConfiguration.ACTOR,
                  caller.toString(),
                  AxonConfiguration.SESSION,
                  SESSION.toString()))
          .expectEvents(DISABLED)
          .expectResultMessagePayload(details(USER, false, 1));
    }
    order.verify(accounts).hold(ANNA);
    order.verify(sessions).hold(SESSION);
    order.verify(accounts).disable(ANNA);
    order.verify(accounts).hold(ANNA);
    order.verify(accounts).disable(ANNA);
    order.verify(sessions).hold(SESSION);
  }

  @Test
  void isPresentUntilErased() {
    given(REGISTERED);
    assertThat(AggregateReader.of(fixture.getRepository(), ANNA, User::present))
        .hasValue(Optional.of(details(USER, true, 0)));
    given(REGISTERED, ERASED);
    assertThat(AggregateReader.of(fixture.getRepository(), ANNA, User::present))
        .hasValue(Optional.empty());
  }

  private void verifyOnlyLocked() {
    verify(accounts).hold(ANNA);
    verifyNoMoreInteractions(accounts);
  }

  private TestExecutor<User> given(Object... events) {
    return fixture.givenCurrentTime(NOW).andGiven(events);
  }

  private static RegisterUser register() {
    return new RegisterUser(ANNA, "anna@example.org", "$2a$hash", "Anna", USER, false);
  }

  private static UpdateProfile update(IfMatch ifMatch, String displayName) {
    return new UpdateProfile(ANNA, ifMatch, displayName, false, null, null);
  }

  private static UserDetails details(Set<Role> roles, boolean enabled, long version) {
    return new UserDetails(
        ANNA, "anna@example.org", false, "Anna", roles, enabled, NOW, false, "UTC", 7, version);
  }
}
