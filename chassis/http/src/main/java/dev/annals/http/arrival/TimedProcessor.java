package dev.annals.http.arrival;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.Uploads;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Adapter;
import org.apache.coyote.ErrorState;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.http.MimeHeaders;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** Processes the requests of one connection and enforces their deadlines. */
final class TimedProcessor extends Http11Processor {

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int FIELD_OVERHEAD = ": \r\n".length();

  private final TimedProtocol protocol;
  private final Body body;
  private final Adapter draining = new Draining();

  TimedProcessor(TimedProtocol protocol, Adapter adapter) {
    super(protocol, adapter);
    this.protocol = protocol;
    this.body = new Body(request.getInputBuffer());
    request.setInputBuffer(body);
  }

  @Override
  public Adapter getAdapter() {
    return draining;
  }

  /**
   * Handles an event of the connection. Lets the client read the response to a bad request before
   * the connection closes, and ends a watched response when the client has gone.
   */
  @Override
  public SocketState process(SocketWrapperBase<?> socket, SocketEvent event) throws IOException {
    boolean gone = event == SocketEvent.OPEN_READ && isWatched() && hasGone(socket);
    SocketState state = super.process(socket, gone ? SocketEvent.ERROR : event);
    if (event == SocketEvent.OPEN_READ && state == SocketState.LONG && isWatched()) {
      watch(socket);
    }
    if (state == SocketState.CLOSED
        && getErrorState() == ErrorState.CLOSE_CLEAN
        && !protocol.isSSLEnabled()) {
      body.linger();
    }
    return state;
  }

  private boolean isWatched() {
    return isAsync() && response.getWriteListener() instanceof WatchedListener;
  }

  /** Waits for the next read event, of which each clears itself. */
  private void watch(SocketWrapperBase<?> socket) {
    SocketChannel channel = ((NioChannel) socket.getSocket()).getIOChannel();
    ((WatchedListener) response.getWriteListener()).onWatched(() -> shutdownInput(channel));
    socket.setReadTimeout(0);
    socket.registerReadInterest();
  }

  private static boolean hasGone(SocketWrapperBase<?> socket) {
    try {
      if (socket.read(false, ByteBuffer.allocate(8192)) >= 0) {
        return false;
      }
    } catch (IOException closed) {
      // As the end of the input.
    }
    socket.setError(new EOFException("The client has closed the connection"));
    return true;
  }

