package dev.annals.http.security;

import dev.annals.base.security.AccessTable;
import dev.annals.base.security.PathSet;
import dev.annals.base.security.TokenProperties;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.http.problem.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.request.async.WebAsyncManagerIntegrationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.HstsHeaderWriter;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
import org.springframework.security.web.header.writers.XXssProtectionHeaderWriter;
import org.springframework.security.web.header.writers.frameoptions.XFrameOptionsHeaderWriter;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;

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
  SecurityFilterChain management() {
    return new DefaultSecurityFilterChain(EndpointRequest.toAnyEndpoint(), headers());
  }

  @Bean
  @Order(1)
  SecurityFilterChain everythingElse(AccessTokens tokens, AccessTable table) {
    return new DefaultSecurityFilterChain(
        AnyRequestMatcher.INSTANCE,
        // Streams have the caller, too.
        new WebAsyncManagerIntegrationFilter(),
        headers(),
        new AccessFilter(table, tokens));
  }

  private static HeaderWriterFilter headers() {
    return new HeaderWriterFilter(
        List.of(
            new XContentTypeOptionsHeaderWriter(),
            new XXssProtectionHeaderWriter(),
            new HstsHeaderWriter(),
            new XFrameOptionsHeaderWriter(XFrameOptionsHeaderWriter.XFrameOptionsMode.DENY),
            SecurityConfiguration::limitCaching));
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
