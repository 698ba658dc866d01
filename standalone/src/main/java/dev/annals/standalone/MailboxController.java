package dev.annals.standalone;

import dev.annals.platform.security.Access;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/**
 * Shows the mails that the embedded server took, to everybody who can reach the program. There only
 * while that server is in the place of a real one.
 */
@Hidden
@RestController
@RequestMapping("/dev/mailbox")
@Access(Access.To.EVERYBODY)
class MailboxController {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="UTF-8"><title>Mailbox</title></head>
      <body>
      <h1>Mailbox</h1>
      <p>The last mails that this program has sent, the newest first. They went nowhere but here.</p>
      %s</body>
      </html>
      """;
  private static final String MAIL =
      """
      <hr>
      <h2>%s</h2>
      <p>To %s, %s</p>
      <pre>%s</pre>
      """;

  private final EmbeddedMail server;

  MailboxController(EmbeddedMail server) {
    this.server = server;
  }

  @GetMapping(produces = MediaType.TEXT_HTML_VALUE)
  String page() {
    return PAGE.formatted(
        server.mails().stream()
            .map(
                mail ->
                    MAIL.formatted(
                        HtmlUtils.htmlEscape(mail.subject()),
                        HtmlUtils.htmlEscape(mail.to()),
                        mail.sentAt(),
                        HtmlUtils.htmlEscape(mail.text())))
            .collect(Collectors.joining()));
  }

  @GetMapping(headers = "Accept=" + MediaType.APPLICATION_JSON_VALUE)
  List<EmbeddedMail.Mail> list() {
    return server.mails();
  }
}
