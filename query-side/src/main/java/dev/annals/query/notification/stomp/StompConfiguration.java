package dev.annals.query.notification.stomp;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/**
 * Puts the endpoint at {@code /ws}. Spring does the handshake alone: its message broker would wait
 * for clients with threads of its own, and would not know where in their inboxes they are.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
@EnableConfigurationProperties(PushProperties.class)
class StompConfiguration implements WebSocketConfigurer {

  private final StompHandler handler;
  private final HandshakeValidator handshake;

  StompConfiguration(StompHandler handler, PushProperties properties) {
    this.handler = handler;
    this.handshake = new HandshakeValidator(properties.origins());
  }

  @Override
  public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
    registry
        .addHandler(handler, "/ws")
        .addInterceptors(handshake)
        .setHandshakeHandler(new NoExtensionsHandshakeHandler())
        // The interceptor has looked already, and says no as every endpoint does.
        .setAllowedOriginPatterns("*");
  }
}
