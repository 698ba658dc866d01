package dev.annals.files;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.MediaType;
import org.springdoc.core.customizers.OpenApiCustomizer;

/** Describes files in responses by the types that files are allowed to have. */
record AllowedTypes(FileProperties properties) implements OpenApiCustomizer {

  private static final String ANY = org.springframework.http.MediaType.ALL_VALUE;

  @Override
  public void customise(OpenAPI api) {
    api.getPaths().values().stream()
        .flatMap(path -> path.readOperations().stream())
        .flatMap(operation -> operation.getResponses().values().stream())
        .map(response -> response.getContent())
        .filter(content -> content != null && content.containsKey(ANY))
        .forEach(
            content -> {
              MediaType file = content.remove(ANY);
              properties.types().stream().sorted().forEach(type -> content.put(type, file));
            });
  }
}
