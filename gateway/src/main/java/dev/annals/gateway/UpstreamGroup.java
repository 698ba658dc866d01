package dev.annals.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Interchangeable processes of one kind. */
final class UpstreamGroup {

  private final List<Upstream> backEnds;
  private final AtomicInteger next = new AtomicInteger();

  UpstreamGroup(List<String> urls) {
    backEnds = urls.stream().map(Upstream::new).toList();
  }

  List<Upstream> backEnds() {
    return backEnds;
  }

  boolean ready() {
    return backEnds.stream().anyMatch(Upstream::ready);
  }

  /**
   * Returns all processes in the order of the attempts: the ready ones in rotation, then the
   * others, which may be ready again or answer with a reason.
   */
  List<Upstream> candidates() {
    List<Upstream> candidates = new ArrayList<>(backEnds);
    Collections.rotate(candidates, next.getAndUpdate(index -> (index + 1) % backEnds.size()));
    candidates.sort(Comparator.comparing(Upstream::ready).reversed());
    return candidates;
  }
}
