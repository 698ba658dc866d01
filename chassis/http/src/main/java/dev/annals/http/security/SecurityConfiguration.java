package dev.annals.http.security;

import dev.annals.base.security.AccessTable;
import dev.annals.base.security.BearerScheme;
import dev.annals.base.security.PathSet;
import dev.annals.base.security.TokenProperties;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.http.problem.Problems;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Denies all requests except those that {@link AccessTable} permits. */
@ChassisConfiguration
@Import({AccessTokens.class, JdbcLiveSessions.class, JdbcVerificationKeys.class})
@EnableConfigurationProperties(TokenProperties.class)
public class SecurityConfiguration {

  @Bean
  @ConditionalOnMissingBean
  AccessTable withoutPathsOfItsOwn() {
    return new AccessTable(PathSet.of(), PathSet.of(), Map.of());
  }

  /** Permits all requests of the management port, which only the operator's network must reach. */
  @Bean
  @Order(0)
  SecurityFilterChain management(HttpSecurity http) {
    stateless(http.securityMatcher(EndpointRequest.toAnyEndpoint()))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll());
    return http.build();
  }

  @Bean
  @Order(1)
  SecurityFilterChain everythingElse(HttpSecurity http, AccessTokens tokens, AccessTable table) {
    JwtAuthenticationProvider callers = new JwtAuthenticationProvider(tokens);
    callers.setJwtAuthenticationConverter(SecurityConfiguration::authentication);
    RequestMatcher open = requests(table.open());
    BearerTokenAuthenticationFilter bearer =
        new BearerTokenAuthenticationFilter(
            (AuthenticationManager) callers::authenticate,
            request -> open.matches(request) ? null : token(request));
    bearer.setAuthenticationEntryPoint(SecurityConfiguration::challenge);
    stateless(http)
        .addFilterBefore(bearer, AnonymousAuthenticationFilter.class)
        .exceptionHandling(
            refused ->
                refused
                    .authenticationEntryPoint(SecurityConfiguration::challenge)
                    .accessDeniedHandler(
                        (request, response, denied) ->
                            Problems.write(Problems.ofStatus(403), request, response)))
        .authorizeHttpRequests(
            requests -> {
              // The rest of an authorized request, whose token may have expired.
              requests.dispatcherTypeMatchers(DispatcherType.ASYNC).permitAll();
              requests.requestMatchers(open).permitAll();
              table
                  .roles()
                  .forEach(
                      (role, paths) ->
                          requests.requestMatchers(requests(paths)).hasRole(role.name()));
              requests.anyRequest().authenticated();
            });
    return http.build();
  }

  private static RequestMatcher requests(PathSet paths) {
    return paths.patterns().isEmpty()
        ? request -> false
        : new OrRequestMatcher(
            paths.patterns().stream()
                .map(pattern -> PathPatternRequestMatcher.pathPattern(pattern.getPatternString()))
                .toArray(RequestMatcher[]::new));
  }

  private static @Nullable Authentication token(HttpServletRequest request) {
    List<String> sent =
        BearerScheme.tokens(Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)));
    if (sent.isEmpty()) {
      return null;
    }
    if (sent.size() > 1 || sent.get(0).isEmpty()) {
      throw new InvalidBearerTokenException("A request has one token");
    }
    return new BearerTokenAuthenticationToken(sent.get(0));
  }

  private static AbstractAuthenticationToken authentication(Jwt token) {
    Caller caller = Caller.of(token);
    return UsernamePasswordAuthenticationToken.authenticated(
        caller,
        null,
        caller.roles().stream().map(role -> new SimpleGrantedAuthority("ROLE_" + role)).toList());
  }

  private static void challenge(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refused)
      throws IOException {
    String challenge =
        refused instanceof InvalidBearerTokenException
            ? BearerScheme.INVALID_TOKEN
            : BearerScheme.CHALLENGE;
    Problems.write(
        Problems.ofStatus(401).with(HttpHeaders.WWW_AUTHENTICATE, challenge), request, response);
  }

  private static HttpSecurity stateless(HttpSecurity http) {
    return http.csrf(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .headers(
            headers ->
                headers
                    .cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                    .addHeaderWriter(SecurityConfiguration::limitCaching))
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
  }

  /**
   * Lets the client's cache revalidate a resource by its ETag, and keeps everything else out of
   * caches, as Spring Security does. This includes 304, which Spring Security omits.
   */
  private static void limitCaching(HttpServletRequest request, HttpServletResponse response) {
    if (response.containsHeader("Cache-Control")) {
      return;
    }
    boolean read = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    if (read && response.containsHeader("ETag")) {
      response.setHeader("Cache-Control", "private, no-cache");
    } else {
      response.setHeader("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate");
      response.setHeader("Pragma", "no-cache");
      response.setHeader("Expires", "0");
    }
  }

  /** Disables observations of single filters, since requests are observed as a whole. */
  @Bean
  SecurityObservationSettings observeNoFilters() {
    return SecurityObservationSettings.noObservations();
  }

  /**
   * Accepts unknown methods, which the endpoints answer with 405, and header bytes beyond ASCII
   * (opaque by RFC 9110, 5.5). The container rejects forbidden bytes.
   */
  @Bean
  StrictHttpFirewall firewall() {
    StrictHttpFirewall firewall = new StrictHttpFirewall();
    firewall.setUnsafeAllowAnyHttpMethod(true);
    firewall.setAllowedHeaderValues(value -> true);
    return firewall;
  }

  @Bean
  RequestRejectedHandler rejectedRequests() {
    return (request, response, rejected) ->
        Problems.write(Problems.of(rejected), request, response);
  }
}
