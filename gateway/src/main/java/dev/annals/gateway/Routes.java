package dev.annals.gateway;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.BooleanSpec;
import org.springframework.cloud.gateway.route.builder.Buildable;
import org.springframework.cloud.gateway.route.builder.GatewayFilterSpec;
import org.springframework.cloud.gateway.route.builder.PredicateSpec;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

/**
 * Maps requests to sides; the first match wins. Some paths belong to one side for every method. Of
 * the others, reads go to the query side and changes to the command side. The gateway answers its
 * probes itself.
 */
@Configuration(proxyBeanMethods = false)
class Routes {

  /** The metadata key of a route's {@link UpstreamGroup}. */
  static final String SIDE = "side";

  private static final String[] GATEWAY = {"/livez", "/readyz"};

  private static final String[] IDENTITY = {
    "/auth/**", "/users/me/**", "/.well-known/**", "/admin/users/**", "/admin/keys/**"
  };

  private static final String[] COMMAND_SIDE = {
    "/files/**",
    "/webhooks/**",
    "/tasks/*/attachments/*",
    "/tasks/*/attachments/*/link",
    "/admin/flags/**",
    "/admin/schedules/**",
    "/admin/sagas/**",
    "/admin/storage"
  };

  private static final String[] DELIVERIES = {"/webhooks/*/deliveries/**", "/webhooks/*/test"};

  private static final String[] QUERY_SIDE = {
    // The query side's Swagger UI shows the gateway's document.
    "/v3/api-docs/**",
    "/swagger-ui.html",
    "/swagger-ui/**",
    "/asyncapi",
    "/",
    "/console/**",
    "/reset-password",
    "/verify-email",
    "/audit/**",
    "/admin/processors/**",
    "/admin/replays/**",
    "/admin/dead-letters/**"
  };

  @Bean
  RouteLocator sideRoutes(RouteLocatorBuilder builder, Upstreams sides) {
    return builder
        .routes()
        .route("identity", to(sides.identity(), request -> request.path(IDENTITY)))
        .route("deliveries", to(sides.queries(), request -> request.path(DELIVERIES)))
        .route("command-side", to(sides.commands(), request -> request.path(COMMAND_SIDE)))
        .route(
            "stomp", to(sides.queries(), request -> request.path("/ws"), UnaryOperator.identity()))
        .route("query-side", to(sides.queries(), request -> request.path(QUERY_SIDE)))
        .route(
            "reads",
            to(
                sides.queries(),
                request -> notOwn(request).and().method(HttpMethod.GET, HttpMethod.HEAD)))
        .route("changes", to(sides.commands(), Routes::notOwn))
        .build();
  }

  private static BooleanSpec notOwn(PredicateSpec request) {
    return request.not(own -> own.path(GATEWAY));
  }

  /** Removes {@code Upgrade}, which only {@code /ws} supports (RFC 9110, 7.8). */
  private static Function<PredicateSpec, Buildable<Route>> to(
      UpstreamGroup side, Function<PredicateSpec, BooleanSpec> requests) {
    return to(side, requests, filters -> filters.removeRequestHeader("Upgrade"));
  }

  private static Function<PredicateSpec, Buildable<Route>> to(
      UpstreamGroup side,
      Function<PredicateSpec, BooleanSpec> requests,
      UnaryOperator<GatewayFilterSpec> more) {
    return request ->
        requests
            .apply(request)
            .filters(filters -> more.apply(filters.preserveHostHeader()))
            .metadata(SIDE, side)
            // Forwarding replaces the host.
            .uri("http://side");
  }
}
