package dev.annals.platform.arrival;

import dev.annals.platform.start.ArrivalProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Gives the requests of both ports their deadlines. The management port has its own context. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@EnableConfigurationProperties(ArrivalProperties.class)
public class ArrivalConfiguration {

  private static final String MAX_KEPT_BUFFERS = "64";

  @Bean
  WebServerFactoryCustomizer<TomcatWebServerFactory> timesToArrive(ArrivalProperties times) {
    return factory -> {
      factory.setProtocol(TimedProtocol.class.getName());
      factory.addConnectorCustomizers(
          connector -> {
            // A client is told to send its body when it is wanted, not before it is let in.
            connector.setProperty("continueResponseTiming", "onRead");
            connector.setProperty(
                "socket.txBufSize", String.valueOf(ArrivalProperties.SEND_BUFFER));
            // Tomcat keeps the buffers of closed connections, 30 KiB of the heap each.
            connector.setProperty("processorCache", MAX_KEPT_BUFFERS);
            connector.setProperty("socket.bufferPool", MAX_KEPT_BUFFERS);
            ((TimedProtocol) connector.getProtocolHandler()).setTimes(times);
          });
    };
  }
}
