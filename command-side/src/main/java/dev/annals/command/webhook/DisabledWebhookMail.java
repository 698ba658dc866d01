package dev.annals.command.webhook;

import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.jobs.mail.Mail;
import dev.annals.jobs.mail.MailJob;
import dev.annals.jobs.mail.MailWriter;
import dev.annals.jobs.mail.Mails;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Mails users that the program has disabled a webhook of theirs, and why. */
@Component
record DisabledWebhookMail(Mails mails, Users users, StoredWebhooks rows, Clock clock)
    implements MailWriter {

  private static final Duration DELIVERY_TIMEOUT = Duration.ofDays(1);

  /** Schedules a mail as part of the current transaction. */
  void schedule(UUID webhookId, UUID owner) {
    mails.schedule(kind(), webhookId, owner, clock.instant().plus(DELIVERY_TIMEOUT));
  }

  @Override
  public String kind() {
    return "webhook-disabled";
  }

  @Override
  public int maxPerHour() {
    return 20;
  }

  /** Empty if the webhook is enabled again or deleted. */
  @Override
  public Optional<Mail> write(MailJob job) {
    return rows.find(job.userId(), job.id())
        .filter(webhook -> webhook.disabledReason() != null)
        .flatMap(webhook -> users.findEnabled(job.userId()).map(user -> mail(user, webhook)));
  }

  private static Mail mail(UserDetails user, StoredWebhook webhook) {
    return new Mail(
        user.email(),
        "A webhook of yours was disabled",
        "webhook-disabled",
        Map.of(
            "greeting",
            user.greeting(),
            "reason",
            switch (webhook.disabledReason()) {
              case GONE -> "Its receiver answered that it is gone (410).";
              case FAILING -> "No delivery to it succeeded for five days.";
            },
            // A text of the user.
            "url",
            user.emailVerified() ? webhook.values().url() : ""));
  }
}
