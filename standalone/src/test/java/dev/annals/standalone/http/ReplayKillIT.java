package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.servers.StompClient;
import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.Postbox;
import dev.annals.standalone.SplitDeployment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A replay of 100 000 events continues at its position after a kill. */
@Tag("long")
class ReplayKillIT {

  private static final int VERSIONS = 50;

  @TempDir private Path folder;

  private final ManyNotes notes = new ManyNotes(VERSIONS);
  private List<String> contents;
  private long told;

  @Test
  @Timeout(3600)
  void continuesAReplayAfterAKillOfProgramAndStores() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    try (AnnalsProcess killed = start(data)) {
      Annals annals = new Annals(killed.baseUrl(), Optional.empty());
      prepare(annals, Database.in(data).jdbc());
      NotesReplay replay = NotesReplay.start(annals);
      long reached = replay.half();
      killed.kill9();

      try (AnnalsProcess again = start(data)) {
        goesOn(
            new Annals(again.baseUrl(), Optional.of(() -> again.output() + again.errors())),
            replay,
            reached,
            Database.in(data).jdbc());
      }
    }
  }

  @Test
  @Timeout(3600)
  void continuesAReplayAfterAKillOfTheQuerySide() throws Exception {
    Map<String, String> variables = new HashMap<>(Annals.ADMIN);
    try (SplitDeployment split = SplitDeployment.start(1, false, variables)) {
      Annals annals = new Annals(split.url(), Optional.of(split::output));
      JdbcClient jdbc = Database.named(split.stores()::get).jdbc();
      prepare(annals, jdbc);
      NotesReplay replay = NotesReplay.start(annals);
      long reached = replay.half();

      split.killAndRestartQuerySides();

      goesOn(annals, replay, reached, jdbc);
    }
  }

  private static AnnalsProcess start(Path data) {
    return AnnalsProcess.on(data)
        .embedded()
        .usersFlags()
        .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
        .with(Postbox.get().variables())
        .with(Annals.ADMIN)
        .start()
        .awaitReady();
  }

  private void prepare(Annals annals, JdbcClient jdbc) {
    notes.fill(annals, jdbc);
    annals.anybody().post("/auth/forgot-password", Json.object("email", notes.email())).expect(202);
    await().atMost(Duration.ofMinutes(1)).until(() -> mails() == 2);
    contents = notes.contents();
    told = ManyNotes.told(notes.user());
  }

  private void goesOn(Annals annals, NotesReplay replay, long reached, JdbcClient jdbc) {
    notes.signIn(annals);
    assertThat(notes.contents()).isEqualTo(contents);
    try (StompClient client = StompClient.of(notes.user()).subscribed("after:" + told)) {
      // The last second before the kill may be lost.
      replay.at(annals).doneFrom(reached * 8 / 10);

      notes.signIn(annals);
      assertThat(notes.contents())
          .as("%s", annals.output().orElseThrow().get())
          .isEqualTo(contents);
      notes.areToldOfOnce(jdbc);
      client.hasNothingMore();
      notes.user().post("/notes", Kind.NOTE.creation).expect(201);
      assertThat(Json.parse(client.message()).get("sequence").asLong()).isEqualTo(told + 1);
    }
    assertThat(mails()).isEqualTo(2);
  }

  private long mails() {
    return Postbox.get().to(notes.email()).size();
  }
}
