package dev.annals.command.identity.verification;

import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.http.web.PublicUrl;
import dev.annals.jobs.mail.Mail;
import dev.annals.jobs.mail.MailJob;
import dev.annals.jobs.mail.MailWriter;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Writes the mail with the link that verifies an address. Each mail has its own token. */
@Component
record EmailVerificationMail(Users users, EmailVerification verification, PublicUrl url)
    implements MailWriter {

  static final String KIND = "email-verification";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Optional<Mail> write(MailJob job) {
    return users
        .findEnabled(job.userId())
        .flatMap(user -> verification.issue(job.id()).map(token -> mail(user, token)));
  }

  private Mail mail(UserDetails user, OpaqueToken token) {
    return new Mail(
        user.email(),
        "Verify your e-mail address for Annals",
        "email-verification",
        Map.of(
            "greeting", user.greeting(),
            "hours", EmailVerification.LIFETIME.toHours(),
            "link", url.of("/verify-email?token=" + token.value())));
  }
}
