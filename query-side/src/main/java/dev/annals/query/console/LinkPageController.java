package dev.annals.query.console;

import dev.annals.http.crypto.Sha256;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves the pages that the links in mails lead to. Each removes the token from the address bar,
 * and redeems it on a click: a program that opens links redeems none.
 */
@RestController
@Tag(name = "Pages", description = "Pages that the links in mails lead to.")
final class LinkPageController {

  private static final String HTML = "text/html;charset=UTF-8";

  private static final String CONSOLE = "<p><a href=\"console/\">Log in</a></p>";

  private final String style = resource("link.css");
  private final String script = resource("link.js");
  private final String resetPassword;
  private final String verifyEmail;
  private final String policy =
      "default-src 'none'; connect-src 'self'; img-src data:; script-src 'sha256-%s'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          .formatted(hash(script), hash(style));

  LinkPageController(ConsoleProperties console) {
    resetPassword = page("reset-password.html", console);
    verifyEmail = page("verify-email.html", console);
  }

  /**
   * Returns the page that sets a new password. It takes the token out of the address bar and
   * redeems it on a click.
   */
  @GetMapping(path = "/reset-password", produces = HTML)
  ResponseEntity<String> resetPassword() {
    return answer(resetPassword);
  }

  /**
   * Returns the page that verifies an e-mail address. It takes the token out of the address bar and
   * redeems it on a click.
   */
  @GetMapping(path = "/verify-email", produces = HTML)
  ResponseEntity<String> verifyEmail() {
    return answer(verifyEmail);
  }

  private ResponseEntity<String> answer(String page) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noCache())
        .header("Content-Security-Policy", policy)
        .header("Referrer-Policy", "no-referrer")
        .header("X-Content-Type-Options", "nosniff")
        .body(page);
  }

  private String page(String name, ConsoleProperties console) {
    return resource(name)
        .replace("${style}", style)
        .replace("${script}", script)
        .replace("${console}", console.enabled() ? CONSOLE : "");
  }

  private static String resource(String name) {
    try (InputStream resource = LinkPageController.class.getResourceAsStream("/pages/" + name)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    return Base64.getEncoder().encodeToString(Sha256.of(text));
  }
}
