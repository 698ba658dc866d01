package dev.annals.http.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.web.util.UriUtils;

/**
 * A parsed query string: percent-encoded names and values in UTF-8, with a plus for a space. A
 * value with a bad escape is empty. The container's parser would reject the request, even for an
 * unknown parameter.
 */
record QueryString(List<Pair> pairs) {

  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

  /** A {@code name=value} pair, without a value if it cannot be decoded. */
  record Pair(String name, Optional<String> value) {}

  static QueryString parse(String query) {
    List<Pair> pairs = new ArrayList<>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      decode(name).ifPresent(decoded -> pairs.add(new Pair(decoded, decode(value))));
    }
    return new QueryString(List.copyOf(pairs));
  }

  List<Optional<String>> values(String name) {
    return pairs.stream().filter(pair -> pair.name().equals(name)).map(Pair::value).toList();
  }

  QueryString only(Set<String> names) {
    return new QueryString(pairs.stream().filter(pair -> names.contains(pair.name())).toList());
  }

  QueryString with(String name, String value) {
    List<Pair> changed = new ArrayList<>(pairs);
    changed.removeIf(pair -> pair.name().equals(name));
    changed.add(new Pair(name, Optional.of(value)));
    return new QueryString(List.copyOf(changed));
  }

  @Override
  public String toString() {
    return String.join(
        "&",
        pairs.stream()
            .filter(pair -> !pair.name().isEmpty() && pair.value().isPresent())
            .map(pair -> encode(pair.name()) + "=" + encode(pair.value().get()))
            .toList());
  }

  private static String encode(String text) {
    return UriUtils.encode(text, UTF_8);
  }

  private static Optional<String> decode(String text) {
    if (BAD_ESCAPE.matcher(text).find()) {
      return Optional.empty();
    }
    byte[] bytes = URLDecoder.decode(text, ISO_8859_1).getBytes(ISO_8859_1);
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException noUtf8) {
      return Optional.empty();
    }
  }
}
