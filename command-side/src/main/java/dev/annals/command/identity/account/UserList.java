package dev.annals.command.identity.account;

import dev.annals.command.mail.EmailAddress;
import dev.annals.events.identity.Role;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Lists accounts for administrators, filtered, sorted and paged. */
@Component
class UserList {

  static final Set<String> SORTABLE = Set.of("email", "createdAt");

  static final Paging.Order DEFAULT_ORDER = Paging.Order.descending("createdAt");

  private static final String FILTERED =
      """
      from identity.account join identity.email_claim using (user_id)
      where (:part::text is null or email ilike :part or display_name ilike :part)
        and (:role::text is null or :role = any(roles))
        and (:enabled::boolean is null or enabled = :enabled)
      """;

  private final JdbcClient jdbc;

  UserList(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * The filters of the list; an empty one accepts all users.
   *
   * @param query a part of the e-mail address or of the display name, in any case
   */
  record Filter(Optional<String> query, Optional<Role> role, Optional<Boolean> enabled) {

    /** Reads the filters; the parameters collect violations. */
    static Filter read(QueryParameters parameters) {
      return new Filter(
          parameters.text("query", EmailAddress.MAX_LENGTH),
          parameters.choice("role", Role.class),
          parameters.flag("enabled"));
    }
  }

  /** Returns the ids on one page. */
  Page<UUID> page(Filter filter, Paging paging) {
    long total = select("select count(*) " + FILTERED, filter).query(Long.class).single();
    List<UUID> ids =
        select("select user_id " + FILTERED + order(paging) + " limit :size offset :offset", filter)
            .param("size", paging.size())
            .param("offset", paging.offset())
            .query(UUID.class)
            .list();
    return Page.of(ids, paging, total);
  }

  private JdbcClient.StatementSpec select(String sql, Filter filter) {
    return jdbc.sql(sql)
        .param("part", filter.query().map(UserList::containing).orElse(null))
        .param("role", filter.role().map(Role::name).orElse(null))
        .param("enabled", filter.enabled().orElse(null));
  }

  private static String containing(String part) {
    return "%" + part.replaceAll("[\\\\%_]", "\\\\$0") + "%";
  }

  private static String order(Paging paging) {
    StringBuilder order = new StringBuilder("order by ");
    for (Paging.Order by : paging.orders()) {
      // The collation C compares bytes of UTF-8, which have the order of code points.
      order.append(by.property().equals("email") ? "email collate \"C\"" : "created_at");
      order.append(by.descending() ? " desc, " : ", ");
    }
    return order.append("user_id").toString();
  }
}
