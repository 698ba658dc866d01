package dev.annals.http.json;

import dev.annals.base.start.ChassisConfiguration;
import jakarta.validation.Validator;
import java.util.Set;
import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import tools.jackson.databind.json.JsonMapper;

/** Configures strict JSON, for HTTP and for the injected mapper. */
@ChassisConfiguration
public class JsonConfiguration {

  private static final Set<MediaType> OTHER_FORMATS =
      Set.of(MediaType.APPLICATION_YAML, MediaType.APPLICATION_CBOR, MediaType.APPLICATION_XML);

  @Bean
  JsonMapperBuilderCustomizer strictJson() {
    return StrictJson::configure;
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  ServerHttpMessageConvertersCustomizer jsonBodies(JsonMapper json, Validator validator) {
    JsonConverter converter = new JsonConverter(json, new BodyReader(json, validator));
    return converters ->
        converters
            .withJsonConverter(converter)
            .configureMessageConvertersList(
                list -> list.removeIf(JsonConfiguration::isOtherFormat));
  }

  /** Returns whether a converter, added by a library, reads another format without validation. */
  private static boolean isOtherFormat(HttpMessageConverter<?> converter) {
    return converter.getSupportedMediaTypes().stream().anyMatch(OTHER_FORMATS::contains);
  }
}
