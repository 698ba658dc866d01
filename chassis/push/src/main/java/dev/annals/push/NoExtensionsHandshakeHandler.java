package dev.annals.push;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * Does a handshake and declines every extension (RFC 6455, 9.1), as the gateway does. Tomcat fails
 * on parameters of {@code permessage-deflate} that it cannot satisfy.
 */
final class NoExtensionsHandshakeHandler implements HandshakeHandler {

  private static final String HEADER = "Sec-WebSocket-Extensions";

  private final HandshakeHandler handshake = new DefaultHandshakeHandler();

  @Override
  public boolean doHandshake(
      ServerHttpRequest request,
      ServerHttpResponse response,
      WebSocketHandler handler,
      Map<String, Object> attributes) {
    HttpServletRequest sent = ((ServletServerHttpRequest) request).getServletRequest();
    return handshake.doHandshake(
        new ServletServerHttpRequest(new Plain(sent)), response, handler, attributes);
  }

  private static final class Plain extends HttpServletRequestWrapper {

    private Plain(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getHeader(String name) {
      return HEADER.equalsIgnoreCase(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return HEADER.equalsIgnoreCase(name)
          ? Collections.emptyEnumeration()
          : super.getHeaders(name);
    }
  }
}
