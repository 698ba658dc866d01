package dev.annals.standalone;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Access;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/**
 * Shows the mails that the embedded server took, to this machine alone unless it is opened: one of
 * them may hold a link to a new password. There only while that server is in the place of a real
 * one.
 */
@Hidden
@RestController
@RequestMapping("/dev/mailbox")
@Access(Access.To.PUBLIC)
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

  private static final Pattern LOOPBACK =
      Pattern.compile(
          "localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?", Pattern.CASE_INSENSITIVE);

  /** A proxy on this machine adds one of these to what comes from elsewhere. */
  private static final Pattern OF_PROXIES =
      Pattern.compile("forwarded|via|x-forwarded-.*|x-real-ip", Pattern.CASE_INSENSITIVE);

  private final EmbeddedMail server;
  private final boolean open;

  /**
   * @param open whether other machines may look in, too
   */
  MailboxController(EmbeddedMail server, boolean open) {
    this.server = server;
    this.open = open;
  }

  @GetMapping(produces = MediaType.TEXT_HTML_VALUE)
  String page(HttpServletRequest request) {
    refuseOtherMachines(request);
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
  List<EmbeddedMail.Mail> list(HttpServletRequest request) {
    refuseOtherMachines(request);
    return server.mails();
  }

  private void refuseOtherMachines(HttpServletRequest request) {
    if (!open && !isFromThisMachine(request)) {
      throw new Refusal(
          Problem.FORBIDDEN,
          "Mails are shown to this machine alone, at localhost, unless annals.open-mailbox is set.");
    }
  }

  /**
   * Whether the connection comes from this machine, is no proxy's, and was meant for it: a name
   * that somebody let lead here would give the mails to that name's pages.
   */
  private static boolean isFromThisMachine(HttpServletRequest request) {
    return LOOPBACK.matcher(request.getRemoteAddr()).matches()
        && LOOPBACK.matcher(request.getServerName()).matches()
        && Collections.list(request.getHeaderNames()).stream()
            .noneMatch(OF_PROXIES.asMatchPredicate());
  }
}
