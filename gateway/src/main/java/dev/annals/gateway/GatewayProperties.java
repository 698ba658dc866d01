package dev.annals.gateway;

import dev.annals.base.start.CannotStartException;
import dev.annals.base.web.CorsProperties;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The processes behind the gateway.
 *
 * @param commands the URLs of the processes that handle commands. Here and below, a host name
 *     stands for one process at each of its addresses, which are looked up every two seconds
 * @param identity the URLs of the processes that log users in; by default those of {@code commands}
 * @param queries the URLs of the processes that answer queries
 * @param responseTimeout the longest pause of a side before or within an answer
 */
@ConfigurationProperties("annals.gateway")
record GatewayProperties(
    @DefaultValue List<String> commands,
    @DefaultValue List<String> identity,
    @DefaultValue List<String> queries,
    @DefaultValue("60s") Duration responseTimeout) {

  /**
   * @throws CannotStartException if a property is invalid; the message names it
   */
  GatewayProperties {
    commands = backEnds("commands", commands);
    identity = identity.isEmpty() ? commands : backEnds("identity", identity);
    queries = backEnds("queries", queries);
  }

  private static List<String> backEnds(String name, List<String> urls) {
    // A path would be ignored silently.
    if (urls.isEmpty() || !urls.stream().allMatch(CorsProperties::isOrigin)) {
      throw new CannotStartException(
          ("The property annals.gateway.%s has to be URLs of back ends such as"
                  + " http://localhost:8080, separated by commas.")
              .formatted(name));
    }
    return List.copyOf(urls);
  }
}
