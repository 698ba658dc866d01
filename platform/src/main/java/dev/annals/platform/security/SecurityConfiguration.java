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

/** Closes everything, and opens what {@link Access} says. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TokenProperties.class)
public class SecurityConfiguration {

  /** The management port is for the operator's network, which keeps others from it. */
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
                    // The rest of a request that was let in, perhaps after its token's end.
                    .dispatcherTypeMatchers(DispatcherType.ASYNC)
                    .permitAll()
                    .requestMatchers(
                        "/livez",
                        "/readyz",
                        // Its first frame brings the token.
                        "/ws",
                        // A page of the standalone program; elsewhere there is none.
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

  /** As Spring Security's own, which leaves 304 out: there the headers of 200 belong, too. */
  private static void keepFromCaches(HttpServletRequest request, HttpServletResponse response) {
    if (!response.containsHeader("Cache-Control")) {
      response.setHeader("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate");
      response.setHeader("Pragma", "no-cache");
      response.setHeader("Expires", "0");
    }
  }

  /** Requests are observed as a whole; each filter on its own costs more than it tells. */
  @Bean
  SecurityObservationSettings observeNoFilters() {
    return SecurityObservationSettings.noObservations();
  }

  /** Nobody signs in here; without this one, Spring Boot makes up a user with a password. */
  @Bean
  AuthenticationManager nobodySignsIn() {
    return authentication -> {
      throw new ProviderNotFoundException("Callers bring tokens");
    };
  }

  /**
   * Methods that nobody knows are for the endpoints to refuse, with 405. Bytes of a header beyond
   * ASCII mean nothing (RFC 9110, 5.5); the container refuses those that may not be there.
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
