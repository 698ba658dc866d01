package dev.annals.command.mail;

import dev.annals.platform.start.CannotStartException;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** Gives mails to the mail server, as HTML and as plain text. */
@Component
class PostOffice {

  private final JavaMailSender server;
  private final InternetAddress from;
  private final TemplateEngine templates = new TemplateEngine();

  /**
   * @throws CannotStartException unless the sender is an address, or a name and an address
   */
  PostOffice(JavaMailSender server, MailProperties properties) {
    this.server = server;
    this.from = address(properties.from());
    templates.addTemplateResolver(templates(".html", TemplateMode.HTML));
    templates.addTemplateResolver(templates(".txt", TemplateMode.TEXT));
  }

  /**
   * Takes some seconds at most for each step of the dialogue.
   *
   * @throws org.springframework.mail.MailException if the server is away or does not take it
   */
  void send(Mail mail) {
    Context values = new Context(Locale.ENGLISH, mail.values());
    String html = templates.process(mail.template() + ".html", values);
    String text = templates.process(mail.template() + ".txt", values);
    server.send(message -> fill(message, mail, text, html));
  }

  private void fill(MimeMessage message, Mail mail, String text, String html)
      throws MessagingException {
    MimeMessageHelper helper = new MimeMessageHelper(message, true, StandardCharsets.UTF_8.name());
    helper.setFrom(from);
    helper.setTo(mail.to());
    helper.setSubject(mail.subject());
    helper.setText(text, html);
    // RFC 3834: whoever is out of office need not tell us.
    message.setHeader("Auto-Submitted", "auto-generated");
  }

  private static ClassLoaderTemplateResolver templates(String suffix, TemplateMode mode) {
    ClassLoaderTemplateResolver resolver =
        new ClassLoaderTemplateResolver(PostOffice.class.getClassLoader());
    resolver.setPrefix("mail/");
    resolver.getResolvablePatternSpec().addPattern("*" + suffix);
    resolver.setTemplateMode(mode);
    resolver.setCharacterEncoding(StandardCharsets.UTF_8.name());
    return resolver;
  }

  private static InternetAddress address(String from) {
    try {
      return new InternetAddress(from, true);
    } catch (AddressException e) {
      throw new CannotStartException(
          "The property annals.mail.from is not an address such as Annals <annals@example.org>.",
          e);
    }
  }
}
