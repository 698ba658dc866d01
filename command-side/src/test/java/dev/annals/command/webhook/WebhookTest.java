package dev.annals.command.webhook;

import static dev.annals.base.problem.Problem.NOT_FOUND;
import static dev.annals.base.problem.Problem.PRECONDITION_REQUIRED;
import static dev.annals.base.problem.Problem.STALE_VERSION;
import static dev.annals.base.problem.Problem.UNAUTHORIZED;
import static dev.annals.command.CommandProblem.TOO_MANY_WEBHOOKS;
import static dev.annals.command.Expect.refused;
import static dev.annals.events.webhook.WebhookDisabled.Reason.FAILING;
import static dev.annals.events.webhook.WebhookDisabled.Reason.GONE;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.annals.api.NotificationTypes;
import dev.annals.base.problem.Refusal;
import dev.annals.command.webhook.WebhookCommand.ChangeWebhook;
import dev.annals.command.webhook.WebhookCommand.CreateWebhook;
import dev.annals.command.webhook.WebhookCommand.DeleteWebhook;
import dev.annals.command.webhook.WebhookCommand.DisableWebhook;
import dev.annals.command.webhook.WebhookCommand.RotateSecret;
import dev.annals.events.webhook.WebhookChanged;
import dev.annals.events.webhook.WebhookCreated;
import dev.annals.events.webhook.WebhookDeleted;
import dev.annals.events.webhook.WebhookDisabled;
import dev.annals.events.webhook.WebhookSecretRotated;
import dev.annals.events.webhook.WebhookValues;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.http.web.IfMatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** Tests the decisions of the aggregate; the store of rows and the mail are mocks. */
class WebhookTest {

  private static final UUID HOOK = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final String SESSION = "00000000-0000-4000-8000-000000000005";
  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final IfMatch ANY = new IfMatch.AnyVersion();
  private static final IfMatch ABSENT = new IfMatch.Absent();

  private static final WebhookValues VALUES =
      new WebhookValues("https://example.org/hook", List.of("NoteCreated"), "Backup");
  private static final WebhookValues OTHERS =
      new WebhookValues("https://example.org/hook", null, "Backup");

  private static final WebhookCreated CREATED = new WebhookCreated(HOOK, ANNA, VALUES);
  private static final WebhookChanged PAUSED = new WebhookChanged(HOOK, ANNA, VALUES, false);
  private static final WebhookDisabled DISABLED = new WebhookDisabled(HOOK, ANNA, GONE);
  private static final WebhookDeleted DELETED = new WebhookDeleted(HOOK, ANNA);

  private final StoredWebhooks rows = mock();
  private final DisabledWebhookMail mail = mock();
  private final AggregateTestFixture<Webhook> fixture = new AggregateTestFixture<>(Webhook.class);

  WebhookTest() {
    fixture.registerInjectableResource(rows).registerInjectableResource(mail);
  }

  @Test
  void isCreatedWithARowAndASecret() {
    when(rows.insert(row(VALUES, true, null, 0, 0))).thenReturn("whsec_1");
    fixture
        .givenCurrentTime(NOW)
        .when(new CreateWebhook(HOOK, ANNA, VALUES), Map.of(AxonConfiguration.SESSION, SESSION))
        .expectEvents(CREATED)
        .expectResultMessagePayload(
            new CreatedWebhook(
                new WebhookView(
                    HOOK,
                    "https://example.org/hook",
                    List.of("NoteCreated"),
                    "Backup",
                    true,
                    null,
                    0,
                    NOW),
                "whsec_1"));
    InOrder order = inOrder(rows);
    order.verify(rows).hold(ANNA, SESSION);
    order.verify(rows).requireRoom(ANNA);
    order.verify(rows).insert(row(VALUES, true, null, 0, 0));
  }

  @Test
  void refusesOneMoreThanTheUserMayHave() {
    doThrow(new Refusal(TOO_MANY_WEBHOOKS)).when(rows).requireRoom(ANNA);
    refused(
        fixture.givenNoPriorActivity().when(new CreateWebhook(HOOK, ANNA, VALUES)),
        TOO_MANY_WEBHOOKS);
    verify(rows, never()).insert(any());
  }

  @Test
  void refusesEachChangeOfASessionThatHasEnded() {
    doThrow(new Refusal(UNAUTHORIZED)).when(rows).hold(ANNA, SESSION);
    for (Object command :
        List.of(change(ANNA, ANY, OTHERS, true), rotate(ANNA), delete(ANNA, ANY))) {
      refused(
          given(CREATED).when(command, Map.of(AxonConfiguration.SESSION, SESSION)), UNAUTHORIZED);
    }
    verify(rows, never()).update(any());
    verify(rows, never()).rotateSecret(any());
    verify(rows, never()).delete(any());
  }

  @Test
  void isChangedByItsOwnerAtTheCurrentVersion() {
    given(CREATED)
        .when(change(ANNA, IfMatch.version(0), OTHERS, true))
        .expectEvents(new WebhookChanged(HOOK, ANNA, OTHERS, true))
        .expectResultMessagePayload(
            new WebhookView(
                HOOK,
                "https://example.org/hook",
                NotificationTypes.NAMES,
                "Backup",
                true,
                null,
                1,
                NOW));
    verify(rows).update(row(OTHERS, true, null, 1, 0));
  }

  @Test
  void storesNothingForAChangeToTheSameValues() {
    given(CREATED)
        .when(change(ANNA, IfMatch.version(0), VALUES, true))
        .expectNoEvents()
        .expectResultMessagePayload(row(VALUES, true, null, 0, 0).view());
    verifyNoInteractions(rows);
  }

