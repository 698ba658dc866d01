package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class StreamTest extends HttpTest {

  @Test
  void startsAStreamAfterTheFiltersHaveWrittenTheirHeaders() throws Exception {
    HttpResponse<String> answer = http.get("/stream");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("x");
    assertThat(answer.headers().firstValue("Late")).contains("written");
    assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
  }
}
