package dev.annals.gateway;

import dev.annals.platform.start.CannotStartException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.function.Function;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.BooleanSpec;
import org.springframework.cloud.gateway.route.builder.Buildable;
import org.springframework.cloud.gateway.route.builder.PredicateSpec;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;

/**
 * Which side answers what. The first match wins: what the gateway answers itself, what one side
 * answers whatever the method, and of the rest the reads to the query side, the changes to the
 * command side.
 */
@Configuration(proxyBeanMethods = false)
class Routes {

  private static final String[] GATEWAY = {
    "/livez", "/readyz", "/v3/api-docs/**", "/swagger-ui.html", "/swagger-ui/**"
  };

  private static final String[] COMMAND_SIDE = {
    "/auth/**",
    "/users/me/**",
    "/.well-known/**",
    "/files/**",
    "/tasks/*/attachments/*",
    "/tasks/*/attachments/*/link",
    "/admin/users/**",
    "/admin/flags/**",
    "/admin/schedules/**",
    "/admin/sagas/**",
    "/admin/storage",
    "/admin/keys/**"
  };

  private static final String[] QUERY_SIDE = {
    "/ws", "/audit/**", "/admin/processors/**", "/admin/replays/**", "/admin/dead-letters/**"
  };

  private static final Set<String> SCHEMES = Set.of("http", "https");

  @Bean
  RouteLocator table(RouteLocatorBuilder routes, Environment environment) {
    URI command = backEnd("annals.gateway.command-url", environment);
    URI query = backEnd("annals.gateway.query-url", environment);
    return routes
        .routes()
        .route("command-side", to(command, request -> request.path(COMMAND_SIDE)))
        .route("query-side", to(query, request -> request.path(QUERY_SIDE)))
        .route(
            "reads",
            to(query, request -> notOwn(request).and().method(HttpMethod.GET, HttpMethod.HEAD)))
        .route("changes", to(command, Routes::notOwn))
        .build();
  }

  private static BooleanSpec notOwn(PredicateSpec request) {
    return request.not(own -> own.path(GATEWAY));
  }

  private static Function<PredicateSpec, Buildable<Route>> to(
      URI side, Function<PredicateSpec, BooleanSpec> requests) {
    return request ->
        requests.apply(request).filters(filters -> filters.preserveHostHeader()).uri(side);
  }

  private static URI backEnd(String property, Environment environment) {
    try {
      URI url = new URI(environment.getProperty(property, ""));
      // A path would be dropped without a word.
      if (url.getHost() != null
          && SCHEMES.contains(url.getScheme())
          && Set.of("", "/").contains(url.getPath())) {
        return url;
      }
    } catch (URISyntaxException notOne) {
      // Said below.
    }
    throw new CannotStartException(
        "The property %s has to be the URL of that side, such as http://localhost:8080."
            .formatted(property));
  }
}
