package dev.annals.http.web;

import dev.annals.base.start.CannotStartException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/** The base URL of this service, in mails, signed URLs and the API documents. */
@EnableConfigurationProperties(PublicUrl.Properties.class)
public final class PublicUrl {

  /**
   * Settings of both sides.
   *
   * @param publicUrl the base URL of links in mails, of signed URLs and in the API documents; by
   *     default {@code http://localhost} and the port of the process
   */
  @ConfigurationProperties("annals")
  public record Properties(@DefaultValue("") String publicUrl) {}

  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final Environment environment;
  private final String configured;

  /**
   * @throws CannotStartException unless it is an absolute URL that consists of scheme, host, port
   *     and path
   */
  PublicUrl(Environment environment, Properties properties) {
    String configured = properties.publicUrl();
    if (!configured.isEmpty() && !isPlain(configured)) {
      throw new CannotStartException(
          "The property annals.public-url is not a plain URL such as https://app.example.org.");
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

  /** Returns the configured base URL without a trailing slash. */
  public Optional<String> configured() {
    return Optional.of(configured).filter(url -> !url.isEmpty());
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
