package dev.annals.command.identity.session;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.RefusesCommand;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.UserCommand.ChangePassword;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.account.Password;
import dev.annals.command.identity.account.Passwords;
import dev.annals.command.identity.account.Profile;
import dev.annals.command.identity.account.ValidEmail;
import dev.annals.command.identity.key.TokenIssuer;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChangeResponses;
import dev.annals.jobs.mail.EmailAddress;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Registers users, and opens, renews and ends their sessions. */
@RestController
@Tag(name = "Authentication", description = "Registration, logins, sessions and passwords.")
@ServedBy(ProcessRole.IDENTITY)
@RequestMapping(path = "/auth", produces = MediaType.APPLICATION_JSON_VALUE)
record AuthController(
    Passwords passwords,
    Users users,
    Sessions sessions,
    TokenIssuer tokens,
    CommandGateway commands,
    Clock clock) {

  record Registration(
      @Schema(minLength = 3, maxLength = EmailAddress.MAX_LENGTH, pattern = "^[ -~]+@[^@ ]+$")
          @ValidEmail
          String email,
      @Text(min = Passwords.MIN_CHARACTERS, max = Passwords.MAX_BYTES) @Password String password,
      @Text(min = 1, max = 100, line = true) String displayName) {}

  record Credentials(String email, String password) {}

  record Refresh(String refreshToken) {}

  record PasswordChange(
      String currentPassword,
      @Text(min = Passwords.MIN_CHARACTERS, max = Passwords.MAX_BYTES) @Password
          String newPassword) {}

  record Tokens(
      String accessToken,
      String tokenType,
      long expiresIn,
      String refreshToken,
      long refreshExpiresIn) {}

  /**
   * Registers a user. The user gets the role {@code USER}, and a mail with a link that verifies the
   * address.
   */
  @RefusesCommand(CommandProblem.EMAIL_TAKEN)
  @Refuses(Problem.QUOTA_EXCEEDED)
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(path = "/register", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Profile> register(@RequestBody Registration body) {
    UserDetails user =
        users.register(
            body.email(), body.password(), body.displayName(), EnumSet.of(Role.USER), false);
    return ChangeResponses.created(
        URI.create("/users/me"), Users.change(user.id(), user.version()), Profile.of(user));
  }

  /**
   * Opens a session. The answer is the same for an unknown address and a wrong password. A user has
   * at most 50 sessions; one more ends the oldest one.
   */
  @RefusesCommand({CommandProblem.BAD_CREDENTIALS, CommandProblem.ACCOUNT_DISABLED})
  @Refuses(Problem.QUOTA_EXCEEDED)
  @PostMapping(path = "/login", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Tokens> login(
      @RequestBody Credentials body,
      @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.USER_AGENT, required = false)
          String userAgent) {
    Accounts.Account account =
        users
            .authenticate(body.email(), body.password())
            .orElseThrow(
                () ->
                    new Refusal(
                        CommandProblem.BAD_CREDENTIALS,
                        "The e-mail address is unknown, or the password is wrong."));
    if (!account.enabled()) {
      throw new Refusal(
          CommandProblem.ACCOUNT_DISABLED, "An administrator has locked this account.");
    }
    return answer(sessions.open(account, userAgent));
  }

  /**
   * Exchanges a refresh token for new tokens. The old refresh token is invalid from now on: if it
   * is presented again, its whole session ends.
   */
  @RefusesCommand(CommandProblem.INVALID_REFRESH_TOKEN)
  @Refuses(Problem.QUOTA_EXCEEDED)
  @PostMapping(path = "/refresh", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Tokens> refresh(@RequestBody Refresh body) {
    return answer(
        sessions
            .refresh(new OpaqueToken(body.refreshToken()))
            .orElseThrow(
                () ->
                    new Refusal(
                        CommandProblem.INVALID_REFRESH_TOKEN,
                        "The refresh token is unknown or used, or its session has ended.")));
  }

  /**
   * Ends the session of a refresh token. Its access tokens are refused at once. An unknown refresh
   * token is accepted, too.
   */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping(path = "/logout", consumes = MediaType.APPLICATION_JSON_VALUE)
  void logout(@RequestBody Refresh body) {
    sessions.end(new OpaqueToken(body.refreshToken()));
  }

  /** Ends every session of the caller. All access tokens of the caller are refused at once. */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping("/logout-all")
  void logoutAll(Caller caller) {
    sessions.endAll(caller.userId(), caller.sessionId());
  }

  /** Lists the live sessions of the caller. The one of the request is marked as current. */
  @GetMapping("/sessions")
  List<Sessions.Live> sessions(Caller caller) {
    return sessions.of(caller.userId(), caller.sessionId());
  }

  /** Ends a session of the caller. Its access tokens are refused at once. */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @DeleteMapping("/sessions/{id}")
  void endSession(@PathVariable UUID id, Caller caller) {
    if (!sessions.end(caller.userId(), id, caller.sessionId())) {
      throw Refusal.notFound();
    }
  }

  /** Changes the password of the caller. The other sessions of the caller end. */
  @RefusesCommand(CommandProblem.WRONG_PASSWORD)
  @Refuses(Problem.QUOTA_EXCEEDED)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping(path = "/change-password", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> changePassword(@RequestBody PasswordChange body, Caller caller) {
    String checkedHash = users.requirePassword(caller.userId(), body.currentPassword());
    long version =
        commands.sendAndWait(
            new ChangePassword(
                caller.userId(),
                passwords.hash(caller.userId(), body.newPassword()),
                checkedHash,
                caller.sessionId()));
    return ChangeResponses.noContent(Users.change(caller.userId(), version));
  }

  /** Answers with tokens as RFC 6749, 5.1 does, with names in camelCase. */
  private ResponseEntity<Tokens> answer(Sessions.Open session) {
    UserDetails user = users.find(session.userId());
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(
            new Tokens(
                tokens.issue(user.id(), session.sessionId(), user.roles()),
                "Bearer",
                TokenIssuer.LIFETIME.toSeconds(),
                session.refreshToken().value(),
                Duration.between(clock.instant(), session.expiresAt()).toSeconds()));
  }
}
