package dev.annals.standalone;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** An in-process mail server on loopback: it delivers no mail, and keeps the last 200. */
final class EmbeddedMail implements AutoCloseable {
  private static final int MAX_MAILS = 200;

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final Deque<Mail> mails = new ArrayDeque<>();
  private final GreenMailUser catchAll;

  /** A received mail; a missing part is empty. */
  record Mail(String to, String subject, Instant sentAt, String text, String html) {}

  EmbeddedMail() {
    server.start();
    catchAll = server.setUser("catchAll", "");
    server.getUserManager().setMessageDeliveryHandler(this::receive);
  }

  /** Returns the properties that connect the application to this server. */
  Map<String, Object> properties() {
    return Map.of("spring.mail.host", "127.0.0.1", "spring.mail.port", server.getSmtp().getPort());
  }

  /** Returns the last mails, newest first. */
  synchronized List<Mail> mails() {
    return List.copyOf(mails);
  }

  private synchronized GreenMailUser receive(MovingMessage moving, MailAddress to)
      throws MessagingException {
    MimeMessage message = moving.getMessage();
    try {
      mails.addFirst(
          new Mail(
              to.getEmail(),
              message.getSubject(),
              message.getSentDate().toInstant(),
              text(message.getContent(), "text/plain"),
              text(message.getContent(), "text/html")));
      if (mails.size() > MAX_MAILS) {
        mails.removeLast();
      }
      // The server would keep every mail.
      server.purgeEmailFromAllMailboxes();
    } catch (IOException | FolderException e) {
      throw new MessagingException("cannot be read", e);
    }
    return catchAll;
  }

  private static String text(Object content, String type) throws MessagingException, IOException {
    if (content instanceof MimeMultipart parts) {
      for (int i = 0; i < parts.getCount(); i++) {
        BodyPart part = parts.getBodyPart(i);
        String text =
            part.isMimeType(type) ? (String) part.getContent() : text(part.getContent(), type);
        if (!text.isEmpty()) {
          return text;
        }
      }
    }
    return "";
  }

  @Override
  public void close() {
    server.stop();
  }
}
