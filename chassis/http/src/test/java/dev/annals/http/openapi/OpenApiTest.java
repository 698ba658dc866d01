package dev.annals.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import dev.annals.http.sample.HttpTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenApiTest extends HttpTest {

  @Test
  void listsTheErrorsOfEachOperation() throws Exception {
    var document = document();
    assertThat(document.<Map<String, ?>>read("$.paths['/samples/{id}'].put.responses").keySet())
        .contains("200", "400", "401", "403", "404", "406", "412", "413", "415", "428");
    assertThat(document.<Map<String, ?>>read("$.paths['/open'].get.responses").keySet())
        .contains("200", "406")
        .doesNotContain("401", "403", "404", "412", "415");
    assertThat(
            document.<String>read(
                "$.components.responses.BadRequestOrValidation.content['application/problem+json'].schema.$ref"))
        .isEqualTo("#/components/schemas/Problem");
    assertThat(document.<String>read("$.paths['/samples'].post.responses['400'].$ref"))
        .isEqualTo("#/components/responses/BadRequestOrValidation");
  }

  @Test
  void listsHeadersAsParametersAndNoInjectedTypes() throws Exception {
    var document = document();
    assertThat(document.read("$.paths['/samples/{id}'].put.parameters[*].name").toString())
        .contains("If-Match", "id");
    assertThat(document.<Map<String, ?>>read("$.paths['/whoami'].get"))
        .doesNotContainKey("parameters");
  }

  @Test
  void hasTheMaximumLengths() throws Exception {
    var document = document();
    assertThat(
            document.<Integer>read("$.components.schemas.CreateSample.properties.title.maxLength"))
        .isEqualTo(200);
    assertThat(document.<Integer>read("$.components.schemas.CreateSample.properties.tags.maxItems"))
        .isEqualTo(20);
  }

  @Test
  void describesTextsThatMustBeLines() throws Exception {
    var document = document();
    String line =
        "One line: no control characters, line or paragraph separators; at least one character can"
            + " be seen.";
    String properties = "$.components.schemas.CreateSample.properties.";
    assertThat(document.<String>read(properties + "title.description")).isEqualTo(line);
    assertThat(document.<String>read(properties + "tags.items.description")).isEqualTo(line);
    assertThat(document.<Map<String, ?>>read(properties + "content"))
        .doesNotContainKey("description");
  }

  @Test
  void marksRequiredAndNullableProperties() throws Exception {
    var document = document();
    String create = "$.components.schemas.CreateSample";
    assertThat(document.<List<String>>read(create + ".required")).containsExactly("title");
    assertThat(document.<List<String>>read(create + ".properties.dueAt.type"))
        .containsExactlyInAnyOrder("string", "null");
    assertThat(document.<String>read(create + ".properties.title.type")).isEqualTo("string");
    assertThat(document.<Map<String, ?>>read(create + ".properties.tags.items"))
        .containsOnlyKeys("type", "minLength", "maxLength", "pattern", "description");
    assertThat(document.<List<String>>read("$.components.schemas.UpdateSample.required"))
        .containsExactlyInAnyOrder("title", "content", "dueAt", "done", "rank", "tags");
  }

  @Test
  void namesOperationsAfterTheirController() throws Exception {
    assertThat(document().<String>read("$.paths['/samples'].post.operationId"))
        .isEqualTo("sampleCreate");
  }

  @Test
  void requiresATokenExceptOnPublicEndpoints() throws Exception {
    var document = document();
    assertThat(document.<String>read("$.components.securitySchemes.bearer.scheme"))
        .isEqualTo("bearer");
    assertThat(document.<Map<String, ?>>read("$.paths['/whoami'].get"))
        .doesNotContainKey("security");
    assertThat(document.read("$.paths['/open'].get.security").toString()).isEqualTo("[]");
  }

  @Test
  void servesTheDocumentAsYamlWithoutAToken() throws Exception {
    var answer = http.send(http.to("/v3/api-docs.yaml"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.oai.openapi");
    assertThat(answer.body()).startsWith("openapi: 3.1.0").contains("\n  /samples/{id}:\n");
  }

  private DocumentContext document() throws Exception {
    return JsonPath.parse(http.send(http.to("/v3/api-docs")).body());
  }
}
