package dev.annals.http.web;

import dev.annals.base.validation.Uuids;
import java.beans.PropertyEditorSupport;
import java.util.UUID;
import org.springframework.beans.PropertyEditorRegistrar;
import org.springframework.beans.PropertyEditorRegistry;

/**
 * Reads only canonical UUIDs in paths. Any other text reads as the nil UUID, which no resource has,
 * so the request fails with 404 like one for an unknown resource, after all checks that precede
 * 404. It is an editor, because Spring falls back to its lenient editor if a converter fails.
 */
final class StrictIds implements PropertyEditorRegistrar {

  // RFC 9562, 5.9. No generated id is nil.
  private static final UUID NIL = new UUID(0, 0);

  @Override
  public void registerCustomEditors(PropertyEditorRegistry editors) {
    editors.registerCustomEditor(
        UUID.class,
        new PropertyEditorSupport() {
          @Override
          public void setAsText(String text) {
            setValue(Uuids.parse(text).orElse(NIL));
          }
        });
  }
}
