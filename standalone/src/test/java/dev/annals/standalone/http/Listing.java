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

  /** Waits until the read model has a number of elements. */
  static void complete(Client user, String path, int count) {
    Annals.eventually(
        () ->
            assertThat(user.get(path).expect(200).json().at("/page/totalElements").asInt())
                .isEqualTo(count));
  }

  /** Returns the titles of a page in order. */
  static List<String> titles(Client user, String path) {
    return Json.texts(user.get(path).expect(200).json().get("content"), "title");
  }

  /** Returns the targets of the Link header (RFC 8288) by relation. */
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
