package dev.annals.command.identity;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.identity.UserCommand.AssignRoles;
import dev.annals.command.identity.UserCommand.ChangePassword;
import dev.annals.command.identity.UserCommand.CompleteErasure;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.UserCommand.EnableUser;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.identity.UserCommand.ResetPassword;
import dev.annals.command.identity.UserCommand.UpdateProfile;
import dev.annals.command.identity.UserCommand.VerifyEmail;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.erasure.Erasure;
import dev.annals.command.identity.reset.ResetTokens;
import dev.annals.command.identity.session.Sessions;
import dev.annals.command.identity.verification.EmailVerification;
import dev.annals.events.identity.EmailVerified;
import dev.annals.events.identity.ErasureCompleted;
import dev.annals.events.identity.PasswordChanged;
import dev.annals.events.identity.ProfileUpdated;
import dev.annals.events.identity.RolesAssigned;
import dev.annals.events.identity.UserDisabled;
import dev.annals.events.identity.UserEnabled;
import dev.annals.events.identity.UserErased;
import dev.annals.events.identity.UserRegistered;
import dev.annals.eventstore.axon.AxonConfiguration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CommandHandlerInterceptor;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

/** A user. The rows of the account and the event are committed in one transaction. */
@Aggregate
@Revision("4")
class User {

  private static final String DEFAULT_TIME_ZONE = "UTC";
  private static final int DEFAULT_SUMMARY_HOUR = 7;

  @AggregateIdentifier @Subject private UUID userId;
  @Personal private String email;
  private boolean emailVerified;
  @Personal private String displayName;
  // A snapshot of a field of type Set would lose the order.
  private EnumSet<Role> roles;
  private boolean enabled;
  private Instant createdAt;
  private boolean dailySummary;
  private String timeZone;
  private int summaryHour;
  private boolean erased;
  private boolean erasureCompleted;

  /** Refuses changes of an erased user, except by tokens: they have their own refusal. */
  @CommandHandlerInterceptor
  void refuseIfErased(CommandMessage<?> command) {
    if (erased
        && !(command.getPayload() instanceof CompleteErasure
            || command.getPayload() instanceof VerifyEmail
            || command.getPayload() instanceof ResetPassword)) {
      throw Refusal.notFound();
    }
  }

  /**
   * Locks the account, then the caller's session, which must not have ended since the request was
   * authenticated. The session of another user is locked last, since its account is not locked.
   */
  @CommandHandlerInterceptor
  Object requireLiveSession(
      InterceptorChain handler,
      @MetaDataValue(AxonConfiguration.ACTOR) String actor,
      @MetaDataValue(AxonConfiguration.SESSION) String session,
      Accounts accounts,
      Sessions sessions)
      throws Exception {
    accounts.hold(userId);
    if (session == null) {
      return handler.proceed();
    }
    boolean own = actor.equals(String.valueOf(userId));
    if (own) {
      sessions.hold(UUID.fromString(session));
    }
    Object result = handler.proceed();
    if (!own) {
      sessions.hold(UUID.fromString(session));
    }
    return result;
  }

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  UserDetails decide(RegisterUser command, Accounts accounts, EmailVerification verification) {
    apply(
        new UserRegistered(
            command.userId(),
            command.email(),
            command.displayName(),
            command.roles(),
            false,
            DEFAULT_TIME_ZONE,
            DEFAULT_SUMMARY_HOUR));
    accounts.open(command, createdAt);
    if (command.verified()) {
      verify(accounts);
    } else {
      verification.begin(userId);
    }
    return details();
  }

  /** The event store accepts one of concurrent uses; the others find no token on their retry. */
  @CommandHandler
  long decide(VerifyEmail command, Accounts accounts, EmailVerification verification) {
    if (command.token().isPresent()
        && verification.userOf(command.token().get()).filter(userId::equals).isEmpty()) {
      throw MailedTokens.refusal(CommandProblem.INVALID_VERIFICATION_TOKEN);
    }
    if (!emailVerified) {
      verify(accounts);
    }
    return getVersion();
  }

  private void verify(Accounts accounts) {
    accounts.verify(userId);
    apply(new EmailVerified(userId));
  }

  @CommandHandler
  UserDetails decide(UpdateProfile command, Accounts accounts) {
    command.ifMatch().require(getVersion());
    String newZone = Objects.requireNonNullElse(command.timeZone(), timeZone);
    int newHour = Objects.requireNonNullElse(command.summaryHour(), summaryHour);
    boolean changes =
        !(displayName.equals(command.displayName())
            && dailySummary == command.dailySummary()
            && timeZone.equals(newZone)
            && summaryHour == newHour);
    if (changes) {
      accounts.rename(userId, command.displayName());
      apply(
          new ProfileUpdated(
              userId, command.displayName(), command.dailySummary(), newZone, newHour));
    }
    return details();
  }

