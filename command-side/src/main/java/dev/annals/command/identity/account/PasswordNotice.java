package dev.annals.command.identity.account;

import dev.annals.command.identity.Users;
import dev.annals.events.identity.PasswordChanged;
import dev.annals.jobs.mail.Mail;
import dev.annals.jobs.mail.MailJob;
import dev.annals.jobs.mail.MailWriter;
import dev.annals.jobs.mail.Mails;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.messaging.annotation.MessageIdentifier;
import org.springframework.stereotype.Component;

/** Mails users after a change of their password how to act if the change was a stranger's. */
@Component
@ProcessingGroup("password-notice")
@DisallowReplay
record PasswordNotice(Mails mails, Users users) implements MailWriter {

  private static final Duration DELIVERY_TIMEOUT = Duration.ofDays(1);

  @EventHandler
  void on(PasswordChanged event, @MessageIdentifier String eventId, @Timestamp Instant at) {
    mails.schedule(kind(), UUID.fromString(eventId), event.userId(), at.plus(DELIVERY_TIMEOUT));
  }

  @Override
  public String kind() {
    return "password-notice";
  }

  @Override
  public int maxPerHour() {
    return 20;
  }

  @Override
  public Optional<Mail> write(MailJob job) {
    return users
        .findEnabled(job.userId())
        .map(
            user ->
                new Mail(
                    user.email(),
                    "Your password for Annals was changed",
                    "password-changed",
                    Map.of("greeting", user.greeting())));
  }
}
