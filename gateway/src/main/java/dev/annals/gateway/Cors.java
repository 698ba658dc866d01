package dev.annals.gateway;

import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;

/**
 * Allows pages of the configured origins to call the API from a browser. Requests of other pages
 * get no CORS headers, so that browsers withhold the answer; their preflights are answered with
 * 403.
 */
@Configuration(proxyBeanMethods = false)
class Cors {

  private static final Duration PREFLIGHT_TTL = Duration.ofHours(1);

  @Bean
  @Order(-120)
  CorsWebFilter origins(GatewayProperties properties) {
    CorsConfiguration allowed = new CorsConfiguration();
    allowed.setAllowedOrigins(properties.origins());
    allowed.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "DELETE"));
    allowed.setAllowedHeaders(
        List.of(
            HttpHeaders.AUTHORIZATION,
            HttpHeaders.CONTENT_TYPE,
            HttpHeaders.IF_MATCH,
            HttpHeaders.IF_NONE_MATCH,
            HttpHeaders.RANGE,
            "Consistency-Token",
            "Idempotency-Key",
            RequestLog.REQUEST_ID));
    allowed.setExposedHeaders(
        List.of(
            HttpHeaders.ALLOW,
            HttpHeaders.CONTENT_DISPOSITION,
            HttpHeaders.CONTENT_RANGE,
            HttpHeaders.ETAG,
            HttpHeaders.LINK,
            HttpHeaders.LOCATION,
            HttpHeaders.RETRY_AFTER,
            HttpHeaders.WWW_AUTHENTICATE,
            "Cache-Status",
            "Consistency-Token",
            "RateLimit",
            "RateLimit-Policy",
            RequestLog.REQUEST_ID));
    allowed.setMaxAge(PREFLIGHT_TTL);
    return new CorsWebFilter(
        exchange -> {
          ServerHttpRequest request = exchange.getRequest();
          return CorsUtils.isPreFlightRequest(request)
                  || properties.origins().contains(request.getHeaders().getOrigin())
              ? allowed
              : null;
        },
        new ProblemCorsProcessor());
  }

  /** Answers a rejected preflight with a problem document. */
  private static final class ProblemCorsProcessor extends DefaultCorsProcessor {
    @Override
    protected void rejectRequest(ServerHttpResponse response) {
      throw new RefusedException(
          Problem.FORBIDDEN, "Pages of this origin may not send this request.");
    }
  }
}
