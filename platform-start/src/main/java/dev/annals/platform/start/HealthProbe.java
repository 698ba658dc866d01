package dev.annals.platform.start;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;

/**
 * Asks the program that runs beside it, on its management port, whether it is ready: a container's
 * health check, where there is no curl. Ends with exit code 0 if it is, else 1.
 */
public final class HealthProbe {
  private static final int PATIENCE_MILLIS = 3_000;

  private HealthProbe() {}

  public static void main(String[] arguments) {
    System.exit(isReady(System.getenv()) ? 0 : 1);
  }

  /** Whether it is, by the environment that the program was started with. */
  static boolean isReady(Map<String, String> environment) {
    String address = environment.getOrDefault("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
    String port = environment.getOrDefault("MANAGEMENT_SERVER_PORT", "8081");
    URI readiness = URI.create("http://%s:%s/actuator/health/readiness".formatted(address, port));
    try {
      HttpURLConnection question = (HttpURLConnection) readiness.toURL().openConnection();
      question.setConnectTimeout(PATIENCE_MILLIS);
      question.setReadTimeout(PATIENCE_MILLIS);
      return question.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException away) {
      return false;
    }
  }
}
