package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class MailboxControllerTest {
  private static final EmbeddedMail MAIL = new EmbeddedMail();

  private final MailboxController mailbox = new MailboxController(MAIL, false);

  @AfterAll
  static void stop() {
    MAIL.close();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, localhost",
    "127.8.9.1, 127.0.0.1",
    "0:0:0:0:0:0:0:1, [::1]",
    "::1, LOCALHOST"
  })
  void showsMailsToLoopbackClients(String from, String host) {
    MockHttpServletRequest request = request(from, host);

    assertThat(mailbox.page(request)).contains("<h1>Mailbox</h1>");
    assertThat(mailbox.list(request)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.168.1.7, localhost",
    "10.0.0.1, 127.0.0.1",
    "2001:db8:0:0:0:0:0:1, [::1]",
    "127.0.0.1, mail.example.org",
    "127.0.0.1, localhost.example.org",
    "127.0.0.1, 127.0.0.1.example.org",
    "127.0.0.1, 1127.0.0.1",
    "127.0.0.1, 192.168.1.2"
  })
  void refusesOtherClientsWith403(String from, String host) {
    assertRefused(request(from, host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "x-forwarded-host",
        "X-Forwarded-Proto",
        "X-Real-IP"
      })
  void refusesProxiedRequestsWith403(String header) {
    MockHttpServletRequest request = request("127.0.0.1", "localhost");
    request.addHeader(header, "127.0.0.1");

    assertRefused(request);
  }

  @Test
  void showsMailsToAllClientsIfOpen() {
    MailboxController open = new MailboxController(MAIL, true);

    assertThat(open.list(request("192.168.1.7", "mail.example.org"))).isEmpty();
  }

  private void assertRefused(MockHttpServletRequest request) {
    assertThatThrownBy(() -> mailbox.page(request))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Problem.FORBIDDEN));
    assertThatThrownBy(() -> mailbox.list(request))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "Mails are shown to this machine alone, at localhost, unless annals.open-mailbox is set.");
  }

  private static MockHttpServletRequest request(String from, String host) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/dev/mailbox");
    request.setRemoteAddr(from);
    request.setServerName(host);
    return request;
  }
}
