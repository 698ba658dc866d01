package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.start.CannotStartException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class PublicUrlTest {

  private final MockEnvironment environment = new MockEnvironment();

  @ParameterizedTest
  @CsvSource({
    "https://notes.example.org, https://notes.example.org/reset?token=a",
    "https://notes.example.org/, https://notes.example.org/reset?token=a",
    "http://notes.example.org:81/app, http://notes.example.org:81/app/reset?token=a"
  })
  void linksBeginWithTheConfiguredUrl(String configured, String link) {
    assertThat(url(configured).of("/reset?token=a")).isEqualTo(link);
  }

  @Test
  void defaultsToLocalhostAndThePortOfThisProcess() {
    PublicUrl url = url("");
    environment.setProperty("local.server.port", "8123");

    assertThat(url.of("/reset")).isEqualTo("http://localhost:8123/reset");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "notes.example.org",
        "/app",
        "ftp://notes.example.org",
        "https://user:hush@notes.example.org",
        "https://notes.example.org/?a=b",
        "https://notes.example.org/#a",
        "https://",
        "https://notes example.org"
      })
  void refusesAnythingButAPlainUrl(String configured) {
    assertThatThrownBy(() -> url(configured))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            "The property annals.public-url is not a plain URL such as https://app.example.org.");
  }

  private PublicUrl url(String configured) {
    return new PublicUrl(environment, new PublicUrl.Properties(configured));
  }
}
