package dev.annals.command.identity;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.Optional;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.modelling.command.Aggregate;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/**
 * Changes a password for a token: the token is used up in the transaction that stores the event.
 */
@Component
class TokenRedemption {

  private final Repository<User> users;
  private final Accounts accounts;
  private final ResetTokens tokens;

  TokenRedemption(Repository<User> users, Accounts accounts, ResetTokens tokens) {
    this.users = users;
    this.accounts = accounts;
    this.tokens = tokens;
  }

  /**
   * Gives the user's new version.
   *
   * @throws Refusal {@code invalid-reset-token}
   */
  @CommandHandler
  long handle(ResetPassword command) throws Exception {
    Aggregate<User> user = users.load(command.userId().toString());
    accounts.hold(command.userId());
    if (!tokens.use(command.userId(), command.token())) {
      throw refusal();
    }
    ChangePassword change =
        new ChangePassword(
            command.userId(), command.passwordHash(), Optional.empty(), Optional.empty());
    return (long) user.handle(GenericCommandMessage.asCommandMessage(change));
  }

  static Refusal refusal() {
    return new Refusal(
        Problem.INVALID_RESET_TOKEN,
        "The token is not known, was used, was followed by a newer one, or its time is over.");
  }
}
