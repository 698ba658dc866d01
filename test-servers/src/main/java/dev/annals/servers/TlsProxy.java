package dev.annals.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Takes connections over TLS for a server of this machine that has none itself. */
public final class TlsProxy implements AutoCloseable {

  /** The password of {@link #keyStore}. */
  public static final String PASSWORD = "password";

  private final Path keyStore;
  private final ServerSocket socket;
  private final int server;

  /**
   * @param server the port of the server
   */
  public TlsProxy(int server) {
    this.server = server;
    try {
      keyStore = Files.createTempDirectory("annals-tls").resolve("proxy.p12");
      create(keyStore);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(
          KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(keys.getKeyManagers(), null, null);
      socket =
          tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    run(
        () -> {
          while (true) {
            serve(socket.accept());
          }
        });
  }

  private static void create(Path keyStore) throws IOException {
    try {
      new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
              "-genkeypair",
              "-keyalg",
              "EC",
              "-alias",
              "proxy",
              "-dname",
              "CN=proxy",
              "-ext",
              "san=ip:127.0.0.1",
              "-storetype",
              "PKCS12",
              "-storepass",
              PASSWORD,
              "-keystore",
              keyStore.toString())
          .inheritIO()
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Returns the key store with the self-signed certificate of this server for 127.0.0.1. */
  public Path keyStore() {
    return keyStore;
  }

  private void serve(Socket client) throws IOException {
    Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
    run(() -> copy(client, behind));
    run(() -> copy(behind, client));
  }

  private static void copy(Socket from, Socket to) throws IOException {
    try (from;
        to;
        InputStream bytes = from.getInputStream()) {
      bytes.transferTo(to.getOutputStream());
    }
  }

  private interface Transfer {
    void run() throws IOException;
  }

  private static void run(Transfer transfer) {
    Thread thread =
        new Thread(
            () -> {
              try {
                transfer.run();
              } catch (IOException closed) {
                // Each side may end the connection, and a client may refuse the certificate.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
