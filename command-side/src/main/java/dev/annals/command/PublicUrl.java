package dev.annals.command;

import dev.annals.platform.start.CannotStartException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The base URL of links to this service, in mails and signed URLs. */
@Component
public final class PublicUrl {

  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final Environment environment;
  private final String configured;

  /**
   * @throws CannotStartException unless it is an absolute URL that consists of scheme, host, port
   *     and path
   */
  PublicUrl(Environment environment, CommandProperties properties) {
    String configured = properties.publicUrl();
    if (!configured.isEmpty() && !isPlain(configured)) {
      throw new CannotStartException(
          "The property annals.public-url is not a plain URL such as https://notes.example.org.");
    }
    this.environment = environment;
    this.configured = configured.replaceFirst("/+$", "");
  }

  /**
   * Returns the URL of a path, which begins with a slash. Without a configured base URL it uses
   * localhost and the port of this process, so call it only while the process serves.
   */
  public String of(String path) {
    return (configured.isEmpty()
            ? "http://localhost:" + environment.getRequiredProperty("local.server.port")
            : configured)
        + path;
  }

  private static boolean isPlain(String text) {
    try {
      URI url = new URI(text);
      return url.getScheme() != null
          && SCHEMES.contains(url.getScheme())
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawQuery() == null
          && url.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
