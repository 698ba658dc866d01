package dev.annals.command.saga;

import dev.annals.command.role.ProcessRole;
import dev.annals.command.role.ServedBy;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists active sagas for administrators. */
@RestController
@ServedBy(ProcessRole.COMMANDS)
class SagaController {

  private final Sagas sagas;

  SagaController(Sagas sagas) {
    this.sagas = sagas;
  }

  @GetMapping(path = "/admin/sagas", produces = MediaType.APPLICATION_JSON_VALUE)
  @Parameter(
      name = "type",
      in = ParameterIn.QUERY,
      description = "Only sagas of this type.",
      example = "OverdueSaga",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "page",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "0", defaultValue = "0"))
  @Parameter(
      name = "size",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "20"))
  Page<Sagas.SagaView> list(QueryParameters parameters) {
    Optional<String> type = parameters.text("type");
    Paging paging = parameters.paging(Sagas.ORDER);
    parameters.refuseIfInvalid();
    return sagas.page(type, paging);
  }
}
