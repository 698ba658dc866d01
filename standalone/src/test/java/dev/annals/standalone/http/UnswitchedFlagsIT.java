package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.AnnalsProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The initial state of feature flags, on a separate program. */
@Tag("long") // It starts a program of its own.
class UnswitchedFlagsIT {

  private static final String SUMMARY = "/admin/flags/daily-summary";

  @TempDir private static Path folder;
  private static AnnalsProcess program;
  private static Client admin;
  private static Client user;

  @BeforeAll
  static void start() throws IOException {
    program =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .embedded()
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .with(Annals.ADMIN)
            .start();
    Annals annals = new Annals(program.awaitReady().baseUrl(), Optional.empty());
    admin = annals.admin();
    user = annals.newUser();
  }

  @AfterAll
  static void stop() throws Exception {
    program.close();
  }

  @Test
  void areOnByDefault() {
    JsonNode summary = admin.get("/admin/flags").expect(200).json().get(2);
    assertThat(summary.toString())
        .isEqualTo(
            """
            {"key":"daily-summary","description":"Users can have a summary of their tasks mailed each day.",\
            "enabled":true,"percentage":100,"users":[],"version":-1}""");
    Answer one = admin.get(SUMMARY).expect(200);
    assertThat(one.json()).isEqualTo(summary);
    assertThat(one.header("ETag")).hasValue("\"-1\"");
    assertThat(user.get("/flags").expect(200).text())
        .isEqualTo("{\"sorting\":true,\"attachments\":true,\"daily-summary\":true}");
  }

  @Test
  void haveVersionMinusOne() {
    Answer same = admin.ifMatch(-1).put(SUMMARY, "{\"enabled\": true}").expect(200);

    assertThat(same.json().get("version").asLong()).isEqualTo(-1);
    assertThat(same.header("ETag")).hasValue("\"-1\"");
    String token = same.header("Consistency-Token").orElseThrow();
    user.with("Consistency-Token", token).get("/flags").expect(200);
    Answer stale =
        admin.ifMatch(0).put(SUMMARY, "{\"enabled\": false}").isProblem(412, "stale-version");
    assertThat(stale.json().get("currentVersion").asLong()).isEqualTo(-1);
  }
}
