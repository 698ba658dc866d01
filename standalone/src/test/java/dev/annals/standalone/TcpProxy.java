package dev.annals.standalone;

import dev.annals.servers.FreePorts;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy between programs and a server. It can reset all connections, like a dead server, or hold
 * all bytes, like a broken network, and counts the round trips. Its port never changes.
 */
public final class TcpProxy implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("(?<=//|@)([^/@:]+):(\\d+)");

  private final InetSocketAddress server;
  private final int port = FreePorts.next();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger trips = new AtomicInteger();
  private ServerSocket entrance;
  private boolean hangs;

  /** Creates a proxy that forwards everything. */
  TcpProxy(String host, int port) {
    server = new InetSocketAddress(host, port);
    mend();
  }

  /** Creates a proxy in front of the server of a URL. */
  public static TcpProxy before(String url) {
    Matcher address = ADDRESS.matcher(url);
    if (!address.find()) {
      throw new IllegalArgumentException("there is no address in " + url);
    }
    return new TcpProxy(address.group(1), Integer.parseInt(address.group(2)));
  }

  /** Returns the URL with the address of this proxy. */
  public String url(String ofServer) {
    return ADDRESS.matcher(ofServer).replaceFirst("127.0.0.1:" + port);
  }

  int port() {
    return port;
  }

  /** Returns how often a client has sent something that the server has not answered yet. */
  public int trips() {
    return trips.get();
  }

  /** Resets all connections and accepts no new ones. */
  public synchronized void cut() {
    close(entrance);
    entrance = null;
    sockets.forEach(TcpProxy::reset);
  }

  /** Accepts connections, but forwards no bytes in either direction. */
  public synchronized void hang() {
    hangs = true;
  }

  /** Forwards again, the held bytes first. */
  public synchronized void mend() {
    hangs = false;
    notifyAll();
    if (entrance == null) {
      try {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        entrance = opened;
        threads.execute(() -> accept(opened));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    mend();
    cut();
    threads.shutdownNow();
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        Socket client = from.accept();
        synchronized (this) {
          if (entrance != from) {
            reset(client);
            return;
          }
          sockets.add(client);
        }
        threads.execute(() -> connect(client));
      }
    } catch (IOException cut) {
      // The proxy accepts no more connections.
    }
  }

  private void connect(Socket client) {
    Socket further = new Socket();
    sockets.add(further);
    try {
      passing();
      further.connect(server);
      client.setTcpNoDelay(true);
      further.setTcpNoDelay(true);
      AtomicBoolean answered = new AtomicBoolean(true);
      threads.execute(() -> pump(further, client, () -> answered.set(true)));
      pump(
          client,
          further,
          () -> {
            if (answered.getAndSet(false)) {
              trips.incrementAndGet();
            }
          });
    } catch (IOException | InterruptedException away) {
      reset(client);
      reset(further);
    }
  }

  private void pump(Socket from, Socket to, Runnable counting) {
    byte[] buffer = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        passing();
        counting.run();
        out.write(buffer, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException | InterruptedException broken) {
      reset(from);
      reset(to);
    } finally {
      if (to.isOutputShutdown() && from.isOutputShutdown()) {
        close(from);
        close(to);
      }
      sockets.removeIf(Socket::isClosed);
    }
  }

  private synchronized void passing() throws InterruptedException {
    while (hangs) {
      wait();
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException closed) {
      return;
    }
    close(socket);
  }

  private static void close(Closeable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (IOException gone) {
      // Closed already.
    }
  }
}
