package dev.annals.query.console;

import dev.annals.api.ApiPaths;
import dev.annals.http.web.PublicUrl;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** Serves the console, and leads browsers to it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsoleProperties.class)
class ConsoleConfiguration {

  @Bean
  HandlerMapping consoleMapping(ConsoleProperties console, PublicUrl url) {
    // Before Spring's static resources.
    return new SimpleUrlHandlerMapping(
        Map.of("/console/**", new ConsoleFiles(console, address(url))), 1);
  }

  /**
   * Leads browsers that open {@code /} to the console. Runs just before Spring Security, which
   * refuses {@code /} without a token.
   */
  @Bean
  FilterRegistrationBean<Filter> consoleOfBrowsers(ConsoleProperties console, PublicUrl url) {
    FilterRegistrationBean<Filter> registration =
        new FilterRegistrationBean<>(
            (request, response, chain) -> {
              if (console.enabled() && opensTheSite((HttpServletRequest) request)) {
                ((HttpServletResponse) response).addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
                redirect((HttpServletResponse) response, 302, address(url));
              } else {
                chain.doFilter(request, response);
              }
            });
    registration.setOrder(-105);
    return registration;
  }

  private static boolean opensTheSite(HttpServletRequest request) {
    return ApiPaths.opensTheSite(
        request.getMethod(),
        request.getRequestURI(),
        Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
  }

  /** Returns the path of the console under the public URL, which can have a path of its own. */
  private static String address(PublicUrl url) {
    return url.configured().map(it -> URI.create(it).getRawPath()).orElse("") + "/console/";
  }

  static void redirect(HttpServletResponse response, int status, String location) {
    response.setStatus(status);
    response.setHeader(HttpHeaders.LOCATION, location);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
  }
}
