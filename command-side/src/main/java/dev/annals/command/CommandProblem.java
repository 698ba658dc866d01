package dev.annals.command;

import dev.annals.base.problem.ProblemType;
import java.net.URI;

/** The problem types that only the commands of notes, tasks, accounts and webhooks have. */
public enum CommandProblem implements ProblemType {
  INVALID_RESET_TOKEN(400, "The password reset token is invalid or expired"),
  INVALID_VERIFICATION_TOKEN(400, "The verification token is invalid or expired"),
  BAD_CREDENTIALS(401, "The e-mail address or the password is wrong"),
  WRONG_PASSWORD(400, BAD_CREDENTIALS.title),
  INVALID_REFRESH_TOKEN(401, "The refresh token is invalid or expired"),
  ACCOUNT_DISABLED(403, "The account is disabled"),
  EMAIL_TAKEN(409, "The e-mail address is taken"),
  ALREADY_VERIFIED(409, "The e-mail address is verified already"),
  INVALID_TRANSITION(409, "The task's status does not allow this"),
  LAST_ADMIN(409, "The last administrator must stay"),
  TOO_MANY_WEBHOOKS(409, "The user has the most webhooks that are allowed");

  private final int status;
  private final String title;

  CommandProblem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public URI type() {
    return this == WRONG_PASSWORD ? BAD_CREDENTIALS.type() : ProblemType.super.type();
  }
}
