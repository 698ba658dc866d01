package dev.annals.command.flag;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.api.ChangeKind;
import dev.annals.api.Feature;
import dev.annals.base.flag.Flag;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.flag.FlagState;
import dev.annals.eventstore.flag.Flags;
import dev.annals.http.json.CanBeAbsent;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows and switches feature flags, read from the event store and so never stale. */
@RestController
@Tag(name = "Feature flags")
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping(path = "/admin/flags", produces = MediaType.APPLICATION_JSON_VALUE)
record FlagController(Flags flags, CommandGateway commands) {

  /** A flag in a response. */
  record FlagDetails(String key, String description, @JsonUnwrapped FlagState state) {

    static FlagDetails of(Flag flag, FlagState state) {
      return new FlagDetails(flag.key(), flag.description(), state);
    }
  }

  record Setting(
      boolean enabled,
      @CanBeAbsent @Min(0) @Max(100) Integer percentage,
      @CanBeAbsent @ArraySchema(uniqueItems = true) List<UUID> users) {

    Setting {
      percentage = percentage == null ? FlagState.INITIAL.percentage() : percentage;
      users = users == null ? FlagState.INITIAL.users() : List.copyOf(users);
      Refusal.refuseDuplicates("/users", users);
    }
  }

  /** Lists all feature flags with their settings. A flag that was never switched has version -1. */
  @GetMapping
  List<FlagDetails> list() {
    return Arrays.stream(Feature.values())
        .map(flag -> FlagDetails.of(flag, flags.current(flag)))
        .toList();
  }

  /**
   * Returns a feature flag with its settings. Its ETag is the version that a change needs; a flag
   * that was never switched has version -1.
   */
  @GetMapping("/{key}")
  ResponseEntity<FlagDetails> get(@PathVariable String key) {
    Flag flag = flags.find(key).orElseThrow(Refusal::notFound);
    FlagState state = flags.current(flag);
    return ResponseEntity.ok()
        .eTag(Long.toString(state.version()))
        .body(FlagDetails.of(flag, state));
  }

  /**
   * Switches a feature flag. It is on for the users that are named, and for a stable percentage of
   * all users if it is enabled. The change is in force everywhere within 2 seconds.
   */
  @PutMapping(path = "/{key}", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<FlagDetails> set(
      @RequestBody Setting body, IfMatch ifMatch, @PathVariable String key) {
    Flag flag = flags.find(key).orElseThrow(Refusal::notFound);
    FlagState state =
        send(
            new FeatureFlag.SwitchFlag(
                flag, ifMatch, body.enabled(), body.percentage(), body.users()));
    return ChangeResponses.ok(
        ConsistencyToken.of(ChangeKind.FLAG, Flags.idOf(flag), state.version()),
        FlagDetails.of(flag, state));
  }

  private FlagState send(FeatureFlag.SwitchFlag command) {
    try {
      return commands.sendAndWait(command);
    } catch (AggregateStreamCreationException overtaken) {
      // A concurrent request was the first to switch the flag; now it has a version.
      return commands.sendAndWait(command);
    }
  }
}
