package dev.annals.command.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.address.WebhookProperties;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiversTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private static final Map<String, List<String>> NAMES =
      Map.of(
          "public.example", List.of("1.1.1.1", "2606:4700:4700::1111"),
          "private.example", List.of("10.0.0.1"),
          "metadata.example", List.of("169.254.169.254"),
          "loopback.example", List.of("::1"),
          "mapped.example", List.of("::ffff:10.0.0.1"),
          "mixed.example", List.of("1.1.1.1", "192.168.0.1"));

  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final Receivers receivers =
      new Receivers(new WebhookProperties(true), this::addresses, LONG);
  private final Receivers open = new Receivers(new WebhookProperties(false), this::addresses, LONG);

  @AfterEach
  void stop() {
    end.countDown();
    receivers.destroy();
    open.destroy();
  }

  private InetAddress[] addresses(String host) throws UnknownHostException {
    if (host.equals("hangs.example")) {
      running.incrementAndGet();
      Awaitility.await().forever().until(() -> end.getCount() == 0);
    }
    if (host.startsWith("[") || host.matches("[0-9.]+")) {
      return InetAddress.getAllByName(host);
    }
    List<InetAddress> found = new ArrayList<>();
    for (String address :
        Optional.ofNullable(NAMES.get(host)).orElseThrow(UnknownHostException::new)) {
      found.add(InetAddress.getByName(address));
    }
    return found.toArray(InetAddress[]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://public.example",
        "https://public.example/hook?key=a%20b&c=d",
        "HTTPS://public.example:8443/",
        "https://public.example:65535",
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]:8443/hook"
      })
  void allowsAPublicHttpsUrl(String url) {
    assertThat(receivers.violation(url)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "hook",
        "/hook",
        "//public.example/hook",
        "https",
        "https:",
        "https://",
        "https:///hook",
        "https:public.example",
        "https://?a=b",
        "https://:443/",
        "https://pub lic.example",
        "https://public_.example/",
        "https://public.example:x/",
        "https://public.example/a b",
        "https://public.example/<a>",
        "https://public.example/\\",
        "https://public.example/%zz",
        "https://0x7f.0.0.1/",
        "https://127.1/",
        "https://[::1",
        "https://[1.1.1.1]/",
        "https://public..example/",
        "https://-public.example/"
      })
  void refusesATextThatIsNoUrlWithAHost(String text) {
    assertThat(receivers.violation(text))
        .hasValueSatisfying(
            violation ->
                assertThat(violation)
                    .isIn(
                        "must be an absolute URL with a host",
                        "must be a URL in ASCII, with all other characters encoded"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://public.example/, must begin with https",
    "ftp://public.example/, must begin with https",
    "file://public.example/etc/passwd, must begin with https",
    "https://anna@public.example/, must have no user info",
    "https://anna:secret@public.example/, must have no user info",
    "https://@public.example/, must have no user info",
    "https://public.example/#part, must have no fragment",
    "https://public.example/#, must have no fragment",
    "https://public.example:0/, must have a port from 1 to 65535",
    "https://public.example:65536/, must have a port from 1 to 65535",
    "https://public.example/é, 'must be a URL in ASCII, with all other characters encoded'",
    "https://0177.0.0.1/, must have an IPv4 address of four decimal numbers",
    "https://1.01.1.1/, must have an IPv4 address of four decimal numbers",
    "https://2130706433/, must have an IPv4 address of four decimal numbers",
    "https://16843009:8443/, must have an IPv4 address of four decimal numbers",
    "https://0x7f000001/, must have an IPv4 address of four decimal numbers",
    "https://unknown.example/, has a host that is not found",
    "https://private.example/, leads to an address that is not public",
    "https://metadata.example/, leads to an address that is not public",
    "https://loopback.example/, leads to an address that is not public",
    "https://mapped.example/, leads to an address that is not public",
    "https://mixed.example/, leads to an address that is not public",
    "https://127.0.0.1/, leads to an address that is not public",
    "https://0.0.0.0/, leads to an address that is not public",
    "https://169.254.169.254/latest/meta-data, leads to an address that is not public",
    "https://[::1]:8443/, leads to an address that is not public",
    "https://[::ffff:10.0.0.1]/, leads to an address that is not public",
    "https://[64:ff9b::a00:1]/, leads to an address that is not public",
    "https://[fd00::1]/, leads to an address that is not public"
  })
  void refusesAUrlByTheFirstRuleThatItBreaks(String url, String violation) {
    assertThat(receivers.violation(url)).hasValue(violation);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://public.example/",
        "http://127.0.0.1:8080/hook",
        "https://private.example/",
        "http://[::1]:8080/"
      })
  void allowsHttpAndPrivateNetworksIfConfigured(String url) {
    assertThat(open.violation(url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://public.example/, must begin with https",
    "http://anna@127.0.0.1/, must have no user info",
    "http://unknown.example/, has a host that is not found"
  })
  void refusesAllElseThoughPrivateNetworksAreAllowed(String url, String violation) {
    assertThat(open.violation(url)).hasValue(violation);
  }

  @Test
  void waitsForALookupForABoundedTimeAndRunsTwoOfAUserAtATime() {
    Receivers hasty =
        new Receivers(new WebhookProperties(true), this::addresses, Duration.ofMillis(200));
    try {
      for (int i = 1; i <= 2; i++) {
        assertThat(hasty.violation("https://hangs.example/"))
            .hasValue("has a host that is not found");
        Awaitility.await().untilAtomic(running, Matchers.equalTo(i));
      }

      assertThatThrownBy(() -> hasty.violation("https://public.example/"))
          .isInstanceOfSatisfying(
              Refusal.class, busy -> assertThat(busy.problem()).isEqualTo(Problem.UNAVAILABLE));

      end.countDown();
      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(hasty.violation("https://public.example/")).isEmpty());
    } finally {
      hasty.destroy();
    }
  }
}
