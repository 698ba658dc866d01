package dev.annals.command.identity.account;

import dev.annals.command.mail.Mails;
import dev.annals.events.identity.PasswordChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.messaging.annotation.MessageIdentifier;
import org.springframework.stereotype.Component;

/** Schedules a mail to the user after each change of the password. */
@Component
@ProcessingGroup("password-notice")
@DisallowReplay
class PasswordNotice {

  private static final Duration DELIVERY_TIMEOUT = Duration.ofDays(1);

  private final Mails mails;

  PasswordNotice(Mails mails) {
    this.mails = mails;
  }

  @EventHandler
  void on(PasswordChanged event, @MessageIdentifier String eventId, @Timestamp Instant at) {
    mails.schedule(
        PasswordNoticeMail.KIND,
        UUID.fromString(eventId),
        event.userId(),
        at.plus(DELIVERY_TIMEOUT));
  }
}
