package dev.annals.command.identity;

import dev.annals.command.export.Export;
import dev.annals.command.export.ExportPart;
import dev.annals.command.identity.session.Sessions;
import dev.annals.http.security.Caller;
import java.io.IOException;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Exports the user and their sessions. */
@Component
@Order(0)
record UserPart(Users users, Sessions sessions) implements ExportPart {

  @Override
  public void write(Caller caller, Export export) throws IOException {
    export.begin("user.jsonl");
    export.line(caller.userId(), () -> users.find(caller.userId()));
    export.begin("sessions.jsonl");
    for (Sessions.Live session : sessions.of(caller.userId(), caller.sessionId())) {
      export.line(session);
    }
  }
}
