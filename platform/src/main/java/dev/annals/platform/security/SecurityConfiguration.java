package dev.annals.platform.security;

import dev.annals.platform.problem.Problems;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderNotFoundException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Denies all requests except those that {@link Access} permits. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TokenProperties.class)
public class SecurityConfiguration {

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
  SecurityFilterChain everythingElse(
      HttpSecurity http, BearerTokens bearer, EndpointAuthorization endpoints) {
    stateless(http)
        .securityContext(context -> context.securityContextRepository(bearer))
        .exceptionHandling(
            refused ->
                refused
                    .authenticationEntryPoint(bearer)
                    .accessDeniedHandler(
                        (request, response, denied) ->
                            Problems.ofStatus(403).write(request, response)))
        .authorizeHttpRequests(
            requests ->
                requests
                    // The rest of an authorized request, whose token may have expired.
                    .dispatcherTypeMatchers(DispatcherType.ASYNC)
                    .permitAll()
                    .requestMatchers(
                        "/livez",
                        "/readyz",
                        // The first frame has the token.
                        "/ws",
                        // Only the standalone program has this page.
                        "/notifications.html",
                        "/v3/api-docs/**",
                        "/v3/api-docs.yaml",
                        "/swagger-ui.html",
                        "/swagger-ui/**")
                    .permitAll()
                    .anyRequest()
                    .access(endpoints));
    return http.build();
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
                    .addHeaderWriter(SecurityConfiguration::keepFromCaches))
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
  }

  /** Writes the headers of Spring Security, also for 304, which it omits. */
  private static void keepFromCaches(HttpServletRequest request, HttpServletResponse response) {
    if (!response.containsHeader("Cache-Control")) {
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

  /** Keeps Spring Boot from creating a user with a generated password. */
  @Bean
  AuthenticationManager noPasswordLogin() {
    return authentication -> {
      throw new ProviderNotFoundException("Only access tokens authenticate callers");
    };
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
    return (request, response, rejected) -> Problems.of(rejected).write(request, response);
  }

  @Bean
  WebMvcConfigurer accessOfTheChosenEndpoint(EndpointAuthorization endpoints) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(endpoints);
      }
    };
  }
}
