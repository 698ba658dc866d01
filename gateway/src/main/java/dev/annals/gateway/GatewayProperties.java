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
 * Who is behind the gateway, and who may be in front.
 *
 * @param commands the URLs of the processes that take commands
 * @param identity of those that log people in; without any, it is the former ones
 * @param queries of those that answer queries
 * @param origins whose pages may call the API from a browser, as {@code https://notes.example.org}
 * @param responseTimeout how long a side may be silent in the middle of an answer or before it
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
   * @throws CannotStartException that names the property which cannot be used
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

  /** Whether it is nothing but scheme, host and port: a path would be dropped without a word. */
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
