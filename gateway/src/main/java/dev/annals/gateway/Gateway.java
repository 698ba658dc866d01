package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annals.base.security.TokenProperties;
import dev.annals.base.start.AnnalsApplication;
import dev.annals.base.web.BodyProperties;
import dev.annals.base.web.CorsProperties;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.Security;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.filter.headers.observation.DefaultGatewayObservationConvention;
import org.springframework.cloud.gateway.filter.headers.observation.GatewayContext;
import org.springframework.cloud.gateway.filter.headers.observation.GatewayObservationConvention;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.web.reactive.accept.HeaderContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolverBuilder;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The gateway program. It has no state, so any number of instances can run. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties({
  GatewayProperties.class,
  BodyProperties.class,
  CorsProperties.class,
  TokenProperties.class
})
public class Gateway {

  // A weight of 0 means "not acceptable" (RFC 9110, 12.4.2).
  private static final Pattern GZIP =
      Pattern.compile("(?i)(?:^|,)\\s*gzip\\s*(?:$|,|;\\s*q=(?!0(?:\\.0*)?\\s*(?:$|,)))");

  /** Starts the gateway. A failed start prints one sentence and exits with code 1. */
  public static void main(String[] arguments) {
    // Java would use the addresses of a name for 30 s. See Upstreams.
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    AnnalsApplication.run(Gateway.class, arguments);
  }

  @Bean
  RouterFunction<ServerResponse> apiDocumentRoutes(ApiDocument document) {
    return apiDocumentRoute(document, ApiDocument.PATH, MediaType.APPLICATION_JSON)
        // JSON is valid YAML.
        .and(
            apiDocumentRoute(
                document,
                ApiDocument.PATH + ".yaml",
                MediaType.valueOf("application/vnd.oai.openapi")));
  }

  /** Treats {@code Accept} with more types than Spring sorts as any type. The sides evaluate it. */
  @Bean
  WebFluxConfigurer acceptHeaderConfigurer() {
    HeaderContentTypeResolver resolver = new HeaderContentTypeResolver();
    return new WebFluxConfigurer() {
      @Override
      public void configureContentTypeResolver(RequestedContentTypeResolverBuilder builder) {
        builder.resolver(
            exchange -> {
              try {
                return resolver.resolveMediaTypes(exchange);
              } catch (InvalidMimeTypeException tooMany) {
                return RequestedContentTypeResolver.MEDIA_TYPE_ALL_LIST;
              }
            });
      }
    };
  }

  private static RouterFunction<ServerResponse> apiDocumentRoute(
      ApiDocument document, String path, MediaType type) {
    return RouterFunctions.route(
        RequestPredicates.methods(HttpMethod.GET, HttpMethod.HEAD)
            .and(RequestPredicates.path(path)),
        request ->
            document
                .merged(
                    request.uri().getScheme()
                        + "://"
                        + request.headers().firstHeader(HttpHeaders.HOST))
                .flatMap(merged -> answer(request, type, merged.toString().getBytes(UTF_8))));
  }

  private static Mono<ServerResponse> answer(
      ServerRequest request, MediaType type, byte[] document) {
    ServerResponse.BodyBuilder answer =
        ServerResponse.ok().contentType(type).varyBy(HttpHeaders.ACCEPT_ENCODING);
    String accepted = String.join(",", request.headers().header(HttpHeaders.ACCEPT_ENCODING));
    return GZIP.matcher(accepted).find()
        ? answer.header(HttpHeaders.CONTENT_ENCODING, "gzip").bodyValue(gzip(document))
        : answer.bodyValue(document);
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  /** Leaves the query out of traces, since it may hold a token or a signature. */
  @Bean
  GatewayObservationConvention pathOnlyObservationConvention() {
    return new DefaultGatewayObservationConvention() {
      @Override
      public KeyValues getHighCardinalityKeyValues(GatewayContext context) {
        return KeyValues.of("http.uri", context.getRequest().getURI().getRawPath());
      }
    };
  }

  /** Tags unknown methods as {@code UNKNOWN}, since each name would add a time series. */
  @Bean
  MeterFilter httpMethodMeterFilter() {
    Set<String> known =
        Arrays.stream(HttpMethod.values()).map(HttpMethod::name).collect(Collectors.toSet());
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id meter) {
        return meter.replaceTags(
            meter.getTags().stream()
                .map(
                    tag ->
                        tag.getKey().toLowerCase(Locale.ROOT).endsWith("method")
                                && !known.contains(tag.getValue())
                            ? Tag.of(tag.getKey(), "UNKNOWN")
                            : tag)
                .toList());
      }
    };
  }

  @Bean
  HttpClientCustomizer responseTimeoutCustomizer(GatewayProperties properties) {
    return client -> client.responseTimeout(properties.responseTimeout());
  }
}
