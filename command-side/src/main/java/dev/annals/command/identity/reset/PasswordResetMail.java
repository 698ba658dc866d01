package dev.annals.command.identity.reset;

import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.PasswordResetCommand.RecordPasswordResetMail;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.events.identity.PasswordResetMailed;
import dev.annals.http.web.PublicUrl;
import dev.annals.jobs.mail.Mail;
import dev.annals.jobs.mail.MailJob;
import dev.annals.jobs.mail.MailWriter;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;

/** Writes the mail with the link to choose a new password. Each mail has its own token. */
@Component
public record PasswordResetMail(
    Users users, ResetTokens tokens, EventStore events, CommandGateway commands, PublicUrl url)
    implements MailWriter {

  public static final String KIND = "password-reset";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Optional<Mail> write(MailJob job) {
    return users
        .findEnabled(job.userId())
        .filter(user -> !wasMailed(job.id()))
        .flatMap(user -> tokens.issue(job.id()).map(token -> mail(user, token)));
  }

  @Override
  public void sent(MailJob job) {
    commands.sendAndWait(new RecordPasswordResetMail(job.id()));
  }

  private boolean wasMailed(UUID requestId) {
    return events
        .readEvents(requestId.toString())
        .asStream()
        .anyMatch(event -> event.getPayload() instanceof PasswordResetMailed);
  }

  private Mail mail(UserDetails user, OpaqueToken token) {
    return new Mail(
        user.email(),
        "A new password for Annals",
        "password-reset",
        Map.of(
            "greeting", user.greeting(),
            "minutes", ResetTokens.LIFETIME.toMinutes(),
            "link", url.of("/reset-password?token=" + token.value())));
  }
}
