package dev.annals.standalone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * One address in front of both sides, that gives each request to the side that API.md names for it,
 * and to that side's processes in turn. It passes bytes on as they come and reads no more than a
 * request's head, so that whatever a client sees, a side has said.
 */
final class FrontDoor implements AutoCloseable {
  private static final int LONGEST_HEAD = 64 * 1024;
  private static final int LITTLE_ROOM = 64 * 1024;
  private static final Pattern COMMAND_SIDE =
      Pattern.compile(
          "/(auth|users/me|\\.well-known|files|admin/(users|flags|schedules|sagas|keys))(/.*)?"
              + "|/tasks/[^/]+/attachments/[^/]+(/link)?|/admin/storage");
  private static final Pattern QUERY_SIDE =
      Pattern.compile("/ws|/(audit|admin/(processors|replays|dead-letters))(/.*)?");
  private static final Pattern CONNECTION = Pattern.compile("(?im)^connection:.*\r\n");
  private static final Pattern UPGRADE = Pattern.compile("(?im)^upgrade: *websocket$");

  private final ServerSocket door;
  private final List<URI> commandSides;
  private final List<URI> querySides;
  private final AtomicInteger turn = new AtomicInteger();
  private final ExecutorService carriers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "front-door");
            thread.setDaemon(true);
            return thread;
          });

  private FrontDoor(ServerSocket door, List<URI> commandSides, List<URI> querySides) {
    this.door = door;
    this.commandSides = List.copyOf(commandSides);
    this.querySides = List.copyOf(querySides);
  }

  static FrontDoor open(List<URI> commandSides, List<URI> querySides) throws IOException {
    ServerSocket door = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    FrontDoor open = new FrontDoor(door, commandSides, querySides);
    open.carriers.execute(open::receive);
    return open;
  }

  URI url() {
    return URI.create("http://localhost:" + door.getLocalPort());
  }

  private void receive() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        carriers.execute(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      if (head.isEmpty()) {
        return;
      }
      URI side = side(head);
      try (Socket server = new Socket()) {
        // A side is to notice a client that does not read, which much room on the way would hide.
        client.setSendBufferSize(LITTLE_ROOM);
        server.setReceiveBufferSize(LITTLE_ROOM);
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), side.getPort()));
        boolean conversation = UPGRADE.matcher(head).find();
        String passedOn = conversation ? head : lastOfItsConnection(head);
        OutputStream request = server.getOutputStream();
        request.write(passedOn.getBytes(StandardCharsets.ISO_8859_1));
        request.flush();
        carriers.execute(
            conversation ? () -> converse(client, server) : () -> carry(client, server));
        server.getInputStream().transferTo(client.getOutputStream());
        client.shutdownOutput();
      }
    } catch (IOException gone) {
      // One of both has left; the other one is told by the closing of its socket.
    }
  }

  private static void carry(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException answered) {
      // The rest of a body that nobody waits for any more.
    }
  }

  /** When one of both ends it or is gone, it is over for the other one, too. */
  private static void converse(Socket client, Socket server) {
    try (client;
        server) {
      client.getInputStream().transferTo(server.getOutputStream());
    } catch (IOException gone) {
      // Both are told by the closing of their sockets.
    }
  }

  /** The next request on a connection may be for the other side. */
  private static String lastOfItsConnection(String head) {
    int end = head.length() - 2;
    return CONNECTION.matcher(head.substring(0, end)).replaceAll("") + "Connection: close\r\n\r\n";
  }

  private URI side(String head) {
    String[] line = head.split(" ", 3);
    String path = line.length < 2 ? "" : line[1].replaceFirst("\\?.*", "");
    boolean reads = line[0].equals("GET") || line[0].equals("HEAD");
    boolean query =
        !COMMAND_SIDE.matcher(path).matches() && (reads || QUERY_SIDE.matcher(path).matches());
    List<URI> processes = query ? querySides : commandSides;
    return processes.get(Math.floorMod(turn.getAndIncrement(), processes.size()));
  }

  private static String head(InputStream request) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int end = 0;
    while (end < 4 && head.size() < LONGEST_HEAD) {
      int next = request.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    door.close();
    carriers.shutdownNow();
  }
}
