package dev.annals.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.annals.audit.Seal.Head;
import dev.annals.audit.Seal.Leaf;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.seal.MerkleTree;
import dev.annals.eventstore.seal.StoredNodes;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.LargeResponses;
import dev.annals.http.web.QueryParameters;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.hibernate.validator.constraints.Range;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Proves to auditors that the history is unchanged since it was sealed. Bytes are in base64. */
@RestController
@Tag(name = "Audit")
@RequestMapping(path = "/audit", produces = MediaType.APPLICATION_JSON_VALUE)
record SealController(
    Seal seal,
    StoredNodes nodes,
    TransactionTemplate transactions,
    JdbcClient jdbc,
    LargeResponses answers) {

  /**
   * The positions to verify.
   *
   * @param from the first position to verify; by default all are verified
   * @param to the last position to verify; by default the last sealed one
   */
  record Positions(OptionalLong from, OptionalLong to) implements QueryParameters {

    Positions {
      if (from.isPresent() && to.isPresent() && to.getAsLong() < from.getAsLong()) {
        throw Refusal.invalid("?to", "must not be before from");
      }
    }
  }

  /**
   * The tree of a proof.
   *
   * @param size the size of the tree; by default that of the newest head
   */
  record TreeSize(@Range(min = 1) OptionalLong size) implements QueryParameters {}

  /**
   * The result of a verification.
   *
   * @param to the last sealed position at most: later events cannot be verified yet
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Verified(
      long from,
      long to,
      long events,
      byte[] root,
      boolean intact,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long firstBad) {}

  /** The inclusion of an event (RFC 9162, 2.1.3) in the tree of that size. */
  @SuppressWarnings("ArrayRecordComponent")
  record Proof(
      long position,
      long leafIndex,
      long size,
      byte[] leafHash,
      List<byte[]> hashes,
      byte[] root) {}

  /**
   * Verifies that the sealed history is unchanged. The answer names the first position that was
   * altered, removed, inserted or reordered.
   */
  @GetMapping("/verify")
  @Refuses(Problem.TOO_MANY_REQUESTS)
  Verified verify(Positions positions, Caller caller) {
    answers.begin(caller.userId());
    Optional<Head> head = seal.newestHead();
    long sealed = head.map(Head::position).orElse(0L);
    long to = Math.min(positions.to().orElse(sealed), sealed);
    if (head.isEmpty()) {
      return new Verified(positions.from().orElse(0), to, 0, new MerkleTree().root(), true, null);
    }
    // By default this includes events that were inserted before the first one.
    SealVerification verification =
        new SealVerification(seal, jdbc, transactions, positions.from().orElse(Long.MIN_VALUE), to);
    SealVerification.Result result = verification.against(head.get());
    return new Verified(
        positions.from().orElse(0),
        to,
        result.events(),
        result.root(),
        result.firstBad().isEmpty(),
        result.firstBad().isPresent() ? result.firstBad().getAsLong() : null);
  }

  /**
   * Lists the signed heads of the history, the newest first. A head commits to all events before it
   * (RFC 9162).
   */
  @GetMapping("/heads")
  List<Head> heads() {
    return seal.heads();
  }

  /**
   * Proves that an event is part of the history. The hashes lead from the event to the root of a
   * head (RFC 9162, 2.1.3).
   */
  @GetMapping("/proof/{position}")
  Proof proof(TreeSize tree, @PathVariable String position) {
    long newest = seal.newestHead().map(head -> head.head().size()).orElse(0L);
    Leaf leaf =
        Optional.of(position)
            .filter(text -> text.matches("[0-9]{1,18}"))
            .flatMap(text -> seal.leaf(Long.parseLong(text)))
            .filter(it -> it.index() < newest)
            .orElseThrow(Refusal::notFound);
    long size = tree.size().orElse(newest);
    if (size <= leaf.index() || size > newest) {
      throw Refusal.invalid(
          "?size", "must be from " + (leaf.index() + 1) + " to " + newest + " for this event");
    }
    return new Proof(
        leaf.position(),
        leaf.index(),
        size,
        leaf.hash(),
        MerkleTree.inclusion(leaf.index(), size, nodes),
        new MerkleTree(size, nodes).root());
  }
}
