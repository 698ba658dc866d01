package dev.annals.query.flag;

import dev.annals.api.ChangeKind;
import dev.annals.api.Feature;
import dev.annals.base.flag.Flag;
import dev.annals.eventstore.flag.Flags;
import dev.annals.http.security.Caller;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.projection.model.ReadYourWrites;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the caller which features are on. */
@RestController
@Tag(name = "Feature flags", description = "Switches of features, for all users or some.")
class FlagController {

  private final Flags flags;
  private final ReadYourWrites<ConsistencyToken> writes;

  FlagController(Flags flags) {
    this.flags = flags;
    this.writes = new ReadYourWrites<>(flags::missing);
  }

  /** Returns each feature flag as it holds for the caller. A flag is on or off. */
  @GetMapping(path = "/flags", produces = MediaType.APPLICATION_JSON_VALUE)
  Map<String, Boolean> mine(ConsistencyTokens changes, Caller caller) {
    changes.await(() -> writes.shown(changes.of(ChangeKind.FLAG)));
    Map<String, Boolean> mine = new LinkedHashMap<>();
    for (Flag flag : Feature.values()) {
      mine.put(flag.key(), flags.isOn(flag, caller.userId()));
    }
    return mine;
  }
}
