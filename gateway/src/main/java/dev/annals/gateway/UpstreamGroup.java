package dev.annals.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Interchangeable processes of one kind. */
final class UpstreamGroup {

  private final List<UpstreamUrl> urls;
  private final AtomicInteger next = new AtomicInteger();

  UpstreamGroup(List<String> urls) {
    this.urls = urls.stream().map(UpstreamUrl::new).toList();
  }

  List<UpstreamUrl> urls() {
    return urls;
  }

  boolean ready() {
    return backEnds().stream().anyMatch(Upstream::ready);
  }

  /**
   * Returns all processes in the order of the attempts: the ready ones in rotation, then the
   * others, which may be ready again or answer with a reason.
   */
  List<Upstream> candidates() {
    List<Upstream> candidates = backEnds();
    Collections.rotate(candidates, next.getAndIncrement());
    candidates.sort(Comparator.comparing(Upstream::ready).reversed());
    return candidates;
  }

  private List<Upstream> backEnds() {
    return urls.stream()
        .flatMap(url -> url.processes().stream())
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
