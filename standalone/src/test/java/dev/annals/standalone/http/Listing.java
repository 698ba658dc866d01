package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lists. */
final class Listing {

  private static final Pattern LINK = Pattern.compile("<([^>]*)>;\\s*rel=\"?(\\w+)\"?\\s*(?:,|$)");

  private Listing() {}

  /** Waits until so many are in the read model, so that lists can be told exactly. */
  static void complete(Client user, String path, int count) {
    Annals.eventually(
        () ->
            assertThat(user.get(path).expect(200).json().at("/page/totalElements").asInt())
                .isEqualTo(count));
  }

  /** The titles of a page, in their order. */
  static List<String> titles(Client user, String path) {
    return Json.texts(user.get(path).expect(200).json().get("content"), "title");
  }

  /** The targets of a Link header (RFC 8288) by their relations. */
  static Map<String, String> links(Answer answer) {
    Map<String, String> links = new TreeMap<>();
    Matcher link = LINK.matcher(String.join(",", answer.headers().allValues("Link")));
    while (link.find()) {
      assertThat(links.put(link.group(2), link.group(1))).isNull();
    }
    return links;
  }

  static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8);
  }
}
