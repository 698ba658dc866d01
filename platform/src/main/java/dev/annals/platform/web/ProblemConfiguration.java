package dev.annals.platform.web;

import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Replaces the error pages of Tomcat and Spring Boot. */
@Configuration(proxyBeanMethods = false)
public class ProblemConfiguration {

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemReports(CorsProperties cors) {
    return factory ->
        factory.addContextCustomizers(
            context -> {
              for (var page : context.findErrorPages()) {
                context.removeErrorPage(page);
              }
              if (context.getParent() instanceof StandardHost host) {
                // The host would add its own valve after this one.
                host.setErrorReportValveClass("");
                host.getPipeline().addValve(new ProblemReportValve(cors));
              }
            });
  }

  @Bean
  ErrorController noErrorEndpoint() {
    return new ErrorController() {};
  }
}
