package dev.annals.query.notification.stomp;

import dev.annals.platform.problem.ProblemResponse;
import dev.annals.platform.problem.Problems;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.util.WebUtils;

/**
 * Accepts WebSocket handshakes, from browsers only with an allowed origin. The token follows in a
 * frame.
 */
record HandshakeValidator(List<String> allowedOrigins) implements HandshakeInterceptor {

  @Override
  public boolean beforeHandshake(
      ServerHttpRequest request,
      ServerHttpResponse response,
      WebSocketHandler handler,
      Map<String, Object> attributes)
      throws IOException {
    if (!HttpMethod.GET.equals(request.getMethod())) {
      return refuse(Problems.ofStatus(405).with("Allow", "GET"), request, response);
    }
    if (!"websocket".equalsIgnoreCase(request.getHeaders().getUpgrade())) {
      return refuse(Problems.ofStatus(400), request, response);
    }
    String origin = request.getHeaders().getOrigin();
    boolean allowed = allowedOrigins.contains(origin) || WebUtils.isSameOrigin(request);
    return allowed || refuse(Problems.ofStatus(403), request, response);
  }

  private static boolean refuse(
      ProblemResponse answer, ServerHttpRequest request, ServerHttpResponse response)
      throws IOException {
    HttpServletRequest servletRequest = ((ServletServerHttpRequest) request).getServletRequest();
    answer.write(servletRequest, ((ServletServerHttpResponse) response).getServletResponse());
    return false;
  }

  @Override
  public void afterHandshake(
      ServerHttpRequest request,
      ServerHttpResponse response,
      WebSocketHandler handler,
      Exception failure) {}
}
