import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** See {@code benchmarks/start}. */
final class Start {

  private static final int CONNECTIONS = 8;
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Path TRAINED = ROOT.resolve("standalone/target/annals");
  private static final String PASSWORD = "correct horse battery";
  private static final String ADMIN = "admin@example.org";

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 570;
    Path work = Files.createTempDirectory("annals-start").toRealPath();
    Path untrained = untrained(work.resolve("untrained"));
    System.out.println(
        "round, archive: s empty, s again, MiB ready, MiB after the tour, MiB after the load, MiB a minute later;"
            + " creates a second at 1, 2, 5, 10, 20, 60 s and at last; s until 60 % of the last");
    // The first round warms the files and this JVM, and does not count.
    measure("warm-up, no", untrained, work, 20);
    for (int round = 1; round <= rounds; round++) {
      measure(round + ", no", untrained, work, seconds);
      measure(round + ", yes", TRAINED, work, seconds);
    }
  }

  /** The same program, without the archive. */
  private static Path untrained(Path folder) throws IOException {
    Files.createDirectory(folder);
    Files.copy(TRAINED.resolve("annals"), folder.resolve("annals"));
    folder.resolve("annals").toFile().setExecutable(true);
    for (String file : List.of("annals-launcher.jar", "jvm.options", "lib")) {
      Files.createSymbolicLink(folder.resolve(file), TRAINED.resolve(file));
    }
    return folder;
  }

  private static void measure(String label, Path folder, Path work, int seconds) throws Exception {
    Path data = Files.createTempDirectory(work, "data");
    double empty;
    try (Program first = new Program(folder, data)) {
      empty = first.seconds;
    }
    try (Program program = new Program(folder, data)) {
      long ready = program.mebibytes();
      program.tour();
      long toured = program.mebibytes();
      // Another start, since the tour has warmed this one.
      program.close();
      try (Program cold = new Program(folder, data)) {
        int[] rates = cold.load(seconds);
        long loaded = cold.mebibytes();
        Thread.sleep(60_000);
        double last = mean(rates, Math.max(0, rates.length - 10), rates.length);
        StringBuilder line = new StringBuilder();
        for (int second : new int[] {1, 2, 5, 10, 20, 60}) {
          if (second <= rates.length) {
            line.append(" %.0f".formatted(mean(rates, Math.max(0, second - 2), second)));
          }
        }
        System.out.printf(
            "%s: %.1f, %.1f, %d, %d, %d, %d;%s, %.0f; %d%n",
            label,
            empty,
            program.seconds,
            ready,
            toured,
            loaded,
            cold.mebibytes(),
            line,
            last,
            first(rates, 0.6 * last));
      }
    }
  }

  private static double mean(int[] rates, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += rates[i];
    }
    return sum / (to - from);
  }

  private static int first(int[] rates, double enough) {
    int second = 0;
    while (second < rates.length - 1 && rates[second] < enough) {
      second++;
    }
    return second + 1;
  }

  /** A started program. */
  private static final class Program implements AutoCloseable {
    private final Process process;
    private final int port;
    private final double seconds;

    Program(Path folder, Path data) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(folder.resolve("annals").toString()).redirectErrorStream(true);
      builder.environment().put("SERVER_PORT", "0");
      builder.environment().put("MANAGEMENT_SERVER_PORT", "0");
      builder.environment().put("ANNALS_DATA_DIR", data.toString());
      builder.environment().put("ANNALS_ADMIN_EMAIL", ADMIN);
      builder.environment().put("ANNALS_ADMIN_PASSWORD", PASSWORD);
      long start = System.nanoTime();
      process = builder.start();
      BufferedReader output = process.inputReader();
      String line = output.readLine();
      while (line != null && !line.startsWith("Annals is ready: ")) {
        line = output.readLine();
      }
      seconds = (System.nanoTime() - start) / 1e9;
      port = Integer.parseInt(line.replaceFirst(".*:", ""));
      Thread reader = new Thread(() -> output.lines().forEach(ignored -> {}));
      reader.setDaemon(true);
      reader.start();
    }

    long mebibytes() throws IOException {
      try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
        return lines
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
            .sum();
      }
    }

    void tour() throws IOException, InterruptedException {
      for (String page : List.of("README.md", "docs/tour.md")) {
        ProcessBuilder tour = new ProcessBuilder("docs/tour.sh", page).directory(ROOT.toFile());
        tour.environment().put("SERVER_PORT", Integer.toString(port));
        tour.environment().put("ADMIN_EMAIL", ADMIN);
        tour.environment().put("ADMIN_PASSWORD", PASSWORD);
        // The tour verifies an export by a build, which another program need not wait for.
        Path bin = Files.createTempDirectory("annals-start");
        Files.createSymbolicLink(bin.resolve("mvn"), Path.of("/bin/true"));
        tour.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        tour.redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
      }
    }

    /** Creates notes over some connections as fast as they are answered, and counts each second. */
    int[] load(int seconds) throws Exception {
      String email = UUID.randomUUID() + "@example.org";
      String login = "{\"email\":\"%s\",\"password\":\"%s\"".formatted(email, PASSWORD);
      String token;
      try (Connection connection = new Connection(port)) {
        connection.post("/auth/register", "", login + ",\"displayName\":\"Ada\"}");
        String answer = connection.post("/auth/login", "", login + "}");
        Matcher found = Pattern.compile("\"accessToken\":\"([^\"]+)").matcher(answer);
        found.find();
        token = "Authorization: Bearer " + found.group(1) + "\r\n";
      }
      String note =
          "{\"title\":\"Note\",\"content\":\"%s\",\"tags\":[\"load\"]}"
              .formatted("The quick brown fox jumps over the lazy dog. ".repeat(5));
      AtomicIntegerArray counts = new AtomicIntegerArray(seconds);
      long start = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Thread thread =
            new Thread(
                () -> {
                  try (Connection connection = new Connection(port)) {
                    for (int second = 0; second < seconds; ) {
                      connection.post("/notes", token, note);
                      second = (int) ((System.nanoTime() - start) / 1_000_000_000);
                      if (second < seconds) {
                        counts.incrementAndGet(second);
                      }
                    }
                  } catch (IOException e) {
                    e.printStackTrace();
                  }
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      int[] rates = new int[seconds];
      for (int i = 0; i < seconds; i++) {
        rates[i] = counts.get(i);
      }
      return rates;
    }

    @Override
    public void close() throws InterruptedException {
      process.toHandle().destroy();
      process.waitFor(60, TimeUnit.SECONDS);
    }
  }

  /** A connection over which requests go in turn; costs less than the JDK's client. */
  private static final class Connection implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");
    private static final Pattern CHUNKED = Pattern.compile("(?i)\r\ntransfer-encoding: *chunked");
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[64 * 1024];

    Connection(int port) throws IOException {
      socket = new Socket("127.0.0.1", port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(60_000);
      in = socket.getInputStream();
      out = socket.getOutputStream();
    }

    String post(String path, String headers, String body) throws IOException {
      out.write(
          "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(path, headers, body.length(), body)
              .getBytes(StandardCharsets.US_ASCII));
      int length = 0;
      while (true) {
        int read = in.read(buffer, length, buffer.length - length);
        if (read < 0) {
          throw new IOException("closed");
        }
        length += read;
        String answer = new String(buffer, 0, length, StandardCharsets.UTF_8);
        int head = answer.indexOf("\r\n\r\n");
        if (head > 0) {
          Matcher size = LENGTH.matcher(answer);
          boolean whole =
              CHUNKED.matcher(answer).find()
                  ? answer.endsWith("0\r\n\r\n")
                  : size.find() && length >= head + 4 + Integer.parseInt(size.group(1));
          if (whole) {
            if (!answer.startsWith("HTTP/1.1 2")) {
              throw new IOException(answer);
            }
            return answer;
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
