package dev.annals.push;

import dev.annals.base.problem.Refusal;
import dev.annals.base.web.CorsProperties;
import dev.annals.http.problem.Problems;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Accepts handshakes, from browsers only with an allowed origin. The token follows in a frame. */
record HandshakeValidator(CorsProperties cors) implements HandshakeInterceptor {

  @Override
  public boolean beforeHandshake(
      ServerHttpRequest request,
      ServerHttpResponse response,
      WebSocketHandler handler,
      Map<String, Object> attributes)
      throws IOException {
    HttpHeaders sent = request.getHeaders();
    if (!cors.allowsWebSocket(sent.getOrigin(), sent.getFirst(HttpHeaders.HOST))) {
      return refuse(CorsProperties.refusal(), request, response);
    }
    if (!HttpMethod.GET.equals(request.getMethod())) {
      return refuse(Problems.ofStatus(405).with("Allow", "GET"), request, response);
    }
    if (!"websocket".equalsIgnoreCase(sent.getUpgrade())) {
      return refuse(Problems.ofStatus(400), request, response);
    }
    return true;
  }

  private static boolean refuse(
      Refusal refusal, ServerHttpRequest request, ServerHttpResponse response) throws IOException {
    HttpServletRequest servletRequest = ((ServletServerHttpRequest) request).getServletRequest();
    Problems.write(
        refusal, servletRequest, ((ServletServerHttpResponse) response).getServletResponse());
    return false;
  }

  @Override
  public void afterHandshake(
      ServerHttpRequest request,
      ServerHttpResponse response,
      WebSocketHandler handler,
      Exception failure) {}
}
