package dev.annals.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** Tests that clients are identified by an address that they cannot forge, in any spelling. */
class ClientAddressesTest {

  private static final String FOUR = "198.51.100.7";
  private static final String SIX = "2001:db8:1:2:0:0:0:0/64";

  private final ClientAddresses addresses =
      new ClientAddresses(
          new ClientAddresses.Properties(List.of("10.0.0.0/8", "2001:db8:ffff::1")));

  static List<String> spellingsOfFour() {
    return Stream.of(
            "198.51.100.7",
            "::ffff:198.51.100.7",
            "0:0:0:0:0:ffff:198.51.100.7",
            "::ffff:c633:6407",
            "0000:0000:0000:0000:0000:ffff:c633:6407")
        .flatMap(address -> written(address).stream())
        .toList();
  }

  static List<String> spellingsOfSix() {
    return Stream.of(
            "2001:db8:1:2::7",
            "2001:0db8:0001:0002:0000:0000:0000:0007",
            "2001:db8:1:2:0:0:0:7",
            "2001:db8:1:2:ffff:ffff:ffff:ffff",
            "2001:db8:1:2::198.51.100.7")
        .flatMap(address -> written(address).stream())
        .toList();
  }

  /** Returns the forms in which proxies and sockets write an address. */
  private static List<String> written(String address) {
    List<String> all = new ArrayList<>(List.of(address));
    if (address.contains(":")) {
      all.add(address + "%eth0");
      all.add("[" + address + "]");
      all.add("[" + address + "%2]");
      all.add("[" + address + "]:4711");
      all.add("\"[" + address + "]:4711\"");
    } else {
      all.add(address + ":4711");
      all.add("\"" + address + ":4711\"");
    }
    all.addAll(all.stream().map(each -> each.toUpperCase(Locale.ROOT)).toList());
    all.addAll(all.stream().map(each -> " " + each + "\t").toList());
    return all;
  }

  @ParameterizedTest
  @MethodSource("spellingsOfFour")
  void treatsAllSpellingsOfAnIpv4AddressAsOne(String written) {
    assertThat(client("10.0.0.1", written)).isEqualTo(FOUR);
    assertThat(client("10.0.0.1", "203.0.113.9, " + written + ",")).isEqualTo(FOUR);
  }

  @ParameterizedTest
  @MethodSource("spellingsOfSix")
  void treatsAllAddressesOfAnIpv6NetworkAsOne(String written) {
    assertThat(client("10.0.0.1", written)).isEqualTo(SIX);
  }

  @Test
  void namesTheRemoteAddressLikeAForwardedOne() {
    assertThat(client("198.51.100.7")).isEqualTo(FOUR);
    assertThat(client("0:0:0:0:0:ffff:c633:6407")).isEqualTo(FOUR);
    assertThat(client("2001:db8:1:2:0:0:0:9%eth0")).isEqualTo(SIX);
    assertThat(client("2001:db8:1:3:0:0:0:9")).isEqualTo("2001:db8:1:3:0:0:0:0/64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3",
        "0:0:0:0:0:ffff:a01:203",
        "2001:db8:ffff:0:0:0:0:1",
        "2001:db8:ffff:0:0:0:0:1%eth0"
      })
  void recognizesAProxyInAllSpellings(String proxy) {
    assertThat(client(proxy, FOUR)).isEqualTo(FOUR);
    assertThat(client("10.0.0.1", FOUR + ", " + proxy)).isEqualTo(FOUR);
  }

  @Test
  void doesNotTrustANeighbourOfAProxy() {
    assertThat(client("2001:db8:ffff:0:0:0:0:2", FOUR)).isEqualTo("2001:db8:ffff:0:0:0:0:0/64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "_hidden",
        "example.org",
        "[",
        "]",
        "[]:1",
        ":",
        "1.2.3",
        "1.2.3.256",
        "%",
        "\"",
        "198.51.100.7:x",
        "2001:db8::1::2"
      })
  void countsAClientWithoutAValidAddressAsTheProxy(String name) {
    assertThat(client("10.0.0.1", "203.0.113.9, " + name)).isEqualTo("10.0.0.1");
  }

  @Test
  void ignoresOtherHeadersAndUntrustedSenders() {
    MockHttpServletRequest request = request("10.0.0.1");
    request.addHeader("Forwarded", "for=" + FOUR);
    request.addHeader("X-Real-IP", FOUR);
    assertThat(addresses.of(request)).isEqualTo("10.0.0.1");
    assertThat(client("203.0.113.9", FOUR)).isEqualTo("203.0.113.9");
  }

  private String client(String remote, String... forwardedFor) {
    MockHttpServletRequest request = request(remote);
    for (String line : forwardedFor) {
      request.addHeader("X-Forwarded-For", line);
    }
    return addresses.of(request);
  }

  private static MockHttpServletRequest request(String remote) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setRemoteAddr(remote);
    return request;
  }
}
