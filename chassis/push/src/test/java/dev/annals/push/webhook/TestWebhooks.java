package dev.annals.push.webhook;

import java.net.URI;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Webhooks in memory. */
final class TestWebhooks implements WebhookSource {

  private final Map<UUID, Webhook> webhooks = new ConcurrentHashMap<>();
  private final Map<UUID, Target> targets = new ConcurrentHashMap<>();

  Webhook put(
      UUID id,
      UUID owner,
      @Nullable Set<String> types,
      Webhook.State state,
      long enabledVersion,
      URI url,
      List<byte[]> keys) {
    Webhook webhook = new Webhook(id, owner, types, state, enabledVersion);
    targets.put(id, new Target(url, keys));
    webhooks.put(id, webhook);
    return webhook;
  }

  void change(Webhook webhook, Webhook.State state, long enabledVersion) {
    webhooks.put(
        webhook.id(),
        new Webhook(webhook.id(), webhook.owner(), webhook.types(), state, enabledVersion));
  }

  void delete(UUID id) {
    webhooks.remove(id);
    targets.remove(id);
  }

  @Override
  public List<Webhook> of(Collection<UUID> owners) {
    return select(webhook -> owners.contains(webhook.owner()));
  }

  @Override
  public List<Webhook> find(Collection<UUID> ids) {
    return select(webhook -> ids.contains(webhook.id()));
  }

  @Override
  public List<Webhook> after(UUID id, int limit) {
    return select(webhook -> webhook.id().compareTo(id) > 0).stream().limit(limit).toList();
  }

  @Override
  public Optional<Target> target(UUID id) {
    return Optional.ofNullable(targets.get(id));
  }

  private List<Webhook> select(Predicate<Webhook> condition) {
    return webhooks.values().stream()
        .filter(condition)
        .sorted(Comparator.comparing(Webhook::id))
        .toList();
  }
}
