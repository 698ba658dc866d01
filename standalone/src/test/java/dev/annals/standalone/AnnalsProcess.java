package dev.annals.standalone;

import dev.annals.servers.Servers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A packaged program, run as its users run it: a process of its own, on free ports; the standalone
 * one keeps its data in the given folder. It inherits the environment, so that {@code
 * SPRING_DATASOURCE_URL}, {@code SPRING_MONGODB_URI} and {@code SPRING_DATA_REDIS_URL} put a real
 * server in the place of an embedded one here too.
 *
 * <pre>{@code
 * try (AnnalsProcess annals = AnnalsProcess.on(folder).with("ANNALS_ADMIN_EMAIL", "a@b.example").start().awaitReady()) {
 *   URI notes = annals.baseUrl().resolve("/notes");
 * }
 * }</pre>
 */
public final class AnnalsProcess implements AutoCloseable {
  // Only what hangs takes as long: on a machine with other work to do, a start may take minutes.
  private static final long PATIENCE_SECONDS = 300;
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  // Starts are most of what it does here.
  static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  private static final Pattern READY = Pattern.compile("(?m)^Annals is ready: (\\S+)$");
  private static final Pattern MANAGEMENT = Pattern.compile("(?m)^Management: (\\S+)$");

  private static final Pattern HEAP_IN_USE =
      Pattern.compile(
          "(?m)^ (?:garbage-first heap|def new generation|tenured generation) .* used (\\d+)K");

  private final Optional<Path> data;
  private final Process process;

  @SuppressWarnings("JdkObsolete") // Written by one thread while others read.
  private final StringBuffer output = new StringBuffer();

  @SuppressWarnings("JdkObsolete")
  private final StringBuffer errors = new StringBuffer();

  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final List<Thread> readers;

  private AnnalsProcess(Optional<Path> data, Process process) {
    this.data = data;
    this.process = process;
    this.readers =
        List.of(read(process.getInputStream(), output), read(process.getErrorStream(), errors));
  }

  /**
   * How the program is to be started: with embedded stores in this folder, unless the environment
   * names a server.
   */
  public static Builder on(Path data) {
    return new Builder("annals.jar", Optional.of(data)).with("ANNALS_DATA_DIR", data.toString());
  }

  /** How one of the other programs is to be started, the one whose jar this property names. */
  static Builder of(String jarProperty) {
    return new Builder(jarProperty, Optional.empty());
  }

  /**
   * Waits for the report's last line. Fails with everything that was printed if the program ends
   * instead.
   */
  public AnnalsProcess awaitReady() {
    CompletableFuture<?> readyOrEnded = CompletableFuture.anyOf(ready, process.onExit());
    await(readyOrEnded);
    if (!ready.isDone()) {
      int code = exitCode();
      if (!ready.isDone()) {
        throw new AssertionError("ended with " + code + ":\n" + output + errors);
      }
    }
    return this;
  }

  /** Where the API is, without a slash at the end. Known once it is ready. */
  public URI baseUrl() {
    return url(READY);
  }

  /** Where {@code /actuator} is, without a slash at the end. Known once it is ready. */
  public URI managementUrl() {
    return url(MANAGEMENT);
  }

  /** What it has printed on standard output so far; complete after {@link #exitCode()}. */
  public String output() {
    return output.toString();
  }

  /** What it has printed on standard error so far; complete after {@link #exitCode()}. */
  public String errors() {
    return errors.toString();
  }

  /** Kills the program alone, as {@code kill -9} does, and returns when it is gone. */
  public void kill9() {
    // By its handle: Process.destroy would close the streams before they are read to the end.
    process.toHandle().destroyForcibly();
    exitCode();
  }

  /** Interrupts the program and each process in its group, as a terminal does on Ctrl-C. */
  public void interrupt() {
    signal("INT", "-" + process.pid());
  }

  /** Asks the program to stop, as a service manager does. */
  public void terminate() {
    signal("TERM", Long.toString(process.pid()));
  }

  /** Has the program stand still, and not the servers that it started. */
  public void freeze() {
    signal("STOP", Long.toString(process.pid()));
  }

  /** Has it go on. */
  public void thaw() {
    signal("CONT", Long.toString(process.pid()));
  }

