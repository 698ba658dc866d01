package dev.annals.command.limit;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Places the limits by address around the limit of body sizes, whose order is -110. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitProperties.class)
class LimitConfiguration {

  /** Before the limit of body sizes, so that its refusals have the headers, too. */
  @Bean
  FilterRegistrationBean<Filter> limitsShown(Limits limits) {
    return filter(limits::show, -115);
  }

  @Bean
  FilterRegistrationBean<Filter> limitsByAddress(Limits limits) {
    return filter(limits::admit, -106);
  }

  /** Directly after Spring Security, whose order is -100, so that the caller is known. */
  @Bean
  FilterRegistrationBean<Filter> limitsByUserShown(Limits limits) {
    return filter(limits::showUser, -99);
  }

  /** Handles a limited request before the next filter. */
  private interface Step {
    void take(Policy policy, HttpServletRequest request, HttpServletResponse response);
  }

  private static FilterRegistrationBean<Filter> filter(Step step, int order) {
    FilterRegistrationBean<Filter> registration =
        new FilterRegistrationBean<>(
            (request, response, chain) -> {
              HttpServletRequest limited = (HttpServletRequest) request;
              Policy.of(limited)
                  .ifPresent(policy -> step.take(policy, limited, (HttpServletResponse) response));
              chain.doFilter(request, response);
            });
    registration.setOrder(order);
    return registration;
  }
}
