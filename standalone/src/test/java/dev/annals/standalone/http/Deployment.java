package dev.annals.standalone.http;

import dev.annals.servers.LinearGrowth;
import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.Postbox;
import dev.annals.standalone.SplitDeployment;
import dev.annals.standalone.SplitDeployment.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.util.FileSystemUtils;

/**
 * Injects the {@link Annals} under test, the {@link LinearGrowth} of its CPU time, and its {@link
 * Database}, {@link Stores} or {@link SplitDeployment} (null if the tests cannot reach them). All
 * tests of a JVM share one deployment: the one of the system property {@code annals.url}, or else
 * packaged programs that run from the first test to the last. These are the standalone program or,
 * with {@code annals.deployment=split}, two processes of each side behind the gateway, so that a
 * change, its repetition and a read reach different instances. Tests {@linkplain InBrowser in a
 * browser} have a standalone program of their own. The first administrator is {@link Annals#ADMIN}.
 */
final class Deployment implements ParameterResolver {

  /** The origin whose pages may use the deployment. */
  static final String ORIGIN = "https://notes.example.org";

  private static final String URL = "annals.url";
  private static final String DEPLOYMENT = "annals.deployment";
  private static final String STANDALONE = "standalone";
  private static final int INSTANCES = 2;
  private static final Duration NEGLIGIBLE = Duration.ofMillis(500);
  private static final Pattern MONGO = Pattern.compile("mongo\\.mv, at (127.0.0.1:\\d+)");
  private static final Pattern REDIS = Pattern.compile("in memory, at (127.0.0.1:\\d+)");

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    Class<?> type = parameter.getParameter().getType();
    return type == Annals.class
        || type == Database.class
        || type == Stores.class
        || type == LinearGrowth.class
        || type == SplitDeployment.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    boolean inBrowser =
        isStandalone() && test.getRequiredTestClass().isAnnotationPresent(InBrowser.class);
    Running running =
        test.getRoot()
            .getStore(Namespace.create(Deployment.class))
            .computeIfAbsent(
                inBrowser ? InBrowser.class : Running.class,
                first -> start(inBrowser),
                Running.class);
    Class<?> type = parameter.getParameter().getType();
    if (type == Stores.class) {
      return running.stores();
    }
    if (type == LinearGrowth.class) {
      return new LinearGrowth(() -> cpuTime(running.processes()), NEGLIGIBLE);
    }
    if (type == SplitDeployment.class) {
      return running.end() instanceof SplitDeployment split ? split : null;
    }
    return type == Annals.class ? running.annals() : running.database();
  }

  private static Duration cpuTime(Supplier<Stream<ProcessHandle>> processes) {
    return processes
        .get()
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static boolean isStandalone() {
    return System.getProperty(URL) == null
        && System.getProperty(DEPLOYMENT, STANDALONE).equals(STANDALONE);
  }

  private static Running start(boolean inBrowser) {
    if (isStandalone()) {
      return Running.packaged(inBrowser);
    }
    String url = System.getProperty(URL);
    return url == null ? Running.split() : Running.elsewhere(URI.create(url));
  }

  /** Each process has all of it, though behind a gateway only the gateway needs the origins. */
  private static Map<String, String> configuration() {
    Map<String, String> variables = new HashMap<>(Annals.ADMIN);
    variables.put("ANNALS_CORS_ORIGINS", ORIGIN);
    // The receivers of tests are in this machine.
    variables.put("ANNALS_WEBHOOKS_PUBLIC_ONLY", "false");
    return variables;
  }

  /** The deployment of this JVM. JUnit closes it with its store. */
  private record Running(
      Annals annals,
      Database database,
      Stores stores,
      Supplier<Stream<ProcessHandle>> processes,
      AutoCloseable end)
      implements AutoCloseable {

    static Running elsewhere(URI url) {
      return new Running(
          new Annals(url, Optional.empty()),
          Database.ofEnvironment().orElse(null),
          null,
          Stream::empty,
          () -> {});
    }

    /** Starts the standalone program, with embedded stores or with those of the environment. */
    static Running packaged(boolean embedded) {
      try {
        Path folder = Files.createTempDirectory("annals-http").toRealPath();
        AnnalsProcess.Builder program =
            (embedded
                    ? AnnalsProcess.on(folder.resolve("data")).embedded()
                    : AnnalsProcess.on(folder.resolve("data")))
                // Each test registers users; the default cost would add minutes.
                .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
                // All tests share one address.
                .with("ANNALS_LIMITS_FORGOT_PASSWORD_ADDRESS_CAPACITY", "0")
                .with("ANNALS_LIMITS_LOGIN_ADDRESS_CAPACITY", "0")
                .with(Postbox.get().variables());
        configuration().forEach(program::with);
        AnnalsProcess process = program.start();
        Supplier<String> output = () -> process.output() + process.errors();
        Annals annals = new Annals(process.awaitReady().baseUrl(), Optional.of(output));
        Database database =
            Database.ofEnvironment()
                .filter(it -> !embedded)
                .orElseGet(() -> Database.in(folder.resolve("data")));
        return new Running(
            annals,
            database,
            new Stores(
                database,
                Optional.ofNullable(System.getenv("SPRING_MONGODB_URI"))
                    .filter(it -> !embedded)
                    .or(() -> told(MONGO, output).map("mongodb://%s/annals"::formatted)),
                Optional.ofNullable(System.getenv("SPRING_DATA_REDIS_URL"))
                    .filter(it -> !embedded)
                    .or(
                        () ->
                            told(REDIS, output)
                                .map(at -> "redis://:%s@%s".formatted(redisPassword(folder), at))),
                folder.resolve("data/attachments"),
                output),
            process::processes,
            () -> {
              process.close();
              FileSystemUtils.deleteRecursively(folder);
            });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Optional<String> told(Pattern address, Supplier<String> output) {
      Matcher told = address.matcher(output.get());
      return told.find() ? Optional.of(told.group(1)) : Optional.empty();
    }

    private static String redisPassword(Path folder) {
      try {
        return Files.readString(folder.resolve("data/redis/redis.conf"))
            .replace("requirepass ", "")
            .strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static Running split() {
      SplitDeployment split =
          SplitDeployment.start(
              new Shape(1, INSTANCES, SplitDeployment.roles(), true, false),
              false,
              configuration());
      Database database = Database.named(split.stores()::get);
      return new Running(
          new Annals(
              split.url(), Optional.of(split::output), Optional.of(split::outputOfTheGateway)),
          database,
          new Stores(
              database,
              Optional.ofNullable(split.stores().get("SPRING_MONGODB_URI")),
              Optional.ofNullable(split.stores().get("SPRING_DATA_REDIS_URL")),
              Path.of(split.stores().get("ANNALS_ATTACHMENTS_FOLDER")),
              split::output),
          ProcessHandle.current()::descendants,
          split);
    }

    @Override
    public void close() throws Exception {
      end.close();
    }
  }
}
