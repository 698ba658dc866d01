package dev.annals.gateway;

import dev.annals.platform.start.CannotStartException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The processes behind the gateway, and the origins whose pages may call it.
 *
 * @param commands the URLs of the processes that handle commands
 * @param identity the URLs of the processes that log users in; by default those of {@code commands}
 * @param queries the URLs of the processes that answer queries
 * @param origins the origins whose pages may call the API, such as {@code
 *     https://notes.example.org}
 * @param responseTimeout the longest pause of a side before or within an answer
 */
@ConfigurationProperties("annals.gateway")
record GatewayProperties(
    @DefaultValue List<String> commands,
    @DefaultValue List<String> identity,
    @DefaultValue List<String> queries,
    @DefaultValue List<String> origins,
    @DefaultValue("60s") Duration responseTimeout) {

  private static final Set<String> SCHEMES = Set.of("http", "https");

  /**
   * @throws CannotStartException if a property is invalid; the message names it
   */
  GatewayProperties {
    commands = backEnds("commands", commands);
    identity = identity.isEmpty() ? commands : backEnds("identity", identity);
    queries = backEnds("queries", queries);
    if (!origins.stream().allMatch(GatewayProperties::isPlain)) {
      throw new CannotStartException(
          "The property annals.gateway.origins has to be origins such as"
              + " https://notes.example.org, separated by commas.");
    }
  }

  private static List<String> backEnds(String name, List<String> urls) {
    if (urls.isEmpty() || !urls.stream().allMatch(GatewayProperties::isPlain)) {
      throw new CannotStartException(
          ("The property annals.gateway.%s has to be URLs of back ends such as"
                  + " http://localhost:8080, separated by commas.")
              .formatted(name));
    }
    return List.copyOf(urls);
  }

  /** Returns true for a scheme, host and port only. A path would be ignored silently. */
  private static boolean isPlain(String text) {
    try {
      URI url = new URI(text);
      return url.getHost() != null
          && SCHEMES.contains(url.getScheme())
          && url.getRawUserInfo() == null
          && url.getRawPath().isEmpty()
          && url.getRawQuery() == null
          && url.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
