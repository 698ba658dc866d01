package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.annals.servers.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The command side and the query side as processes of their own, any number of each, and one
 * address in front of them. Their stores are the servers that the environment names, else ones in
 * this JVM that live as long as this does.
 */
public final class SplitDeployment implements AutoCloseable {
  // A key for tests is no secret.
  private static final String MASTER_KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final List<AnnalsProcess> commandSides = new ArrayList<>();
  private final List<AnnalsProcess> querySides = new ArrayList<>();
  private final Map<String, String> variables;
  private final Map<String, String> stores;
  private FrontDoor frontDoor;

  private SplitDeployment(Map<String, String> variables) throws Exception {
    this.variables = Map.copyOf(variables);
    stores = startStores();
  }

  /**
   * Starts so many processes of each side, and returns once they are ready.
   *
   * @param usersFlags see {@link AnnalsProcess.Builder#usersFlags()}
   * @param variables further ones of each process' environment
   */
  public static SplitDeployment start(
      int ofEach, boolean usersFlags, Map<String, String> variables) {
    SplitDeployment split = null;
    try {
      split = new SplitDeployment(variables);
      split.startProcesses(ofEach, usersFlags);
      return split;
    } catch (Exception | Error e) {
      if (split != null) {
        try {
          split.close();
        } catch (Exception further) {
          e.addSuppressed(further);
        }
      }
      throw new AssertionError(e);
    }
  }

  /** Where clients find both sides, without a slash at the end. */
  public URI url() {
    return frontDoor.url();
  }

  /** Where the first command side is, without the front door's part in what a request takes. */
  public URI commandSide() {
    return commandSides.get(0).baseUrl();
  }

  /** Each query side, to reach one of them without the front door. */
  public List<AnnalsProcess> querySides() {
    return List.copyOf(querySides);
  }

  /** What all processes have printed so far. */
  public String output() {
    return Stream.concat(commandSides.stream(), querySides.stream())
        .map(process -> process.output() + process.errors())
        .collect(Collectors.joining());
  }

  private void startProcesses(int ofEach, boolean usersFlags) throws IOException {
    // The first makes the schema, which the others need.
    commandSides.add(start("annals.command-side.jar", usersFlags).awaitReady());
    IntStream.range(1, ofEach)
        .forEach(i -> commandSides.add(start("annals.command-side.jar", usersFlags)));
    IntStream.range(0, ofEach)
        .forEach(i -> querySides.add(start("annals.query-side.jar", usersFlags)));
    frontDoor = FrontDoor.open(urls(commandSides), urls(querySides));
    started.push(frontDoor);
  }

  private AnnalsProcess start(String jar, boolean usersFlags) {
    AnnalsProcess.Builder builder =
        AnnalsProcess.of(jar)
            .with("ANNALS_MASTER_KEY", MASTER_KEY)
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            // All tests come from one address.
            .with("ANNALS_LIMITS_FORGOT_PASSWORD_ADDRESS_CAPACITY", "0");
    variables.forEach(builder::with);
    stores.forEach(builder::with);
    AnnalsProcess process = (usersFlags ? builder.usersFlags() : builder).start();
    started.push(process);
    return process;
  }

  private static List<URI> urls(List<AnnalsProcess> processes) {
    return processes.stream().map(process -> process.awaitReady().baseUrl()).toList();
  }

  /**
   * The environment variables by which the processes find the stores that are not the
   * environment's.
   */
  public Map<String, String> stores() {
    return stores;
  }

  private Map<String, String> startStores() throws Exception {
    Map<String, String> variables = new HashMap<>(Postbox.get().variables());
    Path folder = Files.createTempDirectory("annals-split").toRealPath();
    started.push(() -> FileSystemUtils.deleteRecursively(folder));
    DataFolder data = DataFolder.open(folder.resolve("data"));
    started.push(data);
    variables.put("ANNALS_ATTACHMENTS_FOLDER", folder.resolve("attachments").toString());
    Bucket bucket = new Bucket();
    started.push(bucket);
    variables.putAll(bucket.variables());
    if (Servers.named("SPRING_DATASOURCE_URL").isEmpty()) {
      EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data);
      started.push(postgres);
      postgres
          .properties()
          .forEach((name, value) -> variables.put(variable(name), value.toString()));
    }
    if (Servers.named("SPRING_MONGODB_URI").isEmpty()) {
      MongoServer mongo = new MongoServer(new MemoryBackend());
      mongo.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      started.push(mongo::shutdownNow);
      variables.put(
          "SPRING_MONGODB_URI",
          "mongodb://127.0.0.1:%d/annals".formatted(mongo.getLocalAddress().getPort()));
      variables.put("ANNALS_READ_MODEL_GUARDED", "false");
    }
    if (Servers.named("SPRING_DATA_REDIS_URL").isEmpty()
        && !this.variables.containsKey("SPRING_DATA_REDIS_URL")) {
      EmbeddedRedis redis = EmbeddedRedis.start(data);
      started.push(redis);
      redis.properties().forEach((name, value) -> variables.put(variable(name), value.toString()));
    }
    return variables;
  }

  private static String variable(String property) {
    return property.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** Stops everything, the processes before their stores. */
  @Override
  public void close() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
