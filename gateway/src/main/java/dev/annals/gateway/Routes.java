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
 * Which side answers what. The first match wins: what the gateway answers itself, what one side
 * answers whatever the method, and of the rest the reads to the query side, the changes to the
 * command side.
 */
@Configuration(proxyBeanMethods = false)
class Routes {

  /** The key of a route's metadata with its {@link UpstreamGroup}. */
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
    // Its page of the API documents shows the gateway's own one.
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
  RouteLocator table(RouteLocatorBuilder routes, Upstreams sides) {
    return routes
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

  /** Elsewhere nobody takes up what {@code Upgrade} offers (RFC 9110, 7.8). */
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
            // Which process it is, Forwarding decides.
            .uri("http://side");
  }
}
