package dev.annals.http.json;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads request bodies with {@link BodyReader} and writes as Spring does. */
final class JsonConverter extends JacksonJsonHttpMessageConverter {

  // Most bodies are much shorter, and a reader's buffer costs as much as their parsing.
  private static final int MAX_BUFFER = 8192;

  private final BodyReader bodies;

  JsonConverter(JsonMapper json, BodyReader bodies) {
    super(json);
    this.bodies = bodies;
  }

  /** RFC 8259, 8.1: JSON is UTF-8. */
  @Override
  public boolean canRead(ResolvableType type, @Nullable MediaType mediaType) {
    return mediaType != null
        && mediaType.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
        && (mediaType.getCharset() == null
            || mediaType.getCharset().equals(StandardCharsets.UTF_8));
  }

  @Override
  public Object read(
      ResolvableType type, HttpInputMessage message, @Nullable Map<String, Object> hints)
      throws IOException {
    JsonNode document = parse(message);
    if (document.isMissingNode() || document.isNull()) {
      throw new Refusal(Problem.BAD_REQUEST, "The request needs a JSON body.");
    }
    return bodies.read(document, type.getType());
  }

  private static int bufferSize(HttpInputMessage message) {
    long length = message.getHeaders().getContentLength();
    return length < 0 ? MAX_BUFFER : (int) Math.min(length, MAX_BUFFER);
  }

  private JsonNode parse(HttpInputMessage message) throws IOException {
    // From bytes, Jackson would detect UTF-16 and UTF-32, and accept surrogates in UTF-8.
    try (Reader text =
        Channels.newReader(
            Channels.newChannel(message.getBody()),
            StandardCharsets.UTF_8.newDecoder(),
            bufferSize(message))) {
      return getMapper().readTree(text);
    } catch (CharacterCodingException notUtf8) {
      throw new Refusal(Problem.BAD_REQUEST, "The body is not UTF-8.");
    } catch (JacksonException malformed) {
      if (malformed.getCause() instanceof CharacterCodingException) {
        throw new Refusal(Problem.BAD_REQUEST, "The body is not UTF-8.");
      }
      if (malformed.getCause() instanceof IOException broken) {
        throw broken;
      }
      throw new Refusal(Problem.BAD_REQUEST, "The body is not well-formed JSON.");
    }
  }
}
