package dev.annals.command;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Logger;
import org.postgresql.Driver;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * PostgreSQL's driver, which records its round trips: each statement, batch, commit, rollback and
 * validation of a connection. {@code BEGIN} travels with the first statement of a transaction, and
 * a transaction without statements makes no trip. Hikari creates an instance by name.
 */
public final class CountedDriver implements java.sql.Driver {

  private static final BlockingQueue<Trip> TRIPS = new LinkedBlockingQueue<>();

  private final Driver driver = new Driver();

  /**
   * A round trip.
   *
   * @param thread the name of the thread that waits for it
   * @param what the statement on one line, after {@code BEGIN;} if it begins a transaction; or
   *     {@code COMMIT}, {@code ROLLBACK} or {@code VALIDATE}
   */
  public record Trip(String thread, String what) {}

  /** Returns the trips of all threads since the last call. */
  public static List<Trip> take() {
    List<Trip> taken = new ArrayList<>();
    TRIPS.drainTo(taken);
    return taken;
  }

  @Override
  public Connection connect(String url, Properties properties) throws SQLException {
    Connection connection = driver.connect(url, properties);
    return connection == null ? null : proxy(Connection.class, connection, new Counted(connection));
  }

  /** Records the trips of a connection. */
  private static final class Counted implements Handler {

    private final Connection connection;

    private Counted(Connection connection) {
      this.connection = connection;
    }

    @Override
    public Object handle(Method method, Object[] arguments, Object result) throws SQLException {
      return switch (method.getName()) {
        case "createStatement" -> statement(Statement.class, result, "");
        case "prepareStatement" -> statement(PreparedStatement.class, result, arguments[0]);
        case "prepareCall" -> statement(CallableStatement.class, result, arguments[0]);
        default -> result;
      };
    }

    @Override
    public void before(Method method, Object[] arguments) throws SQLException {
      switch (method.getName()) {
        case "commit" -> end("COMMIT");
        case "rollback" -> end("ROLLBACK");
        case "isValid" -> record("VALIDATE");
        case "setAutoCommit" -> {
          if ((boolean) arguments[0]) {
            end("COMMIT");
          }
        }
        default -> {}
      }
    }

    private void end(String what) throws SQLException {
      if (isBegun()) {
        record(what);
      }
    }

    private boolean isBegun() throws SQLException {
      return connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
    }

    private <T> T statement(Class<T> type, Object statement, Object sql) {
      return proxy(
          type,
          type.cast(statement),
          new Handler() {
            @Override
            public void before(Method method, Object[] arguments) throws SQLException {
              if (method.getName().startsWith("execute")) {
                Object what = arguments == null || arguments.length == 0 ? sql : arguments[0];
                boolean begins = !isBegun() && !connection.getAutoCommit();
                record((begins ? "BEGIN; " : "") + what.toString().strip().replaceAll("\\s+", " "));
              }
            }
          });
    }

    private static void record(String what) {
      TRIPS.add(new Trip(Thread.currentThread().getName(), what));
    }
  }

  private interface Handler {

    default void before(Method method, Object[] arguments) throws SQLException {}

    default Object handle(Method method, Object[] arguments, Object result) throws SQLException {
      return result;
    }
  }

  private static <T> T proxy(Class<T> type, T target, Handler handler) {
    InvocationHandler invocations =
        (proxy, method, arguments) -> {
          try {
            handler.before(method, arguments);
            return handler.handle(method, arguments, method.invoke(target, arguments));
          } catch (InvocationTargetException failed) {
            throw failed.getCause();
          }
        };
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, invocations));
  }

  @Override
  public boolean acceptsURL(String url) {
    return driver.acceptsURL(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
    return driver.getPropertyInfo(url, properties);
  }

  @Override
  public int getMajorVersion() {
    return driver.getMajorVersion();
  }

  @Override
  public int getMinorVersion() {
    return driver.getMinorVersion();
  }

  @Override
  public boolean jdbcCompliant() {
    return driver.jdbcCompliant();
  }

  @Override
  public Logger getParentLogger() {
    throw new UnsupportedOperationException();
  }
}
