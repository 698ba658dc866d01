package dev.annals.command;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A mail server that can be stopped and started. Stopping it discards its mails. */
public final class MailServer {

  private final int port;
  private final GreenMail server;

  /**
   * A received mail.
   *
   * @param text the plain part
   */
  public record Received(String to, String from, String subject, String text, String html) {}

  /** Reserves a port; does not start the server. */
  public MailServer() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  }

  /** Starts the server unless it runs. */
  public void start() {
    if (!server.isRunning()) {
      server.start();
    }
  }

  public void stop() {
    server.stop();
  }

  /** Returns a program's settings for this server. */
  public String[] settings() {
    return new String[] {"--spring.mail.host=127.0.0.1", "--spring.mail.port=" + port};
  }

  /** Returns the mails to an address, in the order of their arrival. */
  public List<Received> to(String address) {
    return Stream.of(server.getReceivedMessages())
        .filter(message -> recipient(message).equals(address))
        .map(MailServer::read)
        .toList();
  }

  /** Waits for a number of mails to an address; more may follow. */
  public List<Received> await(int number, String address) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> to(address), mails -> mails.size() >= number);
  }

  private static String recipient(MimeMessage message) {
    try {
      return message.getAllRecipients()[0].toString();
    } catch (MessagingException e) {
      throw new AssertionError(e);
    }
  }

  private static Received read(MimeMessage message) {
    try {
      List<BodyPart> leaves = new ArrayList<>();
      collect((MimeMultipart) message.getContent(), leaves);
      return new Received(
          recipient(message),
          message.getFrom()[0].toString(),
          message.getSubject(),
          part(leaves, "text/plain"),
          part(leaves, "text/html"));
    } catch (MessagingException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void collect(MimeMultipart multipart, List<BodyPart> leaves)
      throws MessagingException, IOException {
    for (int i = 0; i < multipart.getCount(); i++) {
      BodyPart part = multipart.getBodyPart(i);
      if (part.getContent() instanceof MimeMultipart nested) {
        collect(nested, leaves);
      } else {
        leaves.add(part);
      }
    }
  }

  private static String part(List<BodyPart> leaves, String type)
      throws MessagingException, IOException {
    for (BodyPart part : leaves) {
      if (part.isMimeType(type)) {
        return ((String) part.getContent()).replace("\r\n", "\n");
      }
    }
    throw new AssertionError("no " + type);
  }
}
