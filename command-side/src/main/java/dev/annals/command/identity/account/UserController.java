package dev.annals.command.identity.account;

import dev.annals.base.problem.Problem;
import dev.annals.command.CommandProblem;
import dev.annals.command.RefusesCommand;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserCommand.UpdateProfile;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.http.json.CanBeAbsent;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Shows and changes the account of the caller. */
@RestController
@Tag(name = "Account", description = "The profile and the data of the caller.")
@ServedBy(ProcessRole.IDENTITY)
@RequestMapping(path = "/users/me", produces = MediaType.APPLICATION_JSON_VALUE)
record UserController(Users users, CommandGateway commands) {

  record ProfileUpdate(
      @Text(min = 1, max = 100, line = true) String displayName,
      boolean dailySummary,
      @CanBeAbsent @TimeZone String timeZone,
      @CanBeAbsent @Min(0) @Max(23) Integer summaryHour) {}

  record ErasureRequest(String password) {}

  /** Returns the profile of the caller. Its ETag is the version that a change needs. */
  @GetMapping
  ResponseEntity<Profile> me(Caller caller) {
    Profile profile = Profile.of(users.find(caller.userId()));
    // The next user of the client's cache can have the same version.
    return ResponseEntity.ok()
        .eTag(Long.toString(profile.version()))
        .cacheControl(CacheControl.noStore())
        .body(profile);
  }

  /** Changes the profile of the caller. An absent time zone or hour stays as it is. */
  @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Profile> update(@RequestBody ProfileUpdate body, IfMatch ifMatch, Caller caller) {
    UserDetails user =
        commands.sendAndWait(
            new UpdateProfile(
                caller.userId(),
                ifMatch,
                body.displayName(),
                body.dailySummary(),
                body.timeZone(),
                body.summaryHour()));
    return ChangeResponses.ok(Users.change(user.id(), user.version()), Profile.of(user));
  }

  /**
   * Erases the caller irrevocably. The key of their personal data is destroyed, so all of it reads
   * {@code [erased]} from now on, and every session ends, this one too. The body has the password.
   */
  @RefusesCommand({CommandProblem.WRONG_PASSWORD, CommandProblem.LAST_ADMIN})
  @Refuses(Problem.QUOTA_EXCEEDED)
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PostMapping(path = "/erase", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> erase(@RequestBody ErasureRequest body, Caller caller) {
    String checkedHash = users.requirePassword(caller.userId(), body.password());
    EraseUser command = new EraseUser(caller.userId(), Optional.of(checkedHash));
    return ChangeResponses.accepted(Users.change(caller.userId(), commands.sendAndWait(command)));
  }
}