  @CommandHandler
  long decide(ChangePassword command, Accounts accounts, Sessions sessions) {
    accounts.requirePassword(userId, command.checkedHash());
    accounts.changePassword(userId, command.passwordHash());
    sessions.endAllBut(userId, command.currentSession());
    apply(new PasswordChanged(userId, null));
    return getVersion();
  }

  @CommandHandler
  long decide(ResetPassword command, Accounts accounts, Sessions sessions, ResetTokens tokens) {
    if (!tokens.use(userId, command.token())) {
      throw MailedTokens.refusal(CommandProblem.INVALID_RESET_TOKEN);
    }
    accounts.changePassword(userId, command.passwordHash());
    sessions.endAll(userId);
    if (!emailVerified) {
      accounts.verify(userId);
    }
    apply(new PasswordChanged(userId, emailVerified ? null : true));
    return getVersion();
  }

  @CommandHandler
  UserDetails decide(AssignRoles command, Accounts accounts) {
    command.ifMatch().require(getVersion());
    if (!roles.equals(command.roles())) {
      accounts.assignRoles(userId, command.roles());
      apply(new RolesAssigned(userId, copyOf(command.roles())));
    }
    return details();
  }

  @CommandHandler
  UserDetails decide(DisableUser command, Accounts accounts, Sessions sessions) {
    if (enabled) {
      accounts.disable(userId);
      sessions.endAll(userId);
      apply(new UserDisabled(userId));
    }
    return details();
  }

  @CommandHandler
  UserDetails decide(EnableUser command, Accounts accounts) {
    if (!enabled) {
      accounts.enable(userId);
      apply(new UserEnabled(userId));
    }
    return details();
  }

  @CommandHandler
  long decide(EraseUser command, Accounts accounts, Erasure erasure) {
    command.checkedHash().ifPresent(hash -> accounts.requirePassword(userId, hash));
    erasure.begin(userId);
    accounts.erase(userId);
    apply(new UserErased(userId));
    return getVersion();
  }

  @CommandHandler
  void decide(CompleteErasure command) {
    if (!erasureCompleted) {
      apply(new ErasureCompleted(userId));
    }
  }

  @EventSourcingHandler
  void evolve(UserRegistered event, @Timestamp Instant at) {
    userId = event.userId();
    email = event.email();
    displayName = event.displayName();
    roles = copyOf(event.roles());
    enabled = true;
    createdAt = at;
    dailySummary = event.dailySummary();
    timeZone = event.timeZone();
    summaryHour = event.summaryHour();
  }

  @EventSourcingHandler
  void evolve(ProfileUpdated event) {
    displayName = event.displayName();
    dailySummary = event.dailySummary();
    timeZone = event.timeZone();
    summaryHour = event.summaryHour();
  }

  @EventSourcingHandler
  void evolve(EmailVerified event) {
    emailVerified = true;
  }

  @EventSourcingHandler
  void evolve(PasswordChanged event) {
    emailVerified |= Boolean.TRUE.equals(event.emailVerified());
  }

  @EventSourcingHandler
  void evolve(RolesAssigned event) {
    roles = copyOf(event.roles());
  }

  @EventSourcingHandler
  void evolve(UserDisabled event) {
    enabled = false;
  }

  @EventSourcingHandler
  void evolve(UserEnabled event) {
    enabled = true;
  }

  @EventSourcingHandler
  void evolve(UserErased event) {
    erased = true;
  }

  @EventSourcingHandler
  void evolve(ErasureCompleted event) {
    erasureCompleted = true;
  }

  /** Returns the user, unless they were erased. */
  Optional<UserDetails> present() {
    return erased ? Optional.empty() : Optional.of(details());
  }

  private UserDetails details() {
    return new UserDetails(
        userId,
        email,
        emailVerified,
        displayName,
        roles,
        enabled,
        createdAt,
        dailySummary,
        timeZone,
        summaryHour,
        getVersion());
  }

  // Events and answers have the roles in the order of their declaration.
  private static EnumSet<Role> copyOf(Set<Role> roles) {
    EnumSet<Role> copy = EnumSet.noneOf(Role.class);
    copy.addAll(roles);
    return copy;
  }
}
