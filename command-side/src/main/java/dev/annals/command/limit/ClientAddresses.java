package dev.annals.command.limit;

import dev.annals.command.CommandProperties;
import dev.annals.platform.start.CannotStartException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.stereotype.Component;

/**
 * Where requests come from. What {@code X-Forwarded-For} says counts as far as it was said by
 * proxies that are configured: anybody else may write anything there.
 */
@Component
final class ClientAddresses {

  private final List<IpAddressMatcher> proxies;

  ClientAddresses(CommandProperties properties) {
    List<String> proxies = properties.proxies();
    try {
      this.proxies = proxies.stream().map(String::strip).map(IpAddressMatcher::new).toList();
    } catch (IllegalArgumentException e) {
      throw new CannotStartException(
          "annals.proxies must be addresses or ranges of addresses, not \"%s\"."
              .formatted(String.join(",", proxies)),
          e);
    }
  }

  /** The address of whoever sent it to the first of our proxies, or to us. */
  String of(HttpServletRequest request) {
    List<String> senders = new ArrayList<>();
    for (String line : Collections.list(request.getHeaders("X-Forwarded-For"))) {
      senders.addAll(List.of(line.split(",")));
    }
    String address = request.getRemoteAddr();
    while (!senders.isEmpty() && isProxy(address)) {
      address = senders.remove(senders.size() - 1).strip();
    }
    return address;
  }

  private boolean isProxy(String address) {
    try {
      return proxies.stream().anyMatch(proxy -> proxy.matches(address));
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }
}
