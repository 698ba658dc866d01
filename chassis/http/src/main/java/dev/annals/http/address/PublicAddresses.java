package dev.annals.http.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * Tells addresses of the public Internet from those that lead into a private network, this host, or
 * nowhere. The special addresses are those of the IANA registries of RFC 6890, multicast, and what
 * is reserved or not unicast.
 */
public final class PublicAddresses {

  private static final List<IpAddressMatcher> SPECIAL_V4 =
      matchers(
          "0.0.0.0/8", // this network, RFC 791
          "10.0.0.0/8", // private, RFC 1918
          "100.64.0.0/10", // carrier-grade NAT, RFC 6598
          "127.0.0.0/8", // loopback, RFC 1122
          "169.254.0.0/16", // link-local, RFC 3927
          "172.16.0.0/12", // private, RFC 1918
          "192.0.0.0/24", // protocol assignments, RFC 6890
          "192.0.2.0/24", // documentation, RFC 5737
          "192.31.196.0/24", // AS112, RFC 7535
          "192.52.193.0/24", // tunnels of multicast, RFC 7450
          "192.88.99.0/24", // relays of 6to4, RFC 7526
          "192.168.0.0/16", // private, RFC 1918
          "192.175.48.0/24", // AS112, RFC 7534
          "198.18.0.0/15", // benchmarks, RFC 2544
          "198.51.100.0/24", // documentation, RFC 5737
          "203.0.113.0/24", // documentation, RFC 5737
          "224.0.0.0/4", // multicast, RFC 5771
          "240.0.0.0/4"); // reserved and broadcast, RFC 1112 and 919

  /** All unicast addresses that IANA assigns to registries: all others are special. */
  private static final IpAddressMatcher GLOBAL_V6 = new IpAddressMatcher("2000::/3");

  private static final List<IpAddressMatcher> SPECIAL_V6 =
      matchers(
          "2001::/23", // Teredo, ORCHID, benchmarks and other protocols, RFC 2928
          "2001:db8::/32", // documentation, RFC 3849
          "2002::/16", // 6to4, RFC 3056
          "2620:4f:8000::/48", // AS112, RFC 7534
          "3fff::/20"); // documentation, RFC 9637

  /** The addresses of IPv6 that a translator turns into the IPv4 address at their end, RFC 6052. */
  private static final IpAddressMatcher TRANSLATED = new IpAddressMatcher("64:ff9b::/96");

  private static final int V4_OFFSET = 12;

  private PublicAddresses() {}

  /**
   * Returns whether the address is one of a host in the public Internet. An address of IPv6 that
   * maps or translates to IPv4 is as public as the one of IPv4.
   */
  public static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    // Without the scope, and an IPv4-mapped one as IPv4.
    InetAddress plain = ofBytes(bytes);
    String literal = plain.getHostAddress();
    if (plain instanceof Inet4Address) {
      return none(SPECIAL_V4, literal);
    }
    if (TRANSLATED.matches(literal)) {
      return isPublic(ofBytes(Arrays.copyOfRange(bytes, V4_OFFSET, bytes.length)));
    }
    return GLOBAL_V6.matches(literal) && none(SPECIAL_V6, literal);
  }

  private static boolean none(List<IpAddressMatcher> networks, String literal) {
    return networks.stream().noneMatch(network -> network.matches(literal));
  }

  private static List<IpAddressMatcher> matchers(String... networks) {
    return Stream.of(networks).map(IpAddressMatcher::new).toList();
  }

  private static InetAddress ofBytes(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An address has 4 or 16 bytes", e);
    }
  }
}
