package dev.annals.command.identity;

import dev.annals.events.identity.Role;
import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Access;
import dev.annals.platform.validation.Text;
import dev.annals.platform.web.Changed;
import dev.annals.platform.web.ConsistencyToken;
import jakarta.validation.constraints.Email;
import java.net.URI;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/auth", produces = MediaType.APPLICATION_JSON_VALUE)
@Access(Access.To.EVERYBODY)
class AuthController {

  private static final int MAX_EMAIL = 254;

  private final Accounts accounts;
  private final Passwords passwords;
  private final Users users;
  private final Sessions sessions;
  private final TokenIssuer tokens;

  AuthController(
      Accounts accounts, Passwords passwords, Users users, Sessions sessions, TokenIssuer tokens) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.users = users;
    this.sessions = sessions;
    this.tokens = tokens;
  }

  record Registration(
      @Email @Text(min = 1, max = MAX_EMAIL) String email,
      @Text(min = Passwords.MIN_CHARACTERS, max = Passwords.MAX_BYTES) @Password String password,
      @Text(min = 1, max = 100) String displayName) {}

  record Credentials(String email, String password) {}

  record Tokens(
      String accessToken,
      String tokenType,
      long expiresIn,
      String refreshToken,
      long refreshExpiresIn) {}

  @Refuses(Problem.EMAIL_TAKEN)
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(path = "/register", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<UserDetails> register(@RequestBody Registration body) {
    UserDetails user =
        users.register(body.email(), body.password(), body.displayName(), EnumSet.of(Role.USER));
    return Changed.created(
        URI.create("/users/me"), ConsistencyToken.of("user", user.id(), user.version()), user);
  }

  @Refuses(Problem.BAD_CREDENTIALS)
  @PostMapping(path = "/login", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Tokens> login(
      @RequestBody Credentials body,
      @RequestHeader(name = HttpHeaders.USER_AGENT, required = false) String userAgent) {
    UUID userId = authenticate(body);
    UserDetails user = users.find(userId);
    Sessions.Opened session = sessions.open(userId, userAgent);
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(
            new Tokens(
                tokens.issue(userId, session.sessionId(), user.roles()),
                "Bearer",
                TokenIssuer.LIFETIME.toSeconds(),
                session.refreshToken(),
                Sessions.LIFETIME.toSeconds()));
  }

  private UUID authenticate(Credentials body) {
    Optional<Accounts.Account> account = accounts.find(body.email());
    if (account.isEmpty()) {
      passwords.matchesNobody(body.password());
    } else if (passwords.matches(body.password(), account.get().passwordHash())) {
      return account.get().userId();
    }
    throw new Refusal(
        Problem.BAD_CREDENTIALS, "The e-mail address is not known, or the password is not its.");
  }
}
