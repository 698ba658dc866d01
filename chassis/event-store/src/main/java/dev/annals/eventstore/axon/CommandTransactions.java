package dev.annals.eventstore.axon;

import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Starts transactions, and remembers the units of work that do not join an earlier one. */
final class CommandTransactions extends SpringTransactionManager {

  private static final String OWN = CommandTransactions.class.getName();

  CommandTransactions(PlatformTransactionManager transactions) {
    super(transactions);
  }

  @Override
  public Transaction startTransaction() {
    if (CurrentUnitOfWork.isStarted()
        && !TransactionSynchronizationManager.isActualTransactionActive()) {
      CurrentUnitOfWork.get().resources().put(OWN, true);
    }
    return super.startTransaction();
  }

  /**
   * Returns true if the current unit of work is a command's, with a transaction of its own. The
   * command can be repeated, and nothing reads its events before the commit.
   */
  static boolean isOfOneCommand() {
    if (!CurrentUnitOfWork.isStarted()) {
      return false;
    }
    UnitOfWork<?> unit = CurrentUnitOfWork.get();
    return unit.isRoot()
        && unit.getMessage() instanceof CommandMessage
        && unit.getResource(OWN) != null;
  }
}
