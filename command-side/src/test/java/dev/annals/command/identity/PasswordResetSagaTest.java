package dev.annals.command.identity;

import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import dev.annals.events.identity.PasswordChanged;
import dev.annals.events.identity.PasswordResetMailed;
import dev.annals.events.identity.PasswordResetRequested;
import dev.annals.events.identity.UserErased;
import dev.annals.jobs.mail.Mails;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.test.saga.ContinuedGivenState;
import org.axonframework.test.saga.SagaTestFixture;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class PasswordResetSagaTest {

  private static final UUID OLDER = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID NEWER = UUID.fromString("00000000-0000-4000-8000-000000000002");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final Instant IN_AN_HOUR = Instant.parse("2026-11-22T06:50:00.123Z");
  private static final Instant LATER = Instant.parse("2026-11-22T07:00:00Z");

  private final Mails mails = mock();
  private final SagaTestFixture<PasswordResetSaga> fixture =
      new SagaTestFixture<>(PasswordResetSaga.class);

  PasswordResetSagaTest() {
    fixture.registerResource(mails);
  }

  @Test
  void schedulesTheMailAndTheExpiryOfARequest() {
    fixture
        .givenCurrentTime(NOW)
        .whenPublishingA(requested(OLDER, ANNA))
        .expectActiveSagas(1)
        .expectAssociationWith("userId", ANNA)
        .expectScheduledDeadlineWithName(Duration.ofHours(1), "password-reset-expiry")
        .expectScheduledDeadline(Duration.ofHours(1), OLDER)
        .expectNoDispatchedCommands();
    verify(mails).schedule("password-reset", OLDER, ANNA, IN_AN_HOUR);
    verifyNoMoreInteractions(mails);
  }

  @Test
  void staysActiveAfterTheMail() {
    givenARequest().whenPublishingA(new PasswordResetMailed(OLDER, ANNA)).expectActiveSagas(1);
    verify(mails, never()).cancel(OLDER);
  }

  @Test
  void endsWhenThePasswordChanges() {
    givenARequest()
        .whenPublishingA(new PasswordChanged(ANNA, null))
        .expectActiveSagas(0)
        .expectNoScheduledDeadlines();
    verify(mails).cancel(OLDER);
  }

  @Test
  void endsWhenTheUserIsErased() {
    givenARequest()
        .whenPublishingA(new UserErased(ANNA))
        .expectActiveSagas(0)
        .expectNoScheduledDeadlines();
    verify(mails).cancel(OLDER);
  }

  @Test
  void staysActiveWhenThePasswordOfAnotherUserChanges() {
    givenARequest().whenPublishingA(new PasswordChanged(BERT, null)).expectActiveSagas(1);
    verify(mails, never()).cancel(OLDER);
  }

  @Test
  void staysActiveFor59Minutes() {
    givenARequest().whenTimeElapses(Duration.ofMinutes(59)).expectActiveSagas(1);
    verify(mails, never()).cancel(OLDER);
  }

  @Test
  void endsAfter60Minutes() {
    givenARequest()
        .whenTimeElapses(Duration.ofMinutes(60))
        .expectTriggeredDeadlinesWithName("password-reset-expiry")
        .expectActiveSagas(0);
    verify(mails).cancel(OLDER);
  }

  @Test
  void isReplacedByTheSagaOfANewerRequest() {
    givenARequest()
        .whenPublishingA(new PasswordResetRequested(NEWER, ANNA, LATER))
        .expectActiveSagas(1)
        .expectScheduledDeadlineWithName(LATER, "password-reset-expiry");
    InOrder order = inOrder(mails);
    order.verify(mails).schedule("password-reset", OLDER, ANNA, IN_AN_HOUR);
    order.verify(mails).cancel(OLDER);
    order.verify(mails).schedule("password-reset", NEWER, ANNA, LATER);
    verify(mails, never()).cancel(NEWER);
  }

  @Test
  void doesNotExpireOnceSuperseded() throws Exception {
    fixture
        .givenCurrentTime(NOW)
        .andThenAPublished(requested(OLDER, ANNA))
        .andThenTimeElapses(Duration.ofMinutes(10))
        .andThenAPublished(
            new PasswordResetRequested(NEWER, ANNA, IN_AN_HOUR.plus(Duration.ofMinutes(10))))
        .whenTimeElapses(Duration.ofMinutes(55))
        .expectActiveSagas(1);
    verify(mails, never()).cancel(NEWER);
  }

  @Test
  void staysActiveWhenAnotherUserRequestsAReset() {
    givenARequest().whenPublishingA(requested(NEWER, BERT)).expectActiveSagas(2);
    verify(mails, never()).cancel(OLDER);
  }

  private ContinuedGivenState givenARequest() {
    return fixture.givenCurrentTime(NOW).andThenAPublished(requested(OLDER, ANNA));
  }

  private static PasswordResetRequested requested(UUID request, UUID user) {
    return new PasswordResetRequested(request, user, IN_AN_HOUR);
  }
}
