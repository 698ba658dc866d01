package dev.annals.jobs.mail;

import dev.annals.base.start.CannotStartException;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** Sends mails, as HTML and as plain text, to the mail server. */
@EnableConfigurationProperties(MailTransport.Properties.class)
class MailTransport {

  /**
   * Settings of mails. The server is configured by Boot's {@code spring.mail}.
   *
   * @param from the sender of mails: an address, or a name and an address
   */
  @ConfigurationProperties("annals.mail")
  record Properties(@DefaultValue("Annals <annals@localhost>") String from) {}

  // RFC 4954, 6: these refuse the operator's login, not the mailbox.
  private static final Set<Integer> AUTHENTICATION_REPLIES = Set.of(530, 534, 535, 538);

  private final JavaMailSender server;
  private final InternetAddress from;
  private final TemplateEngine templates = new TemplateEngine();

  /**
   * @throws CannotStartException unless the sender is an address, or a name and an address
   */
  MailTransport(JavaMailSender server, Properties properties) {
    this.server = server;
    this.from = address(properties.from());
    templates.addTemplateResolver(templates(".html", TemplateMode.HTML));
    templates.addTemplateResolver(templates(".txt", TemplateMode.TEXT));
  }

  /**
   * Sends a mail. Each step of the dialogue takes a few seconds at most.
   *
   * @throws MailRefusedException if the address cannot receive mail, or the server refuses the
   *     mailbox or the mail permanently
   * @throws org.springframework.mail.MailException if the server does not answer or does not accept
   *     the mail now
   */
  void send(Mail mail) {
    EmailAddress to =
        EmailAddress.parse(mail.to())
            .orElseThrow(() -> new MailRefusedException("the address cannot receive mail", null));
    Context values = new Context(Locale.ENGLISH, mail.values());
    String html = templates.process(mail.template() + ".html", values);
    String text = templates.process(mail.template() + ".txt", values);
    try {
      server.send(message -> fill(message, to, mail.subject(), text, html));
    } catch (MailSendException failed) {
      OptionalInt reply = refusal(failed);
      if (reply.isPresent()) {
        throw new MailRefusedException("the mail server answers " + reply.getAsInt(), failed);
      }
      throw failed;
    }
  }

  /**
   * Returns the reply that refuses the recipient or the mail permanently (RFC 5321, 4.2.1). Replies
   * to {@code MAIL FROM} and to the login do not count.
   */
  private static OptionalInt refusal(MailSendException failed) {
    return Stream.of(failed.getMessageExceptions())
        .flatMap(
            first ->
                Stream.iterate(
                    first,
                    MessagingException.class::isInstance,
                    next -> ((MessagingException) next).getNextException()))
        .mapToInt(MailTransport::reply)
        .filter(code -> code >= 500 && code < 600 && !AUTHENTICATION_REPLIES.contains(code))
        .findFirst();
  }

  private static int reply(Exception failed) {
    if (failed instanceof SMTPAddressFailedException recipient) {
      return recipient.getReturnCode();
    }
    return failed instanceof SMTPSendFailedException sending
            && !sending.getCommand().startsWith("MAIL")
        ? sending.getReturnCode()
        : -1;
  }

  private void fill(MimeMessage message, EmailAddress to, String subject, String text, String html)
      throws MessagingException {
    MimeMessageHelper helper = new MimeMessageHelper(message, true, StandardCharsets.UTF_8.name());
    helper.setFrom(from);
    // Not parsed: the parser would change some addresses or split them.
    InternetAddress recipient = new InternetAddress();
    recipient.setAddress(to.toString());
    helper.setTo(recipient);
    helper.setSubject(subject);
    helper.setText(text, html);
    // Suppresses out-of-office replies (RFC 3834).
    message.setHeader("Auto-Submitted", "auto-generated");
  }

  private static ClassLoaderTemplateResolver templates(String suffix, TemplateMode mode) {
    ClassLoaderTemplateResolver resolver =
        new ClassLoaderTemplateResolver(MailTransport.class.getClassLoader());
    resolver.setPrefix("mail/");
    resolver.getResolvablePatternSpec().addPattern("*" + suffix);
    resolver.setTemplateMode(mode);
    resolver.setCharacterEncoding(StandardCharsets.UTF_8.name());
    return resolver;
  }

  private static InternetAddress address(String from) {
    try {
      InternetAddress address = new InternetAddress(from, true);
      String mailbox =
          EmailAddress.parse(address.getAddress())
              .orElseThrow(() -> new AddressException("not in ASCII"))
              .toString();
      return new InternetAddress(mailbox, address.getPersonal(), StandardCharsets.UTF_8.name());
    } catch (AddressException | UnsupportedEncodingException e) {
      throw new CannotStartException(
          "The property annals.mail.from is not an address such as Annals <annals@example.org>.",
          e);
    }
  }
}
