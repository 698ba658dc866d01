package dev.annals.command.limit;

import dev.annals.command.CommandProperties;
import dev.annals.platform.start.CannotStartException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.stereotype.Component;

/**
 * Tells where requests come from. What {@code X-Forwarded-For} says counts as far as proxies that
 * are configured wrote it: everybody else can write anything there. All spellings of an address are
 * one, and so are all addresses of a /64, which is what one client of IPv6 has at the least.
 */
@Component
final class ClientAddresses {

  /** As proxies write an address: one of IPv6 in brackets, one of IPv4, or one of IPv6. */
  private static final Pattern WRITTEN =
      Pattern.compile("\\[([^]%]*)(?:%[^]]*)?](?::\\d+)?|([^:]*)(?::\\d+)?|([^%]*)(?:%.*)?");

  private static final int NETWORK_BYTES = 8;

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

  /** Names the client that sent it to the first of our proxies, or to us. */
  String of(HttpServletRequest request) {
    List<String> senders = new ArrayList<>();
    for (String line : Collections.list(request.getHeaders("X-Forwarded-For"))) {
      Stream.of(line.split(","))
          .map(String::strip)
          .filter(it -> !it.isEmpty())
          .forEach(senders::add);
    }
    InetAddress address = read(request.getRemoteAddr()).orElseThrow();
    while (!senders.isEmpty() && isProxy(address)) {
      Optional<InetAddress> sender = read(senders.remove(senders.size() - 1));
      if (sender.isEmpty()) {
        // All whom a proxy names by something else count as that proxy.
        break;
      }
      address = sender.get();
    }
    return client(address);
  }

  private boolean isProxy(InetAddress address) {
    return proxies.stream().anyMatch(proxy -> proxy.matches(address.getHostAddress()));
  }

  private static Optional<InetAddress> read(String written) {
    Matcher parts = WRITTEN.matcher(written.replace("\"", ""));
    if (!parts.matches()) {
      return Optional.empty();
    }
    String literal =
        Stream.of(1, 2, 3).map(parts::group).filter(Objects::nonNull).findFirst().orElseThrow();
    try {
      // Brackets hold an IPv6 address alone, so no name is looked up. Java reads a mapped address
      // as IPv4.
      return Optional.of(
          InetAddress.getByName(
              "[" + (literal.contains(":") ? literal : "::ffff:" + literal) + "]"));
    } catch (UnknownHostException noAddress) {
      return Optional.empty();
    }
  }

  private static String client(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network).getHostAddress() + "/64";
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An address of IPv6 has 16 bytes", e);
    }
  }
}
