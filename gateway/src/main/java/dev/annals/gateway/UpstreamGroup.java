package dev.annals.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Processes of one kind, any of which can answer. */
final class UpstreamGroup {

  private final List<Upstream> backEnds;
  private final AtomicInteger turn = new AtomicInteger();

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
   * All of them in the order in which to try them: those that are ready, beginning with the one
   * whose turn it is; then the others, which may be ready again, and else say themselves why not.
   */
  List<Upstream> candidates() {
    List<Upstream> inTurn = new ArrayList<>(backEnds);
    Collections.rotate(inTurn, turn.getAndUpdate(now -> (now + 1) % backEnds.size()));
    inTurn.sort(Comparator.comparing(Upstream::ready).reversed());
    return inTurn;
  }
}
