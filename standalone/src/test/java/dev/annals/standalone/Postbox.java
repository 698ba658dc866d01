package dev.annals.standalone;

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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The mail server of all tested programs. It loses its mails when it stops. */
public final class Postbox {
  private static final Postbox ONLY = new Postbox();

  private final int port;
  private final GreenMail server;

  /** A received mail. */
  public record Mail(String to, String subject, String text, String html) {}

  private Postbox() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    start();
  }

  /** Returns the only instance. */
  public static Postbox get() {
    return ONLY;
  }

  /** Returns the environment variables that configure a program to use it. */
  public Map<String, String> variables() {
    return Map.of("SPRING_MAIL_HOST", "127.0.0.1", "SPRING_MAIL_PORT", Integer.toString(port));
  }

  /** Starts the server unless it runs. */
  public void start() {
    if (!server.isRunning()) {
      server.start();
    }
  }

  /** Stops the server. */
  public void stop() {
    server.stop();
  }

  /** Returns the mails to an address so far, in order of arrival. */
  public List<Mail> to(String address) {
    return Stream.of(server.getReceivedMessages())
        .filter(message -> recipient(message).equals(address))
        .map(Postbox::read)
        .toList();
  }

  /** Returns the mails to an address whose subject starts with a prefix. */
  public List<Mail> to(String address, String subject) {
    return to(address).stream().filter(mail -> mail.subject().startsWith(subject)).toList();
  }

  private static String recipient(MimeMessage message) {
    try {
      return message.getAllRecipients()[0].toString();
    } catch (MessagingException e) {
      throw new AssertionError(e);
    }
  }

  private static Mail read(MimeMessage message) {
    try {
      return new Mail(
          recipient(message),
          message.getSubject(),
          part(message.getContent(), "text/plain"),
          part(message.getContent(), "text/html"));
    } catch (MessagingException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String part(Object content, String type) throws MessagingException, IOException {
    if (content instanceof MimeMultipart parts) {
      for (int i = 0; i < parts.getCount(); i++) {
        BodyPart part = parts.getBodyPart(i);
        String text =
            part.isMimeType(type) ? (String) part.getContent() : part(part.getContent(), type);
        if (!text.isEmpty()) {
          return text;
        }
      }
    }
    return "";
  }
}
