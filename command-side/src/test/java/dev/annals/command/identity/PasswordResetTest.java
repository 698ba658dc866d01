package dev.annals.command.identity;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import dev.annals.command.identity.PasswordResetCommand.RecordPasswordResetMail;
import dev.annals.command.identity.PasswordResetCommand.RequestPasswordReset;
import dev.annals.command.identity.reset.ResetTokens;
import dev.annals.events.identity.PasswordResetMailed;
import dev.annals.events.identity.PasswordResetRequested;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

class PasswordResetTest {

  private static final UUID REQUEST = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final Instant EXPIRY = Instant.parse("2026-11-22T06:50:00.123Z");

  private static final PasswordResetRequested REQUESTED =
      new PasswordResetRequested(REQUEST, ANNA, EXPIRY);
  private static final PasswordResetMailed MAILED = new PasswordResetMailed(REQUEST, ANNA);

  private final ResetTokens tokens = mock();
  private final AggregateTestFixture<PasswordReset> fixture =
      new AggregateTestFixture<>(PasswordReset.class);

  PasswordResetTest() {
    fixture.registerInjectableResource(tokens);
  }

  @Test
  void recordsARequestAndSupersedesTheEarlierOne() {
    fixture
        .givenNoPriorActivity()
        .when(new RequestPasswordReset(REQUEST, ANNA, EXPIRY))
        .expectEvents(REQUESTED);
    verify(tokens).supersede(ANNA, REQUEST);
  }

  @Test
  void recordsTheMailOnce() {
    fixture.given(REQUESTED).when(new RecordPasswordResetMail(REQUEST)).expectEvents(MAILED);
    fixture.given(REQUESTED, MAILED).when(new RecordPasswordResetMail(REQUEST)).expectNoEvents();
  }
}
