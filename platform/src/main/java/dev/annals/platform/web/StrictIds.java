package dev.annals.platform.web;

import dev.annals.platform.validation.Uuids;
import java.beans.PropertyEditorSupport;
import java.util.UUID;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/**
 * Reads ids in paths in their canonical form alone. What is no id reads as the nil UUID, which
 * names nothing: so the request is refused as one that names an unknown resource is, after
 * everything that comes before 404. An editor and not a converter, because when a converter fails
 * Spring falls back on its own, lenient editor.
 */
@ControllerAdvice
final class StrictIds {

  // RFC 9562, 5.9. No id is ever made like this.
  private static final UUID NIL = new UUID(0, 0);

  @InitBinder
  void strictIds(WebDataBinder binder) {
    binder.registerCustomEditor(
        UUID.class,
        new PropertyEditorSupport() {
          @Override
          public void setAsText(String text) {
            setValue(Uuids.parse(text).orElse(NIL));
          }
        });
  }
}
