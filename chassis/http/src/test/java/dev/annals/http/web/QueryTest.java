package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.annals.http.sample.HttpTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest extends HttpTest {

  @Test
  void linksTheFirstPageToTheNextAndTheLast() throws Exception {
    var response = http.get("/samples?tag=a%2Cb&tag=c%26d&page=0&unknown=%20x");
    assertThat(response.body())
        .isEqualTo(
            "{\"content\":[\"a,b\",\"c&d\"],\"page\":{\"size\":20,\"number\":0,\"totalElements\":45,\"totalPages\":3}}");
    String rest = "tag=a%2Cb&tag=c%26d";
    assertThat(response.headers().firstValue("Link"))
        .contains(
            ("</samples?R&page=0&size=20>; rel=\"first\", </samples?R&page=1&size=20>; rel=\"next\", "
                    + "</samples?R&page=2&size=20>; rel=\"last\"")
                .replace("R", rest));
  }

  @Test
  void linksAPagePastTheEndToTheLast() throws Exception {
    var response = http.get("/samples?page=92233720368547757");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Link").orElseThrow())
        .contains("</samples?page=2&size=20>; rel=\"prev\"")
        .doesNotContain("next");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "?size=0 ?size",
        "?size=101 ?size",
        "?size=x ?size",
        "?size= ?size",
        "?size=+5 ?size",
        "?size=1&size=2 ?size",
        "?size=9999999999999999999999 ?size",
        "?page=-1 ?page",
        "?page=99999999999999999999 ?page",
        "?sort=rank,asc ?sort",
        "?sort=title,up ?sort",
        "?sort=title,asc,x ?sort",
        "?sort=title,asc&sort=title,desc ?sort",
        "?sort= ?sort",
        "?deleted=TRUE ?deleted",
        "?deleted=1 ?deleted",
        "?deleted ?deleted",
        "?level=low ?level",
        "?dueBefore=2026-11-22 ?dueBefore",
        "?q=%00 ?q",
        "?q=%ff ?q",
        "?q=%ED%A0%80 ?q",
        "?q=%zz ?q",
        "?q=%4 ?q",
        "?q=%+1 ?q",
        "?q=a&q=b ?q",
        "?tag=%00 ?tag",
        "?tag=+ ?tag",
        "?limit=10 ?limit",
        "?after=-1 ?after",
        "?after=9223372036854775808 ?after",
        "?done=true&level=LOW ?level",
        "?q=refused ?q"
      })
  void refusesAnInvalidParameterByItsName(String query, String pointer) throws Exception {
    String answer =
        http.raw(
            "GET /samples"
                + query
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ",
            dev.annals.http.sample.Tokens.of("USER") + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400").contains("\"pointer\":\"" + pointer + "\"");
  }

  @Test
  void reportsAllInvalidParametersAtOnce() throws Exception {
    var response =
        http.get(
            "/samples?sort=z&size=0&page=x&limit=0&after=x&dueBefore=x&level=x&done=x&q=refused"
                + "&tag=%FF&deleted=x");
    assertThat(JsonPath.<List<Map<String, String>>>read(response.body(), "$.errors"))
        .extracting(error -> error.get("pointer") + " " + error.get("detail"))
        .containsExactly(
            "?deleted must be true or false",
            "?tag must have 1 to 9000 characters and not be blank",
            "?q is refused",
            "?done must be true or false",
            "?level must be one of LOW, HIGH",
            "?dueBefore must be an RFC 3339 date-time",
            "?after must be a whole number from 0 to 9223372036854775807",
            "?limit must be a whole number from 1 to 9",
            "?page must be a whole number from 0 to 92233720368547757",
            "?size must be a whole number from 1 to 100",
            "?sort must be one of createdAt, title, each at most once, with ,asc or ,desc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?unknown=%ff",
        "?unknown=%zz",
        "?&&=&a",
        "?sort=title",
        "?sort=title,desc&sort=createdAt,asc",
        "?dueBefore=2026-11-22T05:50:00%2B01:00",
        "?q=",
        "?level=LOW&deleted=true",
        "?after=9223372036854775807&limit=9"
      })
  void acceptsValidAndUnknownParameters(String query) throws Exception {
    String answer =
        http.raw(
            "GET /samples"
                + query
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ",
            dev.annals.http.sample.Tokens.of("USER") + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @CsvSource({"unknown, 8000, 200", "q, 2900, 200", "q, 3100, 414", "tag, 8000, 414"})
  void refusesAQueryThatIsTooLongForItsLinksWith414(String name, int length, int status)
      throws Exception {
    var response = http.get("/samples?" + name + "=" + "x".repeat(length));
    assertThat(response.statusCode()).isEqualTo(status);
    if (status == 414) {
      assertThat(response.body()).contains("\"type\":\"urn:problem:uri-too-long\"");
    } else {
      assertThat(response.headers().firstValue("Link")).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF=%FF", "=&=x&%C3=%C3", "%00=%00", "a=%zz"})
  void answersAProbeWhateverItsQuery(String query) throws Exception {
    assertThat(
            http.raw(
                "GET /livez?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close", "\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void hasNoPagesInAnEmptyList() {
    var page = Page.of(List.of(), new Paging(0, 20), 0);
    assertThat(page.page()).isEqualTo(new Page.Position(20, 0, 0, 0));
  }
}
