package dev.annals.command.identity.account;

import dev.annals.command.identity.Users;
import dev.annals.command.mail.Mail;
import dev.annals.command.mail.MailJob;
import dev.annals.command.mail.MailWriter;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Writes the mail that reports a change of the password, and how to act if it was a stranger. */
@Component
class PasswordNoticeMail implements MailWriter {

  static final String KIND = "password-notice";

  private final Users users;

  PasswordNoticeMail(Users users) {
    this.users = users;
  }

  @Override
  public String kind() {
    return KIND;
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
