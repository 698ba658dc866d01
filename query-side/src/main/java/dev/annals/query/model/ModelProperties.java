package dev.annals.query.model;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How read models are kept.
 *
 * @param guarded whether each write's filter also says that the stored document is older. Needed
 *     where two processes may for a moment own the same segment; off for the embedded server, which
 *     one process has to itself and which would scan the collection for such a filter. There no
 *     indexes are created either
 * @param node the name under which tokens are claimed; by default one of this process. A process
 *     that is the only one may give a fixed name, and then need not wait for its predecessor's
 *     claims to time out after a crash
 * @param step how long each step of a replay's end is left for all processes to notice it
 */
@ConfigurationProperties("annals.read-model")
public record ModelProperties(
    @DefaultValue("true") boolean guarded, String node, @DefaultValue("3s") Duration step) {

  /** For how long a reader can rely on what it has looked up: well less than a step. */
  Duration trust() {
    return step.dividedBy(3);
  }
}
