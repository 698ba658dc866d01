package dev.annals.http.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which addresses count as public. All hosts are literals, which Java does not look up. */
class PublicAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "16843009",
        "[::ffff:1.1.1.1]",
        "[64:ff9b::1.1.1.1]",
        "[64:ff9b::808:808]",
        "[2001:200::1]",
        "[2001:db7:ffff::1]",
        "[2001:db9::1]",
        "[2001:4860:4860::8888]",
        "[2003::1]",
        "[2606:4700:4700::1111]",
        "[2620:4f:7fff::1]",
        "[2a00:1450:4001:80b::200e]",
        "[3fff:1000::1]"
      })
  void takesAnAddressOfTheInternetForPublic(String host) throws Exception {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(host))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.8",
        "192.0.0.9",
        "192.0.0.170",
        "192.0.0.255",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "192.175.48.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.254",
        "255.255.255.255",
        // The decimal spellings of 127.0.0.1, 10.0.0.1 and 169.254.169.254.
        "2130706433",
        "167772161",
        "2852039166",
        "[::]",
        "[::1]",
        "[::2]",
        // IPv4-compatible, -mapped and -translated.
        "[::1.1.1.1]",
        "[::10.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:a00:1]",
        "[0:0:0:0:0:ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:0:1.1.1.1]",
        // NAT64
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a00:1]",
        "[64:ff9b::169.254.169.254]",
        "[64:ff9b:0:0:0:1:1.1.1.1]",
        "[64:ff9b:1::1.1.1.1]",
        "[100::1]",
        "[100:0:0:1::1]",
        "[200::1]",
        "[1fff:ffff::1]",
        // Teredo, benchmarks, ORCHID, and the rest of the protocol assignments.
        "[2001::1]",
        "[2001::4136:e378:8000:63bf:3fff:fdd2]",
        "[2001:1::1]",
        "[2001:2::1]",
        "[2001:3::1]",
        "[2001:4:112::1]",
        "[2001:10::1]",
        "[2001:20::1]",
        "[2001:30::1]",
        "[2001:1ff:ffff::1]",
        "[2001:db8::1]",
        "[2001:db8:ffff::1]",
        "[2002::1]",
        "[2002:101:101::1]",
        "[2002:7f00:1::1]",
        "[2002:ffff:ffff::1]",
        "[2620:4f:8000::1]",
        "[3fff::1]",
        "[3fff:fff:ffff::1]",
        "[4000::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fdff:ffff::1]",
        "[fe00::1]",
        "[fe80::1]",
        "[febf:ffff::1]",
        "[fec0::1]",
        "[feff:ffff::1]",
        "[ff00::1]",
        "[ff02::1]",
        "[ff0e::1]"
      })
  void takesASpecialAddressForNotPublic(String host) throws Exception {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(host))).isFalse();
  }

  @Test
  void judgesAnAddressWithAScopeOrMappedBytesLikeOneWithout() throws UnknownHostException {
    byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = 10;
    mapped[15] = 1;

    assertThat(PublicAddresses.isPublic(Inet6Address.getByAddress(null, linkLocal, 7))).isFalse();
    assertThat(PublicAddresses.isPublic(Inet6Address.getByAddress(null, mapped, -1))).isFalse();
  }
}
