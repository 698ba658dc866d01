package dev.annals.query.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.events.webhook.WebhookChanged;
import dev.annals.events.webhook.WebhookCreated;
import dev.annals.events.webhook.WebhookDeleted;
import dev.annals.events.webhook.WebhookDisabled;
import dev.annals.events.webhook.WebhookEvent;
import dev.annals.events.webhook.WebhookSecretRotated;
import dev.annals.events.webhook.WebhookValues;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class AuditedStatesTest {

  private static final UUID HOOK = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final WebhookValues SOME =
      new WebhookValues("https://example.org/hook", List.of("NoteCreated"), "Backup");
  private static final WebhookValues ALL =
      new WebhookValues("https://example.org/hook", null, "Backup");

  private final ObjectNode state = JsonMapper.shared().createObjectNode();

  @Test
  void tellsWhetherAWebhookIsEnabled() {
    assertThat(after(new WebhookCreated(HOOK, ANNA, SOME))).isEqualTo("{\"enabled\":true}");
    assertThat(after(new WebhookDisabled(HOOK, ANNA, WebhookDisabled.Reason.GONE)))
        .isEqualTo("{\"enabled\":false}");
  }

  @Test
  void endsTheReasonWhenAWebhookIsEnabledAgain() {
    state.put("disabledReason", "gone");

    assertThat(after(new WebhookChanged(HOOK, ANNA, SOME, false)))
        .isEqualTo("{\"disabledReason\":\"gone\"}");
    assertThat(after(new WebhookChanged(HOOK, ANNA, SOME, true)))
        .isEqualTo("{\"disabledReason\":null}");
  }

  @Test
  void endsTheChoiceOfTypesWhenAWebhookGetsAll() {
    state.putArray("types").add("NoteCreated");

    assertThat(after(new WebhookChanged(HOOK, ANNA, ALL, false))).isEqualTo("{\"types\":null}");
  }

  @Test
  void tellsWhenASecretWasRotatedAndAWebhookDeleted() {
    assertThat(after(new WebhookSecretRotated(HOOK, ANNA)))
        .isEqualTo("{\"secretRotatedAt\":\"2026-11-22T05:50:00.123Z\"}");
    assertThat(after(new WebhookDeleted(HOOK, ANNA)))
        .isEqualTo(
            "{\"secretRotatedAt\":\"2026-11-22T05:50:00.123Z\",\"deletedAt\":\"2026-11-22T05:50:00.123Z\"}");
  }

  private String after(WebhookEvent event) {
    new AuditedStates().name(event, NOW, state);
    return state.toString();
  }
}
