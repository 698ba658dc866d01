package dev.annals.standalone;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
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
 * Shows the mails that the embedded mail server received. Clients on other machines are refused
 * unless {@code annals.open-mailbox} is set, since a mail may hold a link to a new password. With a
 * real mail server the page does not exist.
 */
@Hidden
@RestController
@RequestMapping("/dev/mailbox")
record MailboxController(EmbeddedMail server, boolean open) {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="UTF-8"><title>Mailbox</title></head>
      <body>
      <h1>Mailbox</h1>
      <p>The last mails of this program, newest first. None of them was delivered.</p>
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

  /** Headers that proxies add. */
  private static final Pattern PROXY_HEADERS =
      Pattern.compile("forwarded|via|x-forwarded-.*|x-real-ip", Pattern.CASE_INSENSITIVE);

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
   * Returns true if the connection comes from this machine, from no proxy, and names a loopback
   * host. The last check stops DNS rebinding: pages of another name could read the mails.
   */
  private static boolean isFromThisMachine(HttpServletRequest request) {
    return LOOPBACK.matcher(request.getRemoteAddr()).matches()
        && LOOPBACK.matcher(request.getServerName()).matches()
        && Collections.list(request.getHeaderNames()).stream()
            .noneMatch(PROXY_HEADERS.asMatchPredicate());
  }
}
