package dev.annals.platform.web;

import dev.annals.platform.validation.Uuids;
import java.beans.PropertyEditorSupport;
import java.util.UUID;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/**
 * Reads ids in paths in their canonical form alone. An editor and not a converter, because when a
 * converter fails Spring falls back on its own, lenient editor.
 */
@ControllerAdvice
final class StrictIds {

  @InitBinder
  void strictIds(WebDataBinder binder) {
    binder.registerCustomEditor(
        UUID.class,
        new PropertyEditorSupport() {
          @Override
          public void setAsText(String text) {
            setValue(
                Uuids.parse(text).orElseThrow(() -> new IllegalArgumentException("Not a UUID")));
          }
        });
  }
}