  @Test
  void isPausedByItsOwnerWithoutAReason() {
    given(CREATED).when(change(ANNA, ANY, VALUES, false)).expectEvents(PAUSED);
    verify(rows).update(row(VALUES, false, null, 1, 0));
  }

  @Test
  void isEnabledAgainFromANewVersion() {
    given(CREATED, PAUSED)
        .when(change(ANNA, ANY, VALUES, true))
        .expectEvents(new WebhookChanged(HOOK, ANNA, VALUES, true));
    verify(rows).update(row(VALUES, true, null, 2, 2));
  }

  @Test
  void losesTheReasonWhenItIsEnabledAgain() {
    given(CREATED, DISABLED)
        .when(change(ANNA, ANY, VALUES, true))
        .expectEvents(new WebhookChanged(HOOK, ANNA, VALUES, true));
    verify(rows).update(row(VALUES, true, null, 2, 2));
  }

  @Test
  void keepsTheReasonWhileItStaysDisabled() {
    given(CREATED, DISABLED)
        .when(change(ANNA, ANY, OTHERS, false))
        .expectEvents(new WebhookChanged(HOOK, ANNA, OTHERS, false));
    verify(rows).update(row(OTHERS, false, GONE, 2, 0));
  }

  @Test
  void getsANewSecret() {
    when(rows.rotateSecret(row(VALUES, true, null, 1, 0))).thenReturn("whsec_2");
    given(CREATED)
        .when(rotate(ANNA))
        .expectEvents(new WebhookSecretRotated(HOOK, ANNA))
        .expectResultMessagePayload("whsec_2");
  }

  @Test
  void isDeletedWithItsRow() {
    given(CREATED).when(delete(ANNA, IfMatch.version(0))).expectEvents(DELETED);
    verify(rows).delete(HOOK);
  }

  @Test
  void isNotFoundForAnotherUserOrOnceItIsDeleted() {
    for (Object command :
        List.of(change(BERT, ABSENT, OTHERS, true), rotate(BERT), delete(BERT, ABSENT))) {
      refused(given(CREATED).when(command), NOT_FOUND);
    }
    for (Object command :
        List.of(change(ANNA, ABSENT, OTHERS, true), rotate(ANNA), delete(ANNA, ABSENT))) {
      refused(given(CREATED, DELETED).when(command), NOT_FOUND);
    }
    verifyNoInteractions(rows);
  }

  @Test
  void refusesAChangeOrDeletionWithoutACondition() {
    refused(given(CREATED).when(change(ANNA, ABSENT, VALUES, true)), PRECONDITION_REQUIRED);
    refused(given(CREATED).when(delete(ANNA, ABSENT)), PRECONDITION_REQUIRED);
  }

  @Test
  void refusesAChangeOrDeletionOfAnotherVersion() {
    Map<String, Object> current = Map.of("currentVersion", 1L);
    refused(
        given(CREATED, PAUSED).when(change(ANNA, IfMatch.version(0), VALUES, true)),
        STALE_VERSION,
        current);
    refused(given(CREATED, PAUSED).when(delete(ANNA, IfMatch.version(0))), STALE_VERSION, current);
  }

  @Test
  void isDisabledWithAMail() {
    given(CREATED)
        .when(new DisableWebhook(HOOK, 0, FAILING))
        .expectEvents(new WebhookDisabled(HOOK, ANNA, FAILING));
    InOrder order = inOrder(rows, mail);
    order.verify(rows).hold(ANNA, null);
    order.verify(rows).update(row(VALUES, false, FAILING, 1, 0));
    order.verify(mail).schedule(HOOK, ANNA);
  }

  @Test
  void isDisabledAtTheVersionThatEnabledItAgain() {
    given(CREATED, PAUSED, new WebhookChanged(HOOK, ANNA, VALUES, true))
        .when(new DisableWebhook(HOOK, 2, GONE))
        .expectEvents(DISABLED);
  }

  @Test
  void staysEnabledIfItWasEnabledAgainSince() {
    given(CREATED, DISABLED, new WebhookChanged(HOOK, ANNA, VALUES, true))
        .when(new DisableWebhook(HOOK, 0, GONE))
        .expectNoEvents();
    verifyNoInteractions(rows, mail);
  }

  @Test
  void isNotDisabledTwiceAndNotAfterItsDeletion() {
    given(CREATED, DISABLED).when(new DisableWebhook(HOOK, 0, GONE)).expectNoEvents();
    given(CREATED, PAUSED).when(new DisableWebhook(HOOK, 0, GONE)).expectNoEvents();
    given(CREATED, DELETED).when(new DisableWebhook(HOOK, 0, GONE)).expectNoEvents();
    verifyNoInteractions(rows, mail);
  }

  private TestExecutor<Webhook> given(Object... events) {
    return fixture.givenCurrentTime(NOW).andGiven(events);
  }

  private static StoredWebhook row(
      WebhookValues values,
      boolean enabled,
      WebhookDisabled.@Nullable Reason reason,
      long version,
      long enabledVersion) {
    return new StoredWebhook(HOOK, ANNA, values, enabled, reason, version, enabledVersion, NOW);
  }

  private static ChangeWebhook change(
      UUID requester, IfMatch ifMatch, WebhookValues values, boolean enabled) {
    return new ChangeWebhook(HOOK, requester, ifMatch, values, enabled);
  }

  private static RotateSecret rotate(UUID requester) {
    return new RotateSecret(HOOK, requester);
  }

  private static DeleteWebhook delete(UUID requester, IfMatch ifMatch) {
    return new DeleteWebhook(HOOK, requester, ifMatch);
  }
}
