package dev.annals.command.identity.account;

import dev.annals.base.security.Role;
import dev.annals.http.validation.Text;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.http.web.QueryParameters;
import dev.annals.http.web.Sort;
import dev.annals.jobs.mail.EmailAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Lists accounts for administrators, filtered, sorted and paged. */
@Component
record UserList(JdbcClient jdbc) {

  private static final String FILTERED =
      """
      from identity.account join identity.email_claim using (user_id)
      where (:part::text is null or email ilike :part or display_name ilike :part)
        and (:role::text is null or :role = any(roles))
        and (:enabled::boolean is null or enabled = :enabled)
      """;

  /**
   * The parameters of the list; an absent filter accepts all users.
   *
   * @param query a part of the e-mail address or of the display name, in any case
   * @param sort a property and its direction; the first one has precedence
   */
  record Query(
      Optional<@Text(max = EmailAddress.MAX_LENGTH) String> query,
      Optional<Role> role,
      Optional<Boolean> enabled,
      Paging paging,
      @Sort.By({"email", "createdAt"}) @DefaultValue("createdAt,desc") Sort sort)
      implements QueryParameters {}

  /** Returns the ids on one page. */
  Page<UUID> page(Query query) {
    long total = select("select count(*) " + FILTERED, query).query(Long.class).single();
    List<UUID> ids =
        select(
                "select user_id " + FILTERED + order(query.sort()) + " limit :size offset :offset",
                query)
            .param("size", query.paging().size())
            .param("offset", query.paging().offset())
            .query(UUID.class)
            .list();
    return Page.of(ids, query.paging(), total);
  }

  private JdbcClient.StatementSpec select(String sql, Query query) {
    return jdbc.sql(sql)
        .param("part", query.query().map(UserList::containing).orElse(null))
        .param("role", query.role().map(Role::name).orElse(null))
        .param("enabled", query.enabled().orElse(null));
  }

  private static String containing(String part) {
    return "%" + part.replaceAll("[\\\\%_]", "\\\\$0") + "%";
  }

  private static String order(Sort sort) {
    StringBuilder order = new StringBuilder("order by ");
    String direction = "";
    for (Sort.Order by : sort.orders()) {
      direction = by.descending() ? " desc" : "";
      // The collation C compares bytes of UTF-8, which have the order of code points.
      order.append(by.property().equals("email") ? "email collate \"C\"" : "created_at");
      order.append(direction).append(", ");
    }
    return order.append("user_id").append(direction).toString();
  }
}
