package dev.annals.http.limit;

import dev.annals.base.start.ChassisConfiguration;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Places the limits by address around the limit of body sizes, whose order is -110. */
@ChassisConfiguration
@Import({ClientAddresses.class, FairProcessors.class, Limits.class, SharedBuckets.class})
@EnableConfigurationProperties(ClientAddresses.Properties.class)
class LimitConfiguration {

  @Bean
  @ConditionalOnMissingBean
  RateLimits noLimits() {
    return new RateLimits(Map.of());
  }

  /** Before the limit of body sizes, so that its refusals have the headers, too. */
  @Bean
  FilterRegistrationBean<Filter> limitsShown(RateLimits table, Limits limits) {
    return filter(table, limits::show, -115);
  }

  @Bean
  FilterRegistrationBean<Filter> limitsByAddress(RateLimits table, Limits limits) {
    return filter(table, limits::admit, -106);
  }

  /** Directly after Spring Security, whose order is -100, so that the caller is known. */
  @Bean
  FilterRegistrationBean<Filter> limitsByUserShown(RateLimits table, Limits limits) {
    return filter(table, limits::showUser, -99);
  }

  /** Handles a limited request before the next filter. */
  private interface Step {
    void take(RateLimitPolicy policy, HttpServletRequest request, HttpServletResponse response);
  }

  private static FilterRegistrationBean<Filter> filter(RateLimits table, Step step, int order) {
    FilterRegistrationBean<Filter> registration =
        new FilterRegistrationBean<>(
            (request, response, chain) -> {
              HttpServletRequest limited = (HttpServletRequest) request;
              table
                  .policyOf(limited)
                  .ifPresent(policy -> step.take(policy, limited, (HttpServletResponse) response));
              chain.doFilter(request, response);
            });
    registration.setOrder(order);
    registration.setEnabled(!table.allowances().isEmpty());
    return registration;
  }
}
