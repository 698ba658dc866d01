package dev.annals.command.identity;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.annals.command.identity.reset.PasswordResetMail;
import dev.annals.events.identity.PasswordChanged;
import dev.annals.events.identity.PasswordResetRequested;
import dev.annals.events.identity.UserErased;
import dev.annals.jobs.mail.Mails;
import java.util.UUID;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.deadline.annotation.DeadlineHandler;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.modelling.saga.EndSaga;
import org.axonframework.modelling.saga.SagaEventHandler;
import org.axonframework.modelling.saga.SagaLifecycle;
import org.axonframework.modelling.saga.StartSaga;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Saga;

/**
 * Schedules the mail for a request for a new password. It ends, and cancels a mail that was not
 * sent, when the password changes, the request expires, the user is erased, or a newer request of
 * the same user arrives. It is public because Axon creates it.
 */
@Saga
@ProcessingGroup("password-reset")
@DisallowReplay
@Revision("1")
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public class PasswordResetSaga {

  static final String EXPIRY = "password-reset-expiry";

  private UUID requestId;
  private String expiry;

  /** Starts a new saga, and ends the sagas of older requests. */
  @StartSaga(forceNew = true)
  @SagaEventHandler(associationProperty = "userId")
  void on(PasswordResetRequested event, Mails mails, DeadlineManager deadlines) {
    if (requestId == null) {
      requestId = event.requestId();
      mails.schedule(PasswordResetMail.KIND, event.requestId(), event.userId(), event.expiresAt());
      expiry = deadlines.schedule(event.expiresAt(), EXPIRY, requestId);
    } else {
      end(mails, deadlines);
      SagaLifecycle.end();
    }
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "userId")
  void on(PasswordChanged event, Mails mails, DeadlineManager deadlines) {
    end(mails, deadlines);
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "userId")
  void on(UserErased event, Mails mails, DeadlineManager deadlines) {
    end(mails, deadlines);
  }

  @EndSaga
  @DeadlineHandler(deadlineName = EXPIRY)
  void expire(UUID request, Mails mails) {
    mails.cancel(request);
  }

  private void end(Mails mails, DeadlineManager deadlines) {
    mails.cancel(requestId);
    deadlines.cancelSchedule(EXPIRY, expiry);
  }
}
