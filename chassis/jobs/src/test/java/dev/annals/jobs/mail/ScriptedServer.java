package dev.annals.jobs.mail;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server with scripted replies, which records every received line unchanged. */
final class ScriptedServer implements Closeable {

  /** The default replies; {@code CONNECT} is the greeting, {@code .} the end of a mail. */
  private static final Map<String, String> DEFAULT_REPLIES =
      Map.of(
          "CONNECT",
          "220",
          "EHLO",
          "250-there\r\n250 AUTH PLAIN",
          "AUTH",
          "235",
          "DATA",
          "354",
          "QUIT",
          "221");

  private final ServerSocket socket;
  private final Map<String, String> replies = new ConcurrentHashMap<>();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  ScriptedServer() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::serve, "scripted mail server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Replaces the script and clears the recorded lines. */
  void answer(String command, String reply) {
    lines.clear();
    replies.clear();
    replies.put(command, reply);
  }

  /** Returns the lines received since the last script, in ISO 8859-1. */
  List<String> lines() {
    return lines;
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        talk(client);
      } catch (SocketException closed) {
        // The client has disconnected, or the server is closed.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void talk(Socket client) throws IOException {
    OutputStream out = client.getOutputStream();
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
    boolean content = false;
    reply(out, "CONNECT");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      lines.add(line);
      if (content && !line.equals(".")) {
        continue;
      }
      String command = line.replaceFirst("[ :].*", "").toUpperCase(Locale.ROOT);
      content = reply(out, command).startsWith("354");
    }
  }

  private String reply(OutputStream out, String command) throws IOException {
    String reply = replies.getOrDefault(command, DEFAULT_REPLIES.getOrDefault(command, "250"));
    out.write((reply + " words\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return reply;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
