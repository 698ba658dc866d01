package dev.annals.jobs.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** Tests the SMTP dialogue, and the outcome of each reply. */
class MailTransportTest {

  private static final ScriptedServer server = new ScriptedServer();

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ada@example.org, ada@example.org, ada@example.org",
    "Ada.B+c@Example.ORG, Ada.B+c@Example.ORG, Ada.B+c@Example.ORG",
    "other!ada%example.com@example.org, other!ada%example.com@example.org, other!ada%example.com@example.org",
    "ada@BÜCHER.example, ada@xn--bcher-kva.example, ada@xn--bcher-kva.example",
    "ada@straße.example, ada@xn--strae-oqa.example, ada@xn--strae-oqa.example",
    "'\"a b\"@example.org', '\"a b\"@example.org', '<\"a b\"@example.org>'",
    "'\"a> SIZE=1\"@example.org', '\"a> SIZE=1\"@example.org', '<\"a> SIZE=1\"@example.org>'",
    "'\"a@b, c\"@example.org', '\"a@b, c\"@example.org', '<\"a@b, c\"@example.org>'",
  })
  void sendsToTheExactAddress(String to, String recipient, String header) {
    server.answer("RSET", "250");

    transport("Annals <annals@localhost>").send(mail(to));

    assertThat(server.lines())
        .contains("MAIL FROM:<annals@localhost>", "From: Annals <annals@localhost>")
        .contains("To: " + header)
        .filteredOn(line -> line.startsWith("RCPT"))
        .containsExactly("RCPT TO:<" + recipient + ">");
  }

  @Test
  void sendsToTheExactAddressOrNowhereForEachCharacter() {
    List<String> characters =
        Stream.concat(
                IntStream.range(0, 0x180).mapToObj(Character::toString),
                Stream.of(
                    "\u0161", "\u0430", "\u2028", "\u212A", "\u7528", "\uFF20", "\uD83D\uDE00"))
            .toList();
    MailTransport transport = transport("annals@localhost");
    int sent = 0;
    for (String character : characters) {
      String to = "a" + character + "b@example.org";
      server.answer("RSET", "250");
      try {
        transport.send(mail(to));
        sent++;
        assertThat(server.lines()).contains("RCPT TO:<" + to + ">", "To: " + to);
      } catch (MailRefusedException none) {
        assertThat(server.lines()).as(to).isEmpty();
      }
    }
    assertThat(sent).isEqualTo(82);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "šdmin@example.org",
        "用户@example.org",
        "ada@example.org> SIZE=1",
        "ada@example.org\r\nRCPT TO:<eve@example.org>",
        "ada@example.org,eve@example.org",
        "friends:ada@example.org;",
        "@example.com:ada@example.org",
        "Ada <ada@example.org>",
        "ada@[127.0.0.1]"
      })
  void sendsNothingToAnInvalidMailbox(String to) {
    server.answer("RSET", "250");

    assertThatThrownBy(() -> transport("annals@localhost").send(mail(to)))
        .isInstanceOf(MailRefusedException.class)
        .hasMessage("the address cannot receive mail");
    assertThat(server.lines()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "annals@localhost, annals@localhost, annals@localhost",
    "'Annals, the program <annals@example.org>', annals@example.org, '\"Annals, the program\" <annals@example.org>'",
    "Bücher <post@bücher.example>, post@xn--bcher-kva.example, =?UTF-8?Q?B=C3=BCcher?= <post@xn--bcher-kva.example>"
  })
  void sendsFromTheConfiguredAddress(String from, String sender, String header) {
    server.answer("RSET", "250");

    transport(from.replace("Annals, the program", "\"Annals, the program\""))
        .send(mail("ada@example.org"));

    assertThat(server.lines()).contains("MAIL FROM:<" + sender + ">", "From: " + header);
  }

  /** The steps at which each reply is tried. */
  static Stream<String> steps() {
    return Stream.of("CONNECT", "AUTH", "MAIL", "RCPT", "DATA", ".");
  }

  @ParameterizedTest
  @MethodSource("steps")
  void endsTheJobOnlyIfTheMailboxOrTheMailIsRefusedPermanently(String step) {
    boolean final5xx = List.of("RCPT", "DATA", ".").contains(step);
    for (int reply : replies()) {
      boolean isLoginReply = List.of(530, 534, 535, 538).contains(reply);
      server.answer(step, Integer.toString(reply));
      SimpleMeterRegistry metrics = new SimpleMeterRegistry();
      MailDelivery delivery = delivery(metrics);

      if (final5xx && reply >= 500 && !isLoginReply) {
        delivery.attempt(job());
        assertThat(metrics.get("annals.mails").tag("outcome", "refused").counter().count())
            .as("%s %d", step, reply)
            .isEqualTo(1);
      } else {
        assertThatThrownBy(() -> delivery.attempt(job()))
            .as("%s %d", step, reply)
            .isInstanceOf(MailException.class);
        assertThat(metrics.getMeters()).isEmpty();
      }
    }
  }

  private static List<Integer> replies() {
    return List.of(
        421, 432, 450, 451, 452, 454, 455, 499, 500, 501, 502, 503, 504, 521, 530, 534, 535, 538,
        550, 551, 552, 553, 554, 555, 556, 571, 599);
  }

  @Test
  void reportsTheReplyCodeWithoutTheAddress() {
    server.answer("RCPT", "550 ada@example.org is not here,");

    assertThatThrownBy(() -> transport("annals@localhost").send(mail("ada@example.org")))
        .isInstanceOf(MailRefusedException.class)
        .hasMessage("the mail server answers 550");
  }

  @Test
  void reportsAnUnreachableServerAsTemporary() {
    try (ScriptedServer gone = new ScriptedServer()) {
      gone.close();
      assertThatThrownBy(
              () -> transport("annals@localhost", gone.port()).send(mail("ada@example.org")))
          .isInstanceOf(MailException.class);
    }
  }

  private static MailTransport transport(String from) {
    return transport(from, server.port());
  }

  private static MailTransport transport(String from, int port) {
    JavaMailSenderImpl sender = new JavaMailSenderImpl();
    sender.setHost("127.0.0.1");
    sender.setPort(port);
    sender.setUsername("annals");
    sender.setPassword("hush");
    sender.getJavaMailProperties().setProperty("mail.smtp.auth", "true");
    return new MailTransport(sender, new MailTransport.Properties(from));
  }

  private static Mail mail(String to) {
    return new Mail(to, "Test", "test", Map.of("name", "Ada"));
  }

  private static MailDelivery delivery(SimpleMeterRegistry metrics) {
    MailWriter writer =
        new MailWriter() {
          @Override
          public String kind() {
            return "test";
          }

          @Override
          public Optional<Mail> write(MailJob job) {
            return Optional.of(mail("ada@example.org"));
          }

          @Override
          public void sent(MailJob job) {
            throw new AssertionError("nothing was sent");
          }
        };
    return new MailDelivery(
        List.of(writer),
        transport("annals@localhost"),
        metrics,
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  }

  private static MailJob job() {
    return new MailJob("test", new UUID(0, 1), new UUID(0, 2), Instant.EPOCH.plusSeconds(1), false);
  }
}
