package dev.annals.standalone;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import dev.annals.servers.Servers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
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
 * A packaged program in its own process, on free ports. The standalone program stores its data in
 * the given folder. It inherits the environment, so {@code SPRING_DATASOURCE_URL}, {@code
 * SPRING_MONGODB_URI} and {@code SPRING_DATA_REDIS_URL} replace the embedded servers.
 *
 * <p>Its output stays in {@code target/programs}, in one file for each process.
 *
 * <pre>{@code
 * try (AnnalsProcess annals = AnnalsProcess.on(folder).with("ANNALS_ADMIN_EMAIL", "a@b.example").start().awaitReady()) {
 *   URI notes = annals.baseUrl().resolve("/notes");
 * }
 * }</pre>
 */
public final class AnnalsProcess implements AutoCloseable {
  // Long, since a start may take minutes on a busy machine.
  private static final long TIMEOUT_SECONDS = 300;
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  // Tests consist mostly of starts.
  static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  private static final Pattern LOG_ENTRY = Pattern.compile("(?m)^(?=\\S+Z +[A-Z]+ )");
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

  private AnnalsProcess(Optional<Path> data, Process process, Path jar) throws IOException {
    this.data = data;
    this.process = process;
    Path log = log(jar, process);
    this.readers =
        List.of(
            read(process.getInputStream(), output, log),
            read(process.getErrorStream(), errors, log));
  }

  private static Path log(Path jar, Process process) throws IOException {
    Path folder = Path.of(System.getProperty("annals.jar")).resolveSibling("programs");
    String program = jar.getFileName().toString().replace(".jar", "");
    return Files.createDirectories(folder).resolve(program + "-" + process.pid() + ".log");
  }

  /**
   * Returns a builder of the standalone program, with embedded stores in this folder unless the
   * environment names a server.
   */
  public static Builder on(Path data) {
    return new Builder("annals.jar", Optional.of(data)).with("ANNALS_DATA_DIR", data.toString());
  }

  /** Returns the command that starts the standalone program, without its arguments. */
  public static List<String> command() {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(QUICK_START);
    Path jar = Path.of(System.getProperty("annals.jar"));
    command.addAll(List.of("-jar", Unpacked.of(jar, Map.of()).jar().toString()));
    return command;
  }

  /** Returns a builder of another program, whose jar a system property names. */
  static Builder of(String jarProperty) {
    return new Builder(jarProperty, Optional.empty());
  }

  /**
   * Waits for the last line of the start report. Fails with the output if the program ends before.
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

  /** Returns the URL of the API, without a trailing slash; known after {@link #awaitReady()}. */
  public URI baseUrl() {
    return url(READY);
  }

  /** Returns the management URL, without a trailing slash; known after {@link #awaitReady()}. */
  public URI managementUrl() {
    return url(MANAGEMENT);
  }

  /** Returns the standard output so far; complete after {@link #exitCode()}. */
  public String output() {
    return output.toString();
  }

  /** Returns the standard error so far; complete after {@link #exitCode()}. */
  public String errors() {
    return errors.toString();
  }

  /** Kills the program alone with SIGKILL and waits for its end. */
  public void kill9() {
    // By its handle, since Process.destroy closes the streams before they are read.
    process.toHandle().destroyForcibly();
    exitCode();
  }

  /** Sends SIGINT to the process group, as a terminal does on Ctrl-C. */
  public void interrupt() {
    signal("INT", "-" + process.pid());
  }

  /** Sends SIGTERM to the program. */
  public void terminate() {
    signal("TERM", Long.toString(process.pid()));
  }

  /** Freezes the program (SIGSTOP), but not its servers. */
  public void freeze() {
    signal("STOP", Long.toString(process.pid()));
  }

  /** Continues the frozen program (SIGCONT). */
  public void thaw() {
    signal("CONT", Long.toString(process.pid()));
  }

