package dev.annals.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * Runs a program under load and stops it, so that its JVM writes the archive that later starts
 * begin with: {@code Training PROGRAM COMMAND…}. PROGRAM is {@code standalone}, {@code
 * command-side}, {@code query-side} or {@code gateway}; COMMAND starts it, with the JVM's option
 * that writes the archive. The stores and the other side run beside it, all data is in a temporary
 * folder, and the program sees no configuration of this process. Exits with 1 if the program does
 * not start, or answers a request with another status than expected.
 */
public final class Training {

  private static final String ADMIN = "admin@example.org";
  private static final String PASSWORD = "an admin's password";

  // The second compiler needs this long to find the frequent calls.
  private static final Duration TIME = Duration.ofSeconds(60);
  private static final Duration EXIT = Duration.ofMinutes(5);
  private static final int USERS = 4;

  private static final String READY = "Annals is ready: ";
  private static final Set<String> INHERITED =
      Set.of("PATH", "TMPDIR", "LANG", "MALLOC_ARENA_MAX", "SPRING_THREADS_VIRTUAL_ENABLED");

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private Training(Path folder) {
    this.folder = folder;
    environment.put("SERVER_PORT", "0");
    environment.put("MANAGEMENT_SERVER_PORT", "0");
    environment.put("ANNALS_ADMIN_EMAIL", ADMIN);
    environment.put("ANNALS_ADMIN_PASSWORD", PASSWORD);
    // Each round registers a user, and all have one address.
    environment.put("ANNALS_IDENTITY_BCRYPT_COST", "4");
    environment.put("ANNALS_LIMITS_REGISTER_ADDRESS_CAPACITY", "0");
    environment.put("ANNALS_LIMITS_LOGIN_ADDRESS_CAPACITY", "0");
    environment.put("ANNALS_LIMITS_REFRESH_ADDRESS_CAPACITY", "0");
    environment.put("ANNALS_LIMITS_FORGOT_PASSWORD_ADDRESS_CAPACITY", "0");
  }

  /** Trains a program. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("Usage: Training standalone|command-side|query-side|gateway COMMAND…");
      System.exit(2);
    }
    Path folder = Files.createTempDirectory("annals-training").toRealPath();
    Training training = new Training(folder);
    try {
      training.train(arguments[0], List.of(arguments).subList(1, arguments.length));
    } finally {
      training.stop();
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  private void train(String program, List<String> command) throws Exception {
    switch (program) {
      case "standalone" -> {
        environment.put("ANNALS_DATA_DIR", folder.resolve("data").toString());
        URI all = start(command);
        load(all, all);
      }
      case "command-side" -> {
        startStores();
        // First, since it creates the schema.
        URI commands = start(command);
        load(commands, start(mainClass("dev.annals.query.QuerySide")));
      }
      case "query-side" -> {
        startStores();
        URI commands = start(mainClass("dev.annals.command.CommandSide"));
        load(commands, start(command));
      }
      case "gateway" -> {
        environment.put("ANNALS_DATA_DIR", folder.resolve("data").toString());
        String both = start(mainClass("dev.annals.standalone.Standalone")).toString();
        environment.put("ANNALS_GATEWAY_COMMANDS", both);
        environment.put("ANNALS_GATEWAY_QUERIES", both);
        URI gateway = start(command);
        load(gateway, gateway);
      }
      default -> throw new IllegalArgumentException("There is no program " + program + ".");
    }
  }

  private static void load(URI commands, URI queries) throws Exception {
    long requests = new TrainingLoad(commands, queries, ADMIN, PASSWORD).run(USERS, TIME);
    System.out.println(requests + " requests answered. The JVM ends and writes its archive.");
  }

  private static List<String> mainClass(String name) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString(),
        name);
  }

  private void startStores() throws IOException, InterruptedException {
    DataFolder data = DataFolder.open(folder.resolve("data"));
    started.push(data);
    environment.put("ANNALS_MASTER_KEY", MasterKeyFile.readOrCreate(data));
    environment.put("ANNALS_ATTACHMENTS_FOLDER", folder.resolve("attachments").toString());
    EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data);
    started.push(postgres);
    configure(postgres.properties());
    EmbeddedMongo mongo = new EmbeddedMongo(data);
    started.push(mongo);
    configure(mongo.properties());
    Optional<EmbeddedRedis> redis = EmbeddedRedis.start(data);
    redis.ifPresent(started::push);
    configure(redis.map(EmbeddedRedis::properties).orElse(LocalStores.NO_REDIS));
    EmbeddedMail mail = new EmbeddedMail();
    started.push(mail);
    configure(mail.properties());
  }

  private void configure(Map<String, Object> properties) {
    properties.forEach(
        (name, value) ->
            environment.put(
                name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT), value.toString()));
  }

  /** Starts a program, waits until it is ready, and returns its URL. */
  private URI start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    // Without the configuration of the caller, whose stores the training must not touch.
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.push(() -> end(process));
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder before = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(READY)) {
        Thread reader = new Thread(() -> output.lines().forEach(ignored -> {}));
        reader.setDaemon(true);
        reader.start();
        return URI.create(line.substring(READY.length()));
      }
      before.append(line).append('\n');
    }
    throw new IllegalStateException("The program does not start:\n" + before);
  }

  private static void end(Process process) throws InterruptedException {
    // By its handle, since Process.destroy closes the output that is being read.
    process.toHandle().destroy();
    if (!process.waitFor(EXIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("The program does not end.");
    }
  }

  private void stop() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
