package dev.annals.http.openapi;

import dev.annals.http.web.QueryParameter;
import dev.annals.http.web.QueryParameters;
import dev.annals.http.web.Sort;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.providers.JavadocProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.MethodParameter;
import org.springframework.web.method.HandlerMethod;

/** Describes the query parameters that records of {@link QueryParameters} declare. */
record ParameterDescriptions(ObjectProvider<JavadocProvider> javadoc)
    implements OperationCustomizer {

  private static final String WITHOUT_NUL = "^[^\\x00]*$";
  private static final String NOT_BLANK = "^[^\\x00]*[^\\s\\x00][^\\x00]*$";

  @Override
  public Operation customize(Operation operation, HandlerMethod method) {
    Stream.of(method.getMethodParameters())
        .map(MethodParameter::getParameterType)
        .filter(QueryParameters.class::isAssignableFrom)
        .flatMap(QueryParameter::of)
        .map(this::describe)
        // Methods of one path, which differ in their media types, are one operation.
        .filter(it -> operation.getParameters() == null || !operation.getParameters().contains(it))
        .forEach(operation::addParametersItem);
    return operation;
  }

  private Parameter describe(QueryParameter parameter) {
    return new Parameter()
        .in("query")
        .name(parameter.name())
        .description(
            javadoc.stream()
                .map(it -> it.getRecordClassParamJavadoc(parameter.declaringRecord()))
                .flatMap(it -> Stream.ofNullable(it.get(parameter.name())))
                .findFirst()
                .orElse(null))
        .schema(parameter.isRepeatable() ? list(parameter) : value(parameter));
  }

  private static Schema<?> list(QueryParameter parameter) {
    Schema<?> list = new ArraySchema().items(value(parameter));
    if (parameter.type() == Sort.class) {
      list.uniqueItems(true).setDefault(List.of(parameter.defaultText()));
    } else {
      list.setMaxItems(parameter.maxCount());
    }
    return list;
  }

  private static Schema<?> value(QueryParameter parameter) {
    if (parameter.type() == Sort.class) {
      return new StringSchema()
          ._enum(
              parameter.allowed().stream()
                  .flatMap(it -> Stream.of(it, it + ",asc", it + ",desc"))
                  .toList());
    }
    Schema<?> schema =
        ModelConverters.getInstance(true)
            .resolveAsResolvedSchema(new AnnotatedType(parameter.type()))
            .schema;
    parameter.defaultValue().ifPresent(schema::setDefault);
    boolean bounded = parameter.max() < Long.MAX_VALUE;
    if (parameter.type() == String.class) {
      schema
          .pattern(parameter.min() == 0 ? WITHOUT_NUL : NOT_BLANK)
          .minLength(parameter.min() == 0 ? null : (int) parameter.min())
          .maxLength(bounded ? (int) parameter.max() : null);
    } else if (parameter.type() == int.class || parameter.type() == long.class) {
      schema
          .minimum(BigDecimal.valueOf(parameter.min()))
          .maximum(bounded ? BigDecimal.valueOf(parameter.max()) : null);
    }
    return schema;
  }
}
