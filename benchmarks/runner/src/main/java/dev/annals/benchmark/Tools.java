package dev.annals.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs programs of the machine. */
final class Tools {

  private Tools() {}

  static boolean has(String program) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Runs a program, and returns the lines that it prints. Its errors are printed. */
  static List<String> run(
      List<String> command, Map<String, String> variables, Consumer<String> eachLine)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
    builder.environment().putAll(variables);
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        eachLine.accept(line);
      }
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join("\n", lines));
    }
    return lines;
  }
}