  /** How much of the machine's memory it has at the moment. */
  public long residentMebibytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      String size = lines.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(size.replaceAll("\\D", "")) / 1024;
    }
  }

  /** How much of the heap is in use after a collection. */
  public long liveKibibytes() throws IOException, InterruptedException {
    jcmd("GC.run");
    // All generations in turn; the classes are another line.
    return HEAP_IN_USE
        .matcher(jcmd("GC.heap_info"))
        .results()
        .mapToLong(it -> Long.parseLong(it.group(1)))
        .sum();
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                command)
            .start();
    String told = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new AssertionError(command + ": " + told);
    }
    return told;
  }

  /** The process, to look into it. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Whether the process is gone. */
  public boolean hasEnded() {
    return !process.isAlive();
  }

  /** Waits for the end: 128 and the signal's number if a signal caused it. */
  public int exitCode() {
    await(process.onExit());
    for (Thread reader : readers) {
      try {
        // A server that was left behind may hold the pipe open.
        reader.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return process.exitValue();
  }

  /** Stops it if it still runs, and the servers that it left behind. */
  @Override
  public void close() throws IOException, InterruptedException {
    process.toHandle().destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      kill9();
    }
    Optional<Path> postgres = data.map(folder -> folder.resolve(EmbeddedPostgreSql.FOLDER));
    if (postgres.filter(Files::isDirectory).isPresent()) {
      new OrphanedPostgres(postgres.get()).stop();
    }
  }

  private URI url(Pattern line) {
    Matcher matcher = line.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("not ready:\n" + output);
    }
    return URI.create(matcher.group(1));
  }

  private Thread read(InputStream stream, StringBuffer into) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  into.append(line).append('\n');
                  if (READY.matcher(line).matches()) {
                    ready.complete(null);
                  }
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    return reader;
  }

  private static void signal(String name, String target) {
    try {
      int code = new ProcessBuilder("kill", "-" + name, "--", target).start().waitFor();
      if (code != 0) {
        throw new AssertionError("kill -" + name + " " + target + " answered " + code);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void await(CompletableFuture<?> event) {
    try {
      event.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("waited in vain:\n" + output + errors, e);
    }
  }

  /** Collects the environment of a program that is to be started. */
  public static final class Builder {
    private final Optional<Path> data;
    private final Path jar;
    private final ProcessBuilder builder = new ProcessBuilder();
    private boolean usersFlags;
    private Duration ahead = Duration.ZERO;

    private Builder(String jarProperty, Optional<Path> data) {
      this.data = data;
      this.jar = Path.of(System.getProperty(jarProperty));
      with(Servers.containers());
      with("SERVER_PORT", "0");
      with("MANAGEMENT_SERVER_PORT", "0");
      // All tests come from one address, and some want many tasks. What is about limits sets them.
      with("ANNALS_LIMITS_REGISTER_ADDRESS_CAPACITY", "0");
      with("ANNALS_LIMITS_REFRESH_ADDRESS_CAPACITY", "0");
      with("ANNALS_LIMITS_TASKS_PER_DAY_USER_CAPACITY", "0");
    }

    /** Sets an environment variable. */
    public Builder with(String variable, String value) {
      builder.environment().put(variable, value);
      return this;
    }

    /** Starts it as its users do, {@code java -jar}: slower to start, faster once it runs. */
    public Builder usersFlags() {
      usersFlags = true;
      return this;
    }

    /** Has its clock be fast by so much. */
    Builder ahead(Duration fast) {
      ahead = fast;
      return this;
    }

    /** Sets environment variables. */
    public Builder with(Map<String, String> variables) {
      builder.environment().putAll(variables);
      return this;
    }

    /** Uses embedded stores even where the environment names servers. */
    public Builder embedded() {
      builder
          .environment()
          .keySet()
          .removeAll(
              List.of(
                  "SPRING_DATASOURCE_URL",
                  "SPRING_MONGODB_URI",
                  "SPRING_MONGODB_HOST",
                  "SPRING_DATA_REDIS_URL",
                  "SPRING_MAIL_HOST"));
      return this;
    }

    private List<String> ofUnpacked(Unpacked program) {
      if (!ahead.isZero()) {
        return FastClock.arguments(program.jar(), ahead);
      }
      List<String> options = new ArrayList<>();
      program.archive().ifPresent(archive -> options.add("-XX:SharedArchiveFile=" + archive));
      options.addAll(List.of("-jar", program.jar().toString()));
      return options;
    }

    /** Starts the program, and does not wait for it. */
    public AnnalsProcess start() {
      // A session of its own makes it the leader of a process group. A build that runs in the
      // background ignores SIGINT, and its children would inherit that.
      List<String> command =
          new ArrayList<>(List.of("setsid", "env", "--default-signal=INT", JAVA));
      if (usersFlags) {
        command.addAll(List.of("-jar", jar.toString()));
      } else {
        command.addAll(QUICK_START);
        command.addAll(
            ofUnpacked(Unpacked.of(jar, data.isPresent() ? Map.of() : builder.environment())));
      }
      try {
        return new AnnalsProcess(data, builder.command(command).start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
