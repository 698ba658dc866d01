package dev.annals.command.limit;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the limits by address around the one on the size of bodies, whose order is -110. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitProperties.class)
class LimitConfiguration {

  /** A body that is too large is refused first, with the headers of the limit all the same. */
  @Bean
  FilterRegistrationBean<Filter> limitsShown(Limits limits) {
    return filter(limits::show, -115);
  }

  @Bean
  FilterRegistrationBean<Filter> limitsByAddress(Limits limits) {
    return filter(limits::admit, -106);
  }

  /** Just after Spring Security, whose order is -100: the caller is known. */
  @Bean
  FilterRegistrationBean<Filter> limitsByUserShown(Limits limits) {
    return filter(limits::showUser, -99);
  }

  /** What is done with a request that is limited, before it goes on. */
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
