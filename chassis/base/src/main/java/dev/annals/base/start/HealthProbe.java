package dev.annals.base.start;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;

/**
 * A health check for containers without curl: requests the readiness of the program from its
 * management port and exits with 0 if it is ready, else with 1.
 */
public final class HealthProbe {
  private static final int TIMEOUT_MILLIS = 3_000;

  private HealthProbe() {}

  public static void main(String[] arguments) {
    System.exit(isReady(System.getenv()) ? 0 : 1);
  }

  static boolean isReady(Map<String, String> environment) {
    String address = environment.getOrDefault("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
    String port = environment.getOrDefault("MANAGEMENT_SERVER_PORT", "8081");
    URI readiness = URI.create("http://%s:%s/actuator/health/readiness".formatted(address, port));
    try {
      HttpURLConnection request = (HttpURLConnection) readiness.toURL().openConnection();
      request.setConnectTimeout(TIMEOUT_MILLIS);
      request.setReadTimeout(TIMEOUT_MILLIS);
      return request.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException unreachable) {
      return false;
    }
  }
}
