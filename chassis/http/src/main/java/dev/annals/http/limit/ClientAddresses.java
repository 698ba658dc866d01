package dev.annals.http.limit;

import dev.annals.base.start.CannotStartException;
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
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * Finds the address of a request's client. {@code X-Forwarded-For} is trusted as far as configured
 * proxies wrote it, since any client can send the header. All spellings of an address count as one,
 * and so do all addresses of an IPv6 /64, the smallest network that a client gets.
 */
final class ClientAddresses {

  /**
   * Settings of the proxies before this process.
   *
   * @param proxies the addresses, or ranges such as {@code 10.0.0.0/8}, of the proxies whose {@code
   *     X-Forwarded-For} is trusted
   */
  @ConfigurationProperties("annals")
  record Properties(@DefaultValue List<String> proxies) {}

  /** An address as proxies write it: IPv6 in brackets, IPv4, or IPv6. */
  private static final Pattern ADDRESS =
      Pattern.compile("\\[([^]%]*)(?:%[^]]*)?](?::\\d+)?|([^:]*)(?::\\d+)?|([^%]*)(?:%.*)?");

  private static final int NETWORK_BYTES = 8;

  private final List<IpAddressMatcher> proxies;

  ClientAddresses(Properties properties) {
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

  /** Returns the address of the client that sent the request to our first proxy, or to us. */
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
        // Clients that a proxy does not name by an address count as the proxy.
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
    Matcher parts = ADDRESS.matcher(written.replace("\"", ""));
    if (!parts.matches()) {
      return Optional.empty();
    }
    String literal =
        Stream.of(1, 2, 3).map(parts::group).filter(Objects::nonNull).findFirst().orElseThrow();
    try {
      // In brackets Java accepts IPv6 addresses only, so it looks up no name. It reads a mapped
      // address as IPv4.
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
