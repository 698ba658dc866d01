package dev.annals.jobs.saga;

import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.http.web.QueryParameters;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists active sagas for administrators. */
@RestController
@Tag(name = "Operations")
@ServedBy(ProcessRole.COMMANDS)
record SagaController(Sagas sagas) {

  /**
   * The parameters of the list.
   *
   * @param type lists only sagas of this type
   */
  record SagaQuery(Optional<String> type, Paging paging) implements QueryParameters {}

  /** Lists the living sagas, a page at a time. Each has its associations and next deadline. */
  @GetMapping("/admin/sagas")
  Page<Sagas.SagaView> list(SagaQuery query) {
    return sagas.page(query.type(), query.paging());
  }
}
