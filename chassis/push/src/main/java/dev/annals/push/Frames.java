package dev.annals.push;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompEncoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/** Encodes the frames that a server sends (STOMP 1.2). */
final class Frames {

  /** The destination of subscriptions. */
  static final String NOTIFICATIONS = "/user/queue/notifications";

  /** An end-of-line between frames is a heart-beat. */
  static final String HEART_BEAT = "\n";

  private static final StompEncoder ENCODER = new StompEncoder();

  private Frames() {}

  static String connected(long heartBeatMillis) {
    StompHeaderAccessor frame = StompHeaderAccessor.create(StompCommand.CONNECTED);
    frame.setVersion("1.2");
    frame.setHeartbeat(heartBeatMillis, heartBeatMillis);
    return encode(frame, "");
  }

  static String message(String subscription, String messageId, String json) {
    StompHeaderAccessor frame = StompHeaderAccessor.create(StompCommand.MESSAGE);
    frame.setNativeHeader("subscription", subscription);
    frame.setNativeHeader("message-id", messageId);
    frame.setNativeHeader("destination", NOTIFICATIONS);
    frame.setNativeHeader("content-type", "application/json");
    return encode(frame, json);
  }

  static String receipt(String id) {
    StompHeaderAccessor frame = StompHeaderAccessor.create(StompCommand.RECEIPT);
    frame.setNativeHeader("receipt-id", id);
    return encode(frame, "");
  }

  static String error(String message, Optional<String> receipt) {
    StompHeaderAccessor frame = StompHeaderAccessor.create(StompCommand.ERROR);
    frame.setNativeHeader("version", "1.2");
    frame.setNativeHeader("message", message);
    receipt.ifPresent(id -> frame.setNativeHeader("receipt-id", id));
    return encode(frame, "");
  }

  private static String encode(StompHeaderAccessor frame, String body) {
    byte[] bytes = ENCODER.encode(frame.getMessageHeaders(), body.getBytes(StandardCharsets.UTF_8));
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
