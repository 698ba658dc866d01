package dev.annals.push;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.base.web.CorsProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;

/**
 * Registers the endpoint at {@code /ws} and the stream of notifications. Only the handshake is
 * Spring's: its message broker would block threads on clients, and has no cursor in their inboxes.
 */
@ChassisConfiguration
@Import({
  AsyncApiController.class,
  NotificationStreamController.class,
  StompHandler.class,
  Subscriptions.class
})
@EnableWebSocket
@ConditionalOnBean(NotificationSource.class)
public class StompConfiguration {

  @Bean
  WebSocketConfigurer endpoint(StompHandler handler, CorsProperties cors) {
    return registry ->
        registry
            .addHandler(handler, "/ws")
            .addInterceptors(new HandshakeValidator(cors))
            .setHandshakeHandler(new NoExtensionsHandshakeHandler())
            // The interceptor checks the origin, and refuses with a problem document.
            .setAllowedOriginPatterns("*");
  }
}
