package dev.annals.command.identity.account;

import dev.annals.api.Feature;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.RefusesCommand;
import dev.annals.command.identity.UserCommand.AssignRoles;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.UserCommand.EnableUser;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.eventstore.flag.Flags;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.IfMatch;
import dev.annals.http.web.Page;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Manages users, for administrators. */
@RestController
@Tag(name = "Users", description = "The users, for administrators.")
@ServedBy(ProcessRole.IDENTITY)
@RequestMapping(path = "/admin/users", produces = MediaType.APPLICATION_JSON_VALUE)
record AdministrationController(UserList list, Users users, CommandGateway commands, Flags flags) {

  record Assignment(@ArraySchema(uniqueItems = true) List<Role> roles) {

    Assignment {
      roles = List.copyOf(roles);
      Refusal.refuseDuplicates("/roles", roles);
    }
  }

  /** Lists the users, a page at a time. Without filters it lists all users, also disabled ones. */
  @GetMapping
  @Refuses(Problem.FEATURE_DISABLED)
  Page<UserDetails> list(UserList.Query query, Caller caller) {
    flags.requireEnabled(Feature.SORTING, query.sort(), caller.userId());
    return list.page(query).map(users::find);
  }

  /** Returns a user. Its ETag is the version that a change of the roles needs. */
  @GetMapping("/{id}")
  ResponseEntity<UserDetails> get(@PathVariable UUID id) {
    UserDetails user = users.find(id);
    return ResponseEntity.ok().eTag(Long.toString(user.version())).body(user);
  }

  /**
   * Replaces the roles of a user. They are in force with the next access token of the user. The
   * last administrator keeps that role.
   */
  @RefusesCommand(CommandProblem.LAST_ADMIN)
  @PutMapping(path = "/{id}/roles", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<UserDetails> assignRoles(
      @RequestBody Assignment body, IfMatch ifMatch, @PathVariable UUID id) {
    return ok(commands.sendAndWait(new AssignRoles(id, ifMatch, Set.copyOf(body.roles()))));
  }

  /**
   * Disables a user. Every session of the user ends, and a login is refused until the user is
   * enabled again. The last administrator cannot be disabled.
   */
  @RefusesCommand(CommandProblem.LAST_ADMIN)
  @PostMapping("/{id}/disable")
  ResponseEntity<UserDetails> disable(@PathVariable UUID id) {
    return ok(commands.sendAndWait(new DisableUser(id)));
  }

  /** Enables a disabled user. The user can log in again. */
  @PostMapping("/{id}/enable")
  ResponseEntity<UserDetails> enable(@PathVariable UUID id) {
    return ok(commands.sendAndWait(new EnableUser(id)));
  }

  /**
   * Erases a user irrevocably. The key of their personal data is destroyed, so all of it reads
   * {@code [erased]} from now on. The last administrator cannot be erased.
   */
  @RefusesCommand(CommandProblem.LAST_ADMIN)
  @ResponseStatus(HttpStatus.ACCEPTED)
  @DeleteMapping(path = "/{id}", produces = MediaType.ALL_VALUE)
  ResponseEntity<Void> erase(@PathVariable UUID id) {
    return ChangeResponses.accepted(Users.change(id, commands.sendAndWait(new EraseUser(id))));
  }

  private static ResponseEntity<UserDetails> ok(UserDetails user) {
    return ChangeResponses.ok(Users.change(user.id(), user.version()), user);
  }
}