  private static void shutdownInput(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.shutdownInput();
      }
    } catch (IOException closed) {
      // No thread waits on a closed connection.
    }
  }

  /** Sets the deadline for the rest of a head, for which no thread waits. */
  @Override
  public SocketState service(SocketWrapperBase<?> socket) throws IOException {
    socket.setWriteTimeout(protocol.times().stall().toMillis());
    SocketState state = super.service(socket);
    if (state == SocketState.OPEN) {
      // Tomcat sets it only for a request that follows another one within this call.
      socket.setReadTimeout(protocol.getKeepAliveTimeout());
    }
    if (state != SocketState.LONG || isAsync()) {
      return state;
    }
    long left =
        protocol.times().head().toNanos() - (System.nanoTime() - request.getStartTimeNanos());
    socket.setReadTimeout(millis(left));
    return left > 0 ? state : SocketState.CLOSED;
  }

  // Here the fields are not converted to strings yet.
  private static int fieldBytes(MimeHeaders fields) {
    int bytes = 0;
    for (int i = 0; i < fields.size(); i++) {
      bytes += fields.getName(i).getLength() + fields.getValue(i).getLength() + FIELD_OVERHEAD;
    }
    return bytes;
  }

  // 0 means no timeout.
  private static long millis(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  private final class Body
      implements InputBuffer, PendingBodies.PendingBody, ApplicationBufferHandler {

    private final InputBuffer arriving;
    private long began;
    private boolean upload;
    private volatile boolean givenUp;
    private ByteBuffer dropped = EMPTY_BUFFER;

    private Body(InputBuffer arriving) {
      this.arriving = arriving;
    }

    private void begin() {
      began = System.nanoTime();
      upload =
          protocol
              .uploads()
              .isUpload(
                  // A malformed request line has neither.
                  Objects.toString(request.getMethod(), ""),
                  Objects.toString(request.requestURI().toString(), ""),
                  request.getContentType());
      givenUp = false;
    }

    @Override
    public int doRead(ApplicationBufferHandler handler) throws IOException {
      long left = protocol.times().body().toNanos() - nanosBehind();
      if (left > 0 && !givenUp) {
        socketWrapper.setReadTimeout(millis(left));
        try {
          int read = readPending(handler);
          // A body that is cancelled while its bytes arrive would lose the next request.
          if (!givenUp) {
            return read;
          }
        } catch (SocketTimeoutException late) {
          // The deadline has passed.
        } catch (EOFException end) {
          if (!givenUp) {
            throw end;
          }
        }
      }
      throw new Refusal(Problem.REQUEST_TIMEOUT, "The body has not arrived in time.");
    }

    private int readPending(ApplicationBufferHandler handler) throws IOException {
      protocol.pendingBodies().begin(this);
      try {
        return arriving.doRead(handler);
      } finally {
        protocol.pendingBodies().end(this);
      }
    }

    @Override
    public int available() {
      return arriving.available();
    }

    @Override
    public String address() {
      return String.valueOf(socketWrapper.getRemoteAddr());
    }

    @Override
    public long nanosBehind() {
      long taken = System.nanoTime() - began;
      return upload
          ? taken
              - request.getBytesRead() * TimeUnit.SECONDS.toNanos(1) / Uploads.MIN_BYTES_PER_SECOND
          : taken;
    }

    @Override
    public long bytes() {
      return upload ? 0 : request.getBytesRead();
    }

    /** Stops reading. The response can still be sent. */
    @Override
    public void giveUp() {
      givenUp = true;
      shutdownInput(channel());
    }

    private @Nullable SocketChannel channel() {
      return ((NioChannel) socketWrapper.getSocket()).getIOChannel();
    }

    /**
     * Ends the output, then drops input until the client closes the connection, for at most 5 s. To
     * close with unread input would reset the connection, and the client could lose the response
     * (RFC 9112, 9.6).
     */
    private void linger() {
      begin();
      protocol.pendingBodies().begin(this);
      try {
        SocketChannel channel = channel();
        if (channel != null) {
          channel.shutdownOutput();
        }
        ByteBuffer input = ByteBuffer.allocate(8192);
        long left = LINGER_NANOS;
        while (left > 0 && !givenUp) {
          socketWrapper.setReadTimeout(millis(left));
          if (socketWrapper.read(true, input.clear()) < 0) {
            return;
          }
          left = LINGER_NANOS - (System.nanoTime() - began);
        }
      } catch (IOException closed) {
        // The client has closed the connection, or the time is over.
      } finally {
        protocol.pendingBodies().end(this);
      }
    }

    /**
     * Drops the rest of the body, so that the client reads its response; false if it is too late.
     */
    private boolean drain() {
      try {
        long bytes = 0;
        while (!isRequestBodyFullyRead() && bytes <= protocol.getMaxSwallowSize()) {
          bytes += Math.max(0, request.doRead(this));
        }
        return isRequestBodyFullyRead();
      } catch (IOException | Refusal late) {
        return false;
      }
    }

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      dropped = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return dropped;
    }

    @Override
    public void expand(int size) {}
  }

  /** Drains the rest of an unread body. Tomcat would wait for it without a limit. */
  private final class Draining implements Adapter {

    @Override
    public void service(Request request, Response response) throws Exception {
      body.begin();
      request.setAttribute(TimedProtocol.FIELD_BYTES, fieldBytes(request.getMimeHeaders()));
      // The connection closes after these, but Tomcat says so for some statuses only.
      if (getErrorState().isError()
          || request.hasExpectation()
          || (!isRequestBodyFullyRead() && protocol.pendingBodies().isCrowded())) {
        response.setHeader("Connection", "close");
      }
      adapter.service(request, response);
      drain();
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent event)
        throws Exception {
      boolean handled = adapter.asyncDispatch(request, response, event);
      drain();
      return handled;
    }

    private void drain() {
      if (isAsync() || getErrorState().isError() || isRequestBodyFullyRead()) {
        return;
      }
      // Without 100 Continue the client may send the next request instead of the body.
      if (request.hasExpectation() || !body.drain()) {
        setErrorState(ErrorState.CLOSE_CLEAN, null);
      }
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
      return adapter.prepare(request, response);
    }

    @Override
    public void log(Request request, Response response, long time) {
      adapter.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
      adapter.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
      return adapter.getDomain();
    }
  }
}
