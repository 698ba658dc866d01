package dev.annals.gateway;

import dev.annals.base.start.ArrivalProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Sets the {@link Deadlines} of both ports. The management port has its own context. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@EnableConfigurationProperties(ArrivalProperties.class)
public class ArrivalConfiguration {

  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> deadlinesCustomizer(
      ArrivalProperties times) {
    return factory -> factory.addServerCustomizers(new Deadlines(times));
  }
}
