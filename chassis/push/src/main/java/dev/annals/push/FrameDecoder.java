package dev.annals.push;

import java.nio.ByteBuffer;
import java.util.List;
import org.springframework.messaging.simp.stomp.BufferingStompDecoder;
import org.springframework.messaging.simp.stomp.StompConversionException;
import org.springframework.messaging.simp.stomp.StompDecoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/** Decodes the bytes of one client into frames, however they are split into messages. */
final class FrameDecoder {

  private static final int MAX_FRAME_BYTES = 16 * 1024;

  private final BufferingStompDecoder decoder =
      new BufferingStompDecoder(new StompDecoder(), MAX_FRAME_BYTES);
  private boolean endsInCarriageReturn;

  /**
   * Decodes the next bytes. The caller may reuse the buffer.
   *
   * @return the frames that are complete now, without heart-beats
   * @throws StompConversionException if the bytes are not STOMP
   */
  List<StompHeaderAccessor> read(ByteBuffer piece) {
    try {
      List<StompHeaderAccessor> frames =
          decoder.decode(withoutTrailingCarriageReturn(piece)).stream()
              .map(StompHeaderAccessor::wrap)
              .filter(frame -> frame.getCommand() != null)
              .toList();
      frames.forEach(FrameDecoder::check);
      return frames;
    } catch (IllegalArgumentException unknown) {
      throw new StompConversionException("No such command, media type or number", unknown);
    }
  }

  // The decoder rejects a carriage return at the end of its input as one without a line feed.
  private ByteBuffer withoutTrailingCarriageReturn(ByteBuffer piece) {
    ByteBuffer bytes = ByteBuffer.allocate(piece.remaining() + 1);
    if (endsInCarriageReturn) {
      bytes.put((byte) '\r');
    }
    bytes.put(piece).flip();
    endsInCarriageReturn = bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == '\r';
    return endsInCarriageReturn ? bytes.limit(bytes.limit() - 1) : bytes;
  }

  // The decoder overlooks both; the second only if the frame comes in one piece.
  private static void check(StompHeaderAccessor frame) {
    if (frame.toNativeHeaderMap().toString().indexOf('\0') >= 0) {
      throw new StompConversionException("A frame ends within a header");
    }
    Integer unused = frame.getContentLength();
  }
}
