package dev.annals.eventstore.storage;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** Configures stored JSON: fields only, in the order of declaration; refuses unknown properties. */
final class StoredJson {

  private StoredJson() {}

  static void configure(JsonMapper.Builder mapper) {
    mapper
        .changeDefaultVisibility(
            visibility ->
                visibility
                    .withVisibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
                    .withVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
                    .withVisibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY))
        .annotationIntrospector(new OmittedNulls())
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  /**
   * Omits null components of records. The previous version of the program does not know a component
   * that was added since. A component that was nullable from the start is annotated
   * {@code @JsonInclude}.
   */
  private static final class OmittedNulls extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
      JsonInclude.Value declared = super.findPropertyInclusion(config, annotated);
      return annotated instanceof AnnotatedClass type && type.getRawType().isRecord()
          ? JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS)
              .withOverrides(declared)
          : declared;
    }
  }
}