  /** Returns the resident memory of the program. */
  public long residentMebibytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      String size = lines.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(size.replaceAll("\\D", "")) / 1024;
    }
  }

  /** Returns the heap in use after a collection. */
  public long liveKibibytes() throws IOException, InterruptedException {
    jcmd("GC.run");
    // One line per generation; metaspace has a different line.
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

  /** Returns the handle of the process. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Returns the program and its embedded servers. */
  public Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  /** Returns true if the process has ended. */
  public boolean hasEnded() {
    return !process.isAlive();
  }

  /**
   * Waits for the end and returns the exit code; 128 plus the number of a signal that caused it.
   */
  public int exitCode() {
    await(process.onExit());
    for (Thread reader : readers) {
      try {
        // An orphaned server may hold the pipe open.
        reader.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return process.exitValue();
  }

  /** Stops the program and its orphaned servers. */
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
    List<String> errors =
        LOG_ENTRY
            .splitAsStream(output)
            .filter(it -> it.lines().findFirst().orElse("").contains("Z ERROR "))
            .filter(it -> !isOutage(it))
            .toList();
    if (!errors.isEmpty()) {
      throw new AssertionError("The program logged errors:\n" + String.join("\n", errors));
    }
  }

  /** Returns whether the scheduler misses the database; it logs that as an error. */
  private static boolean isOutage(String error) {
    return error.contains("c.g.k.scheduler.Run")
        && error.contains("SQLTransientConnectionException");
  }

  private URI url(Pattern line) {
    Matcher matcher = line.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("not ready:\n" + output);
    }
    return URI.create(matcher.group(1));
  }

  private Thread read(InputStream stream, StringBuffer into, Path log) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                      new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
                  OutputStream kept = Files.newOutputStream(log, CREATE, APPEND)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  into.append(line).append('\n');
                  kept.write((line + '\n').getBytes(StandardCharsets.UTF_8));
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
      event.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("waited in vain:\n" + output + errors, e);
    }
  }

  /** Collects the environment of a program. */
  public static final class Builder {
    private final Optional<Path> data;
    private final Path jar;
    private final ProcessBuilder builder = new ProcessBuilder();
    private boolean usersFlags;
    private boolean packed;
    private Duration ahead = Duration.ZERO;

    private Builder(String jarProperty, Optional<Path> data) {
      this.data = data;
      this.jar = Path.of(System.getProperty(jarProperty));
      with(Servers.containers());
      with("SERVER_PORT", "0");
      with("MANAGEMENT_SERVER_PORT", "0");
      // All tests share one address, and some need many tasks. Tests of limits set them.
      with("ANNALS_LIMITS_REGISTER_ADDRESS_CAPACITY", "0");
      with("ANNALS_LIMITS_REFRESH_ADDRESS_CAPACITY", "0");
      with("ANNALS_LIMITS_TASKS_PER_DAY_USER_CAPACITY", "0");
    }

    /** Sets an environment variable. */
    public Builder with(String variable, String value) {
      builder.environment().put(variable, value);
      return this;
    }

    /** Starts the program with {@code java -jar}: a slower start, faster afterwards. */
    public Builder usersFlags() {
      usersFlags = true;
      return this;
    }

    /** Starts the program from its jar, not unpacked. */
    Builder packed() {
      packed = true;
      return this;
    }

    /** Sets the clock of the program ahead. */
    Builder ahead(Duration fast) {
      ahead = fast;
      return this;
    }

    /** Sets environment variables. */
    public Builder with(Map<String, String> variables) {
      builder.environment().putAll(variables);
      return this;
    }

    /** Uses embedded stores even if the environment names servers. */
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

    /** Starts the program without waiting for it. */
    public AnnalsProcess start(String... arguments) {
      // With setsid it leads a process group. A build that runs in the
      // background ignores SIGINT, and its children would inherit that.
      List<String> command =
          new ArrayList<>(List.of("setsid", "env", "--default-signal=INT", JAVA));
      if (usersFlags) {
        command.addAll(List.of("-jar", jar.toString()));
      } else {
        command.addAll(QUICK_START);
        command.addAll(
            packed
                ? List.of("-jar", jar.toString())
                : ofUnpacked(
                    Unpacked.of(jar, data.isPresent() ? Map.of() : builder.environment())));
      }
      command.addAll(List.of(arguments));
      try {
        return new AnnalsProcess(data, builder.command(command).start(), jar);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
