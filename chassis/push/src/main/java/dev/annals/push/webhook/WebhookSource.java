package dev.annals.push.webhook;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The webhooks of all users. Without this bean there are no deliveries. A call may block, and
 * throws a {@code DataAccessException} if the store is away.
 */
public interface WebhookSource {

  /** Returns the webhooks of some users, enabled or not. */
  List<Webhook> of(Collection<UUID> owners);

  /** Returns the webhooks of these ids that exist. */
  List<Webhook> find(Collection<UUID> ids);

  /** Returns the first webhooks after an id, in the order of ids. */
  List<Webhook> after(UUID id, int limit);

  /** Returns where a webhook leads to; empty if it does not exist or cannot be read any more. */
  Optional<Target> target(UUID id);

  /**
   * The place that deliveries go to.
   *
   * @param keys the keys that sign them: the current one, and the one before for some time
   */
  record Target(URI url, List<byte[]> keys) {}
}
