package dev.annals.gateway;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * A URL and the processes behind it: one for each address of its host name. It stands for one
 * process if its scheme is {@code https}, since certificates contain names.
 */
final class UpstreamUrl {

  private static final Logger log = LoggerFactory.getLogger(UpstreamUrl.class);

  private final URI url;
  // Assumed to be ready until the first lookup.
  private final Upstream unknown;
  private volatile List<Upstream> known = List.of();

  UpstreamUrl(String url) {
    this.url = URI.create(url);
    this.unknown = new Upstream(this.url, true);
  }

  /** Returns the processes of the last lookup, at least one. */
  List<Upstream> processes() {
    return known.isEmpty() ? List.of(unknown) : known;
  }

  /**
   * Looks up the addresses of the host name. Waits for the name server.
   *
   * @return the processes that the previous lookup did not find
   */
  List<Upstream> lookUp() {
    Map<URI, Upstream> before =
        known.stream().collect(Collectors.toMap(Upstream::url, Function.identity()));
    List<URI> found = find();
    if (before.size() != found.size() || !before.keySet().containsAll(found)) {
      log.info("{} has the processes {}", url, found);
    }
    // A name can have an address before the process at the address is ready.
    known =
        found.stream()
            .map(it -> before.containsKey(it) ? before.get(it) : new Upstream(it, before.isEmpty()))
            .toList();
    return known.stream().filter(it -> !before.containsKey(it.url())).toList();
  }

  private List<URI> find() {
    if (url.getScheme().equals("https")) {
      return List.of(url);
    }
    try {
      List<InetAddress> addresses = List.of(InetAddress.getAllByName(url.getHost()));
      // A process can have an address of each version.
      boolean version4 = addresses.stream().anyMatch(Inet4Address.class::isInstance);
      return addresses.stream()
          .filter(address -> !version4 || address instanceof Inet4Address)
          .map(this::at)
          .distinct()
          .sorted()
          .toList();
    } catch (UnknownHostException e) {
      // The name server may be unavailable. An address without a ready process may soon have one
      // of another kind.
      List<URI> ready = known.stream().filter(Upstream::ready).map(Upstream::url).toList();
      return ready.isEmpty() ? List.of(url) : ready;
    }
  }

  private URI at(InetAddress address) {
    String text = NetUtil.toAddressString(address);
    return UriComponentsBuilder.fromUri(url)
        .host(address instanceof Inet4Address ? text : "[" + text + "]")
        .build(true)
        .toUri();
  }
}
