package dev.annals.push.webhook;

import dev.annals.http.time.PeriodicTasks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.springframework.beans.factory.DisposableBean;

/**
 * Sends requests to servers that users name. It connects to the very addresses that it checked, to
 * each server anew, and ends each exchange after a time limit. It follows no redirects, knows no
 * proxy and no cookies, and decompresses nothing. Of an answer it needs the status alone.
 */
final class WebhookClient implements DisposableBean {

  private static final ContentType JSON = ContentType.create("application/json");
  private static final int MAX_CONNECTIONS = 100;
  private static final int MAX_ANSWER = 64 * 1024;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_HEADER_LENGTH = 8 * 1024;

  private final boolean httpsOnly;
  private final Duration limit;
  private final PeriodicTasks tasks;
  private final CloseableHttpClient client;

  /**
   * Creates a client.
   *
   * @param allowed the addresses that it may connect to. A name that resolves to another one, too,
   *     is refused
   * @param limit the time for an exchange; a name that does not resolve may take longer
   */
  WebhookClient(
      boolean httpsOnly,
      Predicate<InetAddress> allowed,
      DnsResolver names,
      Duration limit,
      PeriodicTasks tasks) {
    this.httpsOnly = httpsOnly;
    this.limit = limit;
    this.tasks = tasks;
    long millis = limit.toMillis();
    PoolingHttpClientConnectionManager connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(new CheckedNames(names, allowed))
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(
                        Http1Config.custom()
                            .setMaxLineLength(MAX_HEADER_LENGTH)
                            .setMaxHeaderCount(MAX_HEADERS)
                            .build())
                    .build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(millis, TimeUnit.MILLISECONDS)
                    .setSocketTimeout((int) millis, TimeUnit.MILLISECONDS)
                    .build())
            .setDefaultTlsConfig(
                TlsConfig.custom().setHandshakeTimeout(millis, TimeUnit.MILLISECONDS).build())
            .setMaxConnTotal(MAX_CONNECTIONS)
            .setMaxConnPerRoute(MAX_CONNECTIONS)
            .build();
    this.client =
        HttpClientBuilder.create()
            .setConnectionManager(connections)
            .setConnectionReuseStrategy((request, response, context) -> false)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(millis, TimeUnit.MILLISECONDS)
                    .setConnectionRequestTimeout(millis, TimeUnit.MILLISECONDS)
                    .setProtocolUpgradeEnabled(false)
                    .setAuthenticationEnabled(false)
                    .build())
            .setUserAgent("Annals-Webhooks")
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  /** Sends JSON. Blocks until the answer has come or the time is over. */
  Answer post(URI url, Map<String, String> headers, byte[] json) {
    if (httpsOnly && !"https".equalsIgnoreCase(url.getScheme())) {
      return Answer.failed("The address is not https");
    }
    HttpPost request = new HttpPost(url);
    headers.forEach(request::setHeader);
    request.setHeader(HttpHeaders.CONNECTION, "close");
    request.setEntity(new ByteArrayEntity(json, JSON));
    AtomicBoolean late = new AtomicBoolean();
    tasks.runAfter(
        limit,
        () -> {
          late.set(true);
          request.cancel();
        });
    try {
      return Answer.of(send(request));
    } catch (IOException | HttpException failure) {
      return Answer.failed(late.get() ? late() : sentence(failure));
    }
  }

  private int send(HttpPost request) throws IOException, HttpException {
    ClassicHttpResponse response =
        client.executeOpen(RoutingSupport.determineHost(request), request, null);
    try {
      if (response.getEntity() != null) {
        // A receiver may write its answer before it reads the end.
        byte[] unused = response.getEntity().getContent().readNBytes(MAX_ANSWER);
      }
      return response.getCode();
    } finally {
      // Otherwise the end would read the rest.
      request.cancel();
      Closer.closeQuietly(response);
    }
  }

  private String late() {
    return "No answer within %d s".formatted(limit.toSeconds());
  }

  private String sentence(Exception failure) {
    if (failure instanceof AddressNotAllowedException) {
      return "The address is not public";
    }
    if (failure instanceof UnknownHostException) {
      return "The name does not resolve";
    }
    if (failure instanceof SocketTimeoutException) {
      return late();
    }
    if (failure instanceof ConnectException) {
      return "Refused the connection";
    }
    if (failure instanceof NoRouteToHostException) {
      return "The address cannot be reached";
    }
    if (failure instanceof SSLException) {
      return "No secure connection: see the certificate and the protocol";
    }
    return failure instanceof HttpException || failure instanceof ClientProtocolException
        ? "The answer is not HTTP"
        : "Closed the connection before the end of the answer";
  }

  @Override
  public void destroy() {
    client.close(CloseMode.IMMEDIATE);
  }

  private static final class AddressNotAllowedException extends UnknownHostException {
    private static final long serialVersionUID = 1L;
  }

  /** The client connects to the addresses that this returns, and asks for them once. */
  private record CheckedNames(DnsResolver names, Predicate<InetAddress> allowed)
      implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] all = names.resolve(host);
      for (InetAddress address : all) {
        if (!allowed.test(address)) {
          throw new AddressNotAllowedException();
        }
      }
      return all;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
