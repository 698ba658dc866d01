package dev.annals.eventstore.primary;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.util.DriverDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Opens connections to the primary among the servers of a URL with several hosts.
 *
 * <p>Two servers are primaries when a standby was promoted and the former primary is back. The
 * driver would take the first one in the URL. Each promotion begins a new timeline, so this class
 * takes the server with the newest timeline, and none with an older one than this process has seen.
 * When a newer timeline appears, it aborts the connections to the former primary.
 */
final class NewestPrimary extends AbstractDataSource {

  private static final Logger log = LoggerFactory.getLogger(NewestPrimary.class);
  private static final Pattern URL = Pattern.compile("(jdbc:postgresql://)([^/?]*,[^/?]*)(.*)");
  // The first eight digits of a name of a WAL file.
  private static final String TIMELINE =
      """
      select ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint
      where not pg_is_in_recovery()
      """;
  private static final String CANNOT_CONNECT = "08001";
  private static final int LOGIN_SECONDS = 3;
  private static final long PAUSE_MILLIS = 200;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final List<DataSource> servers;
  // To the primary. Closed ones stay until they are garbage.
  private final Set<Connection> open = Collections.newSetFromMap(new WeakHashMap<>());
  private long newest;
  private volatile DataSource primary;

  private NewestPrimary(List<DataSource> servers) {
    this.servers = servers;
  }

  /** Returns the source of a pool's connections, or empty if its URL has one host. */
  static Optional<NewestPrimary> of(HikariConfig pool) {
    Matcher url = URL.matcher(String.valueOf(pool.getJdbcUrl()));
    if (!url.matches()) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    properties.putAll(pool.getDataSourceProperties());
    // A frozen server accepts connections, but does not answer.
    properties.putIfAbsent(PGProperty.LOGIN_TIMEOUT.getName(), Integer.toString(LOGIN_SECONDS));
    return Optional.of(
        new NewestPrimary(
            Stream.of(url.group(2).split(",", -1))
                .<DataSource>map(
                    host ->
                        new DriverDataSource(
                            url.group(1) + host + url.group(3),
                            pool.getDriverClassName(),
                            properties,
                            pool.getUsername(),
                            pool.getPassword()))
                .toList()));
  }

  /** Returns the servers, each alone. */
  List<DataSource> servers() {
    return servers;
  }

  /**
   * Opens a connection. During a failover, waits up to 30 s for the promotion: the pool's own
   * pauses between attempts would grow to 5 s.
   */
  @Override
  public Connection getConnection() throws SQLException {
    if (primary == null) {
      servers.forEach(this::look);
    }
    long start = System.nanoTime();
    while (true) {
      SQLException refusal = null;
      for (DataSource server : primaryFirst()) {
        try {
          return open(server);
        } catch (SQLException e) {
          refusal = e;
        }
      }
      if (primary == null || System.nanoTime() - start > PATIENCE) {
        throw refusal;
      }
      pause();
    }
  }

  @Override
  public Connection getConnection(String user, String ignored) throws SQLException {
    return getConnection();
  }

  /** Asks a server whether it has replaced the primary, which may answer still, or hang. */
  void look(DataSource server) {
    if (server != primary) {
      try {
        open(server).close();
      } catch (SQLException e) {
        log.debug("A server is not the primary", e);
      }
    }
  }

  private List<DataSource> primaryFirst() {
    List<DataSource> ordered = new ArrayList<>(servers);
    ordered.sort(Comparator.comparing(server -> server != primary));
    return ordered;
  }

  private Connection open(DataSource server) throws SQLException {
    Connection connection = server.getConnection();
    try {
      admit(server, connection, timeline(connection));
      return connection;
    } catch (SQLException e) {
      JdbcUtils.closeConnection(connection);
      throw e;
    }
  }

  /** Returns the timeline of a primary, 0 of a standby. */
  private static long timeline(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet timeline = statement.executeQuery(TIMELINE)) {
      return timeline.next() ? timeline.getLong(1) : 0;
    }
  }

  private synchronized void admit(DataSource server, Connection connection, long timeline)
      throws SQLException {
    if (timeline == 0) {
      throw new SQLException("The server is a standby", CANNOT_CONNECT);
    }
    if (timeline < newest) {
      throw new SQLException("A newer primary has replaced the server", CANNOT_CONNECT);
    }
    if (timeline > newest) {
      if (newest > 0) {
        log.warn("PostgreSQL has a new primary, with timeline {} after {}", timeline, newest);
      }
      newest = timeline;
      primary = server;
      for (Connection former : open) {
        former.abort(Runnable::run);
      }
      open.clear();
    }
    open.add(connection);
  }

  private static void pause() throws SQLException {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("The search for a primary was interrupted", CANNOT_CONNECT, e);
    }
  }
}
