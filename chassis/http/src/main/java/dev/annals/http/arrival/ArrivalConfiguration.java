package dev.annals.http.arrival;

import dev.annals.base.start.ArrivalProperties;
import dev.annals.base.start.Uploads;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Sets deadlines for the API port and the management port, which has its own context. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@EnableConfigurationProperties(ArrivalProperties.class)
public class ArrivalConfiguration {

  private static final String MAX_CACHED_BUFFERS = "64";

  @Bean
  WebServerFactoryCustomizer<TomcatWebServerFactory> requestTimeouts(
      ArrivalProperties times, Uploads uploads) {
    return factory -> {
      factory.setProtocol(TimedProtocol.class.getName());
      factory.addConnectorCustomizers(
          connector -> {
            // Sends 100 Continue only when the body is read, so not before the client is
            // authorized.
            connector.setProperty("continueResponseTiming", "onRead");
            connector.setProperty(
                "socket.txBufSize", String.valueOf(ArrivalProperties.SEND_BUFFER));
            // Tomcat caches the buffers of closed connections, 30 KiB of the heap each.
            connector.setProperty("processorCache", MAX_CACHED_BUFFERS);
            connector.setProperty("socket.bufferPool", MAX_CACHED_BUFFERS);
            ((TimedProtocol) connector.getProtocolHandler()).configure(times, uploads);
          });
    };
  }
}
