package dev.annals.command.identity.reset;

import dev.annals.base.problem.Problem;
import dev.annals.command.CommandProblem;
import dev.annals.command.RefusesCommand;
import dev.annals.command.identity.IdentityProperties;
import dev.annals.command.identity.MailedTokens;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.PasswordResetCommand.RequestPasswordReset;
import dev.annals.command.identity.UserCommand.ResetPassword;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.account.Password;
import dev.annals.command.identity.account.Passwords;
import dev.annals.command.limit.Policy;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.http.limit.Limits;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChangeResponses;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.MetaData;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Replaces forgotten passwords by the tokens in mails. */
@RestController
@Tag(name = "Authentication")
@ServedBy(ProcessRole.IDENTITY)
@RequestMapping(path = "/auth", consumes = MediaType.APPLICATION_JSON_VALUE)
record PasswordResetController(
    Accounts accounts,
    Passwords passwords,
    ResetTokens tokens,
    Limits limits,
    CommandGateway commands,
    Clock clock,
    IdentityProperties properties) {

  record ForgottenPassword(String email) {}

  record NewPassword(
      String token,
      @Text(min = Passwords.MIN_CHARACTERS, max = Passwords.MAX_BYTES) @Password
          String newPassword) {}

  /**
   * Sends a mail with a link to set a new password. The answer is the same for an unknown address.
   */
  @Refuses(Problem.QUOTA_EXCEEDED)
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PostMapping("/forgot-password")
  void forgotPassword(@RequestBody ForgottenPassword body) {
    limits.spend(Policy.FORGOT_PASSWORD, Accounts.canonical(body.email()));
    // Takes much longer than the work for a known address.
    passwords.compareDummy();
    accounts
        .find(body.email())
        .filter(Accounts.Account::enabled)
        .ifPresent(
            account ->
                commands.sendAndWait(
                    new RequestPasswordReset(
                        UUID.randomUUID(),
                        account.userId(),
                        clock.instant().plus(properties.resetLifetime()))));
  }

  /**
   * Sets a new password. The body has the token from the mail, which is valid once and for 30
   * minutes. Every session of the user ends, and the address counts as verified.
   */
  @RefusesCommand(CommandProblem.INVALID_RESET_TOKEN)
  @Refuses(Problem.TOO_MANY_REQUESTS)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping("/reset-password")
  ResponseEntity<Void> resetPassword(@RequestBody NewPassword body) {
    OpaqueToken token = new OpaqueToken(body.token());
    // The costly hash comes after the check of the token.
    UUID userId =
        tokens
            .userOf(token)
            .orElseThrow(() -> MailedTokens.refusal(CommandProblem.INVALID_RESET_TOKEN));
    ResetPassword command =
        new ResetPassword(userId, token, passwords.hash(userId, body.newPassword()));
    // A reader of the user's mail acts as the user.
    long version =
        commands.sendAndWait(command, MetaData.with(AxonConfiguration.ACTOR, userId.toString()));
    return ChangeResponses.noContent(Users.change(userId, version));
  }
}
