package dev.annals.command.identity.verification;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.command.CommandProblem;
import dev.annals.command.RefusesCommand;
import dev.annals.command.identity.MailedTokens;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.UserCommand.VerifyEmail;
import dev.annals.command.identity.Users;
import dev.annals.command.limit.Policy;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.http.limit.Limits;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.ChangeResponses;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
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

/** Verifies e-mail addresses by the tokens in mails. */
@RestController
@Tag(name = "Authentication")
@ServedBy(ProcessRole.IDENTITY)
@RequestMapping(path = "/auth/verify-email")
record EmailVerificationController(
    EmailVerification verification, Limits limits, CommandGateway commands) {

  record MailedToken(String token) {}

  /**
   * Verifies an e-mail address. The body has the token from the mail, which is valid once and for
   * 24 hours. The version of the user grows by one.
   */
  @RefusesCommand(CommandProblem.INVALID_VERIFICATION_TOKEN)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> verify(@RequestBody MailedToken body) {
    OpaqueToken token = new OpaqueToken(body.token());
    UUID userId =
        verification
            .userOf(token)
            .orElseThrow(() -> MailedTokens.refusal(CommandProblem.INVALID_VERIFICATION_TOKEN));
    // A reader of the user's mail acts as the user.
    long version =
        commands.sendAndWait(
            new VerifyEmail(userId, Optional.of(token)),
            MetaData.with(AxonConfiguration.ACTOR, userId.toString()));
    return ChangeResponses.noContent(Users.change(userId, version));
  }

  /** Sends another verification mail. The link in the mail before becomes invalid. */
  @RefusesCommand(CommandProblem.ALREADY_VERIFIED)
  @Refuses(Problem.QUOTA_EXCEEDED)
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PostMapping("/resend")
  void resend(Caller caller) {
    limits.spendOnSuccess(
        Policy.VERIFY_EMAIL,
        caller.userId(),
        1,
        () -> {
          if (!verification.resend(caller.userId(), caller.sessionId())) {
            throw new Refusal(
                CommandProblem.ALREADY_VERIFIED, "The e-mail address is verified already.");
          }
          return true;
        });
  }
}
