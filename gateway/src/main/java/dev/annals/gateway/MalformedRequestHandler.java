package dev.annals.gateway;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.web.CorsProperties;
import dev.annals.base.web.RequestId;
import dev.annals.base.web.RequestLine;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Answers malformed requests with a problem document and closes the connection: requests that
 * cannot be decoded, have no valid Host, or have a path that two programs might interpret
 * differently. The sides refuse the same paths.
 */
@Component
record MalformedRequestHandler(CorsProperties cors) implements NettyServerCustomizer {

  // RFC 3986, 3.3 and 3.4; a path has no parameters and no empty segments.
  // Possessive, since backtracking needs a stack as deep as the target is long.
  private static final String CHARACTERS = "[A-Za-z0-9._~!$&'()*+,=:@%-]";
  private static final Pattern TARGET =
      Pattern.compile("/(?:%1$s++/)*+%1$s*+(?:\\?[%1$s;/?]*+)?+".formatted(CHARACTERS));
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]*)?");
  // Encoded separators, percent signs (double encoding), control characters and line separators.
  private static final Pattern AMBIGUOUS = Pattern.compile("[/\\\\;%\\p{Cntrl}\u2028\u2029]");
  private static final int MAX_TARGET_LENGTH = 8 << 10;
  private static final List<String> DOT_SEGMENTS = List.of(".", "..");

  @Override
  public HttpServer apply(HttpServer server) {
    return server.doOnChannelInit(
        (observer, channel, remote) ->
            channel
                .pipeline()
                .addAfter(NettyPipeline.HttpCodec, "annals.well-formed", new Guard()));
  }

  private static @Nullable Problem validate(HttpRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (request.uri().length() > MAX_TARGET_LENGTH) {
      return Problem.URI_TOO_LONG;
    }
    String coding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    if (!request.protocolVersion().protocolName().equals("HTTP")
        || request.protocolVersion().majorVersion() != 1) {
      return Problem.HTTP_VERSION_NOT_SUPPORTED;
    }
    if (!coding.equalsIgnoreCase("chunked")) {
      return Problem.NOT_IMPLEMENTED;
    }
    if (!request
        .headers()
        .get(HttpHeaderNames.EXPECT, "100-continue")
        .equalsIgnoreCase("100-continue")) {
      return Problem.EXPECTATION_FAILED;
    }
    return hosts.size() == 1 && HOST.matcher(hosts.get(0)).matches() && isTarget(request.uri())
        ? null
        : Problem.BAD_REQUEST;
  }

  private static Problem decodingProblem(Throwable thrown) {
    if (thrown instanceof TooLongHttpLineException) {
      return Problem.URI_TOO_LONG;
    }
    return thrown instanceof TooLongHttpHeaderException
        ? Problem.HEADER_FIELDS_TOO_LARGE
        : Problem.BAD_REQUEST;
  }

  static boolean isTarget(String target) {
    return TARGET.matcher(target).matches()
        && !BAD_ESCAPE.matcher(target).find()
        && Pattern.compile("/")
            .splitAsStream(target.replaceFirst("\\?.*", ""))
            .allMatch(MalformedRequestHandler::isUnambiguous);
  }

  private static boolean isUnambiguous(String part) {
    try {
      // Unlike in a query, a plus sign is no blank.
      String bytes = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      String decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
              .toString();
      return !AMBIGUOUS.matcher(decoded).find() && !DOT_SEGMENTS.contains(decoded);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /**
   * The answer to a malformed request. {@link Deadlines} sends it after the answers to earlier
   * requests, and closes the connection.
   */
  static final class Answer extends DefaultFullHttpResponse {

    private Answer(Refusal refusal, String path) {
      super(
          HttpVersion.HTTP_1_1,
          HttpResponseStatus.valueOf(refusal.problem().status()),
          Unpooled.wrappedBuffer(refusal.document(path)));
    }
  }

  /** Checks the requests of one connection right after the decoder. */
  private final class Guard extends ChannelInboundHandlerAdapter {

    private static final HttpMethod NO_METHOD = HttpMethod.valueOf("-");

    // A request that cannot be decoded has a head, too.
    private HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, NO_METHOD, "/");
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (refused) {
        ReferenceCountUtil.release(message);
        return;
      }
      Problem mistake = null;
      if (message instanceof DecoderResultProvider decoded && decoded.decoderResult().isFailure()) {
        mistake = decodingProblem(decoded.decoderResult().cause());
      }
      if (message instanceof HttpRequest request) {
        head = request;
        mistake = mistake == null ? validate(request) : mistake;
      }
      if (mistake == null) {
        context.fireChannelRead(message);
        return;
      }
      refused = true;
      ReferenceCountUtil.release(message);
      var unused = context.writeAndFlush(answer(mistake));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (refused) {
        context.read();
      } else {
        context.fireChannelReadComplete();
      }
    }

    private FullHttpResponse answer(Problem problem) {
      String id = RequestId.acceptOrCreate(head.headers().get(RequestId.HEADER));
      String path = printable(head.uri().replaceFirst("\\?.*", ""));
      RequestLine.log(id, printable(head.method().name()), path, problem.status(), 0, null);
      Refusal refusal = new Refusal(problem);
      FullHttpResponse response = new Answer(refusal, path);
      refusal.headers().forEach(response.headers()::set);
      cors.headers(head.headers().get(HttpHeaderNames.ORIGIN)).forEach(response.headers()::set);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
          .set("X-Content-Type-Options", "nosniff")
          .set(RequestId.HEADER, id);
      return response;
    }

    private static String printable(String text) {
      return text.replaceAll("[^!-~]", "?");
    }
  }
}
