package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names whose addresses change while the gateway runs. Each test has its own name. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "another system may have no address 127.0.0.2")
class LookupTest {

  private static final String ONE = "127.0.0.1";
  private static final String TWO = "127.0.0.2";
  private static final Duration LOOKED_UP = Duration.ofSeconds(3);
  private static final Map<String, List<String>> names = new TreeMap<>();
  private static final HttpClient http = HttpClient.newHttpClient();

  @TempDir private static Path folder;
  private static TestSide one;
  private static Process gateway;
  private static URI url;

  @BeforeAll
  static void start() throws IOException {
    one = TestSide.named("one");
    change("commands.test", ONE);
    change("queries.test", ONE);
    gateway =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                "-cp",
                System.getProperty("java.class.path"),
                Gateway.class.getName(),
                "--server.port=0",
                "--management.server.port=0",
                "--annals.gateway.identity=http://127.0.0.1:" + one.port(),
                "--annals.gateway.commands=http://commands.test:" + one.port(),
                "--annals.gateway.queries=http://queries.test:" + one.port())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    Pattern ready = Pattern.compile("(?m)^Annals is ready: (\\S+)$");
    await().atMost(1, TimeUnit.MINUTES).until(() -> ready.matcher(output()).find());
    Matcher line = ready.matcher(output());
    assertThat(line.find()).isTrue();
    url = URI.create(line.group(1));
  }

  @AfterAll
  static void stop() {
    gateway.destroyForcibly();
    one.close();
  }

  @Test
  void usesTheProcessAtAnAddedAddressOnceItIsReadyAndNoneAtARemovedAddress() throws IOException {
    AtomicBoolean ready = new AtomicBoolean();
    AtomicInteger checks = new AtomicInteger();
    try (TestSide two = second()) {
      two.server().removeContext("/");
      two.server()
          .createContext(
              "/", exchange -> TestSide.answer(exchange, ready.get() ? 200 : 500, "two", ""));
      two.server().removeContext("/readyz");
      two.server()
          .createContext(
              "/readyz",
              exchange -> {
                checks.incrementAndGet();
                TestSide.answer(exchange, ready.get() ? 200 : 503, "two", "");
              });
      change("commands.test", ONE, TWO);
      await()
          .until(
              () -> {
                assertThat(sides("POST")).containsExactly("one");
                return checks.get() > 3;
              });

      ready.set(true);
      await().until(() -> sides("POST").equals(Set.of("one", "two")));

      change("commands.test", TWO);
      await().until(() -> sides("POST").equals(Set.of("two")));
    }
  }

  @Test
  void usesReadyProcessesWhileTheNameHasNoAddressAndNoLaterOneAtTheirAddresses()
      throws IOException {
    try (TestSide two = second()) {
      change("queries.test", TWO);
      await().until(() -> sides("GET").equals(Set.of("two")));

      change("queries.test");
      await().during(LOOKED_UP).until(() -> sides("GET").equals(Set.of("two")));
    }
    assertThat(send("GET").statusCode()).isEqualTo(503);
    await().until(() -> output().contains(" has the processes [http://queries.test:"));
    try (TestSide ofAnotherKind = second()) {
      await().during(LOOKED_UP).until(() -> send("GET").statusCode() == 503);

      change("queries.test", ONE);
      await().until(() -> send("GET").statusCode() == 200);
      assertThat(sides("GET")).containsExactly("one");
    }
  }

  private static TestSide second() {
    return TestSide.named("two", new InetSocketAddress(TWO, one.port()));
  }

  private static void change(String name, String... addresses) throws IOException {
    names.put(name, List.of(addresses));
    StringBuilder lines = new StringBuilder();
    names.forEach((it, all) -> all.forEach(address -> lines.append(address + " " + it + "\n")));
    Path next = Files.writeString(folder.resolve("next"), lines);
    Files.move(next, folder.resolve("hosts"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the processes that answer four requests. */
  private static Set<String> sides(String method) {
    Set<String> sides = new TreeSet<>();
    for (int i = 0; i < 4; i++) {
      HttpResponse<Void> answer = send(method);
      assertThat(answer.statusCode()).isEqualTo(200);
      sides.add(answer.headers().firstValue("Side").orElseThrow());
    }
    return sides;
  }

  private static HttpResponse<Void> send(String method) {
    try {
      return http.send(
          HttpRequest.newBuilder(url.resolve("/notes"))
              .method(method, BodyPublishers.noBody())
              .header("Authorization", "Bearer " + TestTokens.valid())
              .build(),
          BodyHandlers.discarding());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String output() throws IOException {
    return Files.readString(folder.resolve("output"), UTF_8);
  }
}
