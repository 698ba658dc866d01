package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import dev.annals.standalone.AnnalsProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Detection of changes to stored events. The tests alter events of a flag, which nothing reads
 * again, and undo their changes.
 *
 * <p>Leaves, nodes and signed bytes are computed here without the code of the program.
 */
@ExtendWith(Deployment.class)
@TestInstance(Lifecycle.PER_CLASS)
class SealIT {

  private static final String EVENTS = "events.domain_event_entry";

  private final Annals annals;
  private final Client admin;
  private final JdbcClient jdbc;
  private long oldest;
  private long before;
  private long gap;
  private long first;

  SealIT(Annals annals, Database database) {
    this.annals = annals;
    this.admin = annals.admin();
    this.jdbc = database.jdbc();
  }

  /** Stores and seals three events and a gap after all others. */
  @BeforeAll
  void history() {
    seal();
    before = number("select max(size) from events.seal_head");
    oldest = number("select min(global_index) from " + EVENTS);
    gap = number("select nextval('events.domain_event_entry_global_index_seq')");
    for (int i = 0; i < 3; i++) {
      admin
          .with("If-Match", "*")
          .put(
              "/admin/flags/attachments",
              Json.object("enabled", true, "users", List.of(UUID.randomUUID().toString())))
          .expect(200);
    }
    first =
        jdbc.sql(
                "select min(global_index) from "
                    + EVENTS
                    + " where global_index > ? and type = 'FeatureFlag'")
            .param(gap)
            .query(Long.class)
            .single();
    seal();
  }

  @Test
  void verifiesAnUnchangedHistory() {
    JsonNode head = admin.get("/audit/heads").expect(200).json().get(0);
    JsonNode verified = admin.get("/audit/verify").expect(200).json();

    assertThat(verified.get("intact").asBoolean()).isTrue();
    assertThat(verified.has("firstBad")).isFalse();
    assertThat(verified.get("root")).isEqualTo(head.get("root"));
    assertThat(verified.get("events").asLong()).isEqualTo(head.get("size").asLong());
    JsonNode three =
        admin.get("/audit/verify?from=" + first + "&to=" + (first + 2)).expect(200).json();
    assertThat(three.toString())
        .isEqualTo(
            """
            {"from":%d,"to":%d,"events":3,"root":%s,"intact":true}"""
                .formatted(first, first + 2, head.get("root")));
  }

  @Test
  void signsAHeadWithAPublishedKey() throws Exception {
    JsonNode head = admin.get("/audit/heads").expect(200).json().get(0);
    byte[] root = bytes(head, "root");
    byte[] signed =
        ByteBuffer.allocate(51)
            .putLong(Instant.parse(head.get("signedAt").asString()).toEpochMilli())
            .putLong(head.get("size").asLong())
            .put((byte) 32)
            .put(root)
            .putShort((short) 0)
            .array();
    ECKey key = (ECKey) jwks().getKeyByKeyId(head.get("kid").asString());
    Signature es256 = Signature.getInstance("SHA256withECDSAinP1363Format");
    es256.initVerify(key.toECPublicKey());
    es256.update(signed);

    assertThat(es256.verify(bytes(head, "signature"))).isTrue();
  }

  @Test
  void provesTheInclusionOfEachEvent() {
    JsonNode head = admin.get("/audit/heads").expect(200).json().get(0);
    for (long position : List.of(oldest, first, first + 1, first + 2)) {
      String path = "/audit/proof/" + position + "?size=" + head.get("size");
      JsonNode proof = admin.get(path).expect(200).json();

      assertThat(proof.get("position").asLong()).isEqualTo(position);
      assertThat(proof.get("root")).isEqualTo(head.get("root"));
      byte[] leaf = sha256(new byte[] {0}, stored(position));
      assertThat(bytes(proof, "leafHash")).isEqualTo(leaf);
      assertThat(leadsToItsRoot(proof)).isTrue();
    }
    JsonNode earlier = admin.get("/audit/proof/" + oldest + "?size=" + before).expect(200).json();
    assertThat(earlier.get("size").asLong()).isEqualTo(before);
    assertThat(leadsToItsRoot(earlier)).isTrue();
    assertThat(bytes(earlier, "root"))
        .isEqualTo(
            jdbc.sql("select root from events.seal_head where size = ?")
                .param(before)
                .query(byte[].class)
                .single());
  }

  @Test
  void refusesProofsOfUnknownEventsAndInvalidRanges() {
    long size = number("select max(size) from events.seal_head");
    admin.get("/audit/proof/" + gap).isProblem(404, "not-found");
    admin.get("/audit/proof/0").isProblem(404, "not-found");
    admin.get("/audit/proof/x").isProblem(404, "not-found");
    admin.get("/audit/proof/" + oldest + "?size=" + (size + 1_000)).isInvalidAt("?size");
    admin.get("/audit/proof/" + first + "?size=" + before).isInvalidAt("?size");
    admin.get("/audit/proof/" + oldest + "?size=0").isInvalidAt("?size");
    admin.get("/audit/verify?from=2&to=1").isInvalidAt("?to");
    admin.get("/audit/verify?from=x").isInvalidAt("?from");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payload = set_byte(payload, 1, get_byte(payload, 1) # 1)",
        "meta_data = meta_data || convert_to(' ', 'UTF8')",
        "time_stamp = reverse(time_stamp)",
        "event_identifier = reverse(event_identifier)",
        "aggregate_identifier = reverse(aggregate_identifier)",
        "sequence_number = -sequence_number - 1",
        "type = reverse(type)",
        "payload_type = reverse(payload_type)",
        "payload_revision = reverse(payload_revision || '.0')",
      })
  void detectsAnAlteredByte(String change) {
    jdbc.sql("create table public.kept as select * from " + EVENTS + " where global_index = ?")
        .param(first + 1)
        .update();
    update(change, first + 1);
    try {
      isBadAt(first + 1, "");
      isBadAt(first + 1, "?from=" + (first + 1) + "&to=" + (first + 1));
      assertThat(verify("?to=" + first).get("intact").asBoolean()).isTrue();
      assertThat(verify("?from=" + (first + 2)).get("intact").asBoolean()).isTrue();
    } finally {
      jdbc.sql("delete from " + EVENTS + " where global_index = ?").param(first + 1).update();
      putBack();
    }
    assertThat(verify("").get("intact").asBoolean()).isTrue();
  }

  @Test
  void detectsARemovedRow() {
    jdbc.sql("create table public.kept as select * from " + EVENTS + " where global_index = ?")
        .param(first + 1)
        .update();
    jdbc.sql("delete from " + EVENTS + " where global_index = ?").param(first + 1).update();
    try {
      isBadAt(first + 1, "");
    } finally {
      putBack();
    }
  }

  @Test
  void detectsSwappedRows() {
    swap();
    try {
      isBadAt(first, "");
      isBadAt(first + 2, "?from=" + (first + 1));
    } finally {
      swap();
    }
    assertThat(verify("").get("intact").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"first", "gap"})
  void detectsAnInsertedRow(String where) {
    long position = where.equals("gap") ? gap : 0;
    jdbc.sql(
            """
            insert into events.domain_event_entry overriding system value
            select ?, ?, ?, 0, type, time_stamp, payload_type, payload_revision, payload, meta_data
            from events.domain_event_entry where global_index = ?
            """)
        .params(position, UUID.randomUUID().toString(), UUID.randomUUID().toString(), first)
        .update();
    try {
      isBadAt(position, "");
    } finally {
      jdbc.sql("delete from " + EVENTS + " where global_index = ?").param(position).update();
    }
    assertThat(verify("").get("intact").asBoolean()).isTrue();
  }

  /** An attacker who changes an event and its leaf cannot sign the new root. */
  @Test
  void detectsAnEventRewrittenWithItsLeaf() {
    byte[] hash =
        jdbc.sql("select hash from events.seal_leaf where position = ?")
            .param(first)
            .query(byte[].class)
            .single();
    String change = "time_stamp = reverse(time_stamp)";
    update(change, first);
    jdbc.sql("update events.seal_leaf set hash = ? where position = ?")
        .params(sha256(new byte[] {0}, stored(first)), first)
        .update();
    long last = number("select max(position) from events.seal_leaf");
    try {
      isBadAt(first, "");
      assertThat(verify("?from=" + last).get("intact").asBoolean())
          .as("a range after it, whose verification reads no earlier leaf")
          .isTrue();
    } finally {
      update(change, first);
      jdbc.sql("update events.seal_leaf set hash = ? where position = ?")
          .params(hash, first)
          .update();
    }
    assertThat(verify("").get("intact").asBoolean()).isTrue();
  }

  @Test
  void verifiesARangeByAllLeavesIfTheNodesBeforeItAreRemoved() {
    long last = number("select max(position) from events.seal_leaf");
    jdbc.sql("create table public.kept_nodes as select * from events.seal_node").update();
    jdbc.sql("delete from events.seal_node").update();
    try {
      assertThat(verify("?from=" + last).get("intact").asBoolean()).isTrue();
    } finally {
      jdbc.sql("insert into events.seal_node select * from public.kept_nodes").update();
      jdbc.sql("drop table public.kept_nodes").update();
    }
  }

  /** An attacker's own key is not accepted, either. */
  @Test
  void detectsAHeadSignedWithoutTheMasterKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    jdbc.sql(
            "create table public.kept_head as select * from events.seal_head order by size desc limit 1")
        .update();
    byte[] head =
        jdbc.sql("select size, root, signed_at from public.kept_head")
            .query(
                (row, number) ->
                    ByteBuffer.allocate(51)
                        .putLong(
                            row.getObject("signed_at", OffsetDateTime.class)
                                .toInstant()
                                .toEpochMilli())
                        .putLong(row.getLong("size"))
                        .put((byte) 32)
                        .put(row.getBytes("root"))
                        .putShort((short) 0)
                        .array())
            .single();
    Signature es256 = Signature.getInstance("SHA256withECDSAinP1363Format");
    es256.initSign(pair.getPrivate());
    es256.update(head);
    jdbc.sql(
            """
            insert into identity.signing_key (kid, purpose, public_key, sealed_private_key, created_at)
            values ('theirs', 'seal', ?, ?, now() - interval '1 h')
            """)
        .params(pair.getPublic().getEncoded(), pair.getPrivate().getEncoded())
        .update();
    jdbc.sql(
            """
            update events.seal_head set kid = 'theirs', signature = ?
            where size = (select size from public.kept_head)
            """)
        .param(es256.sign())
        .update();
    try {
      assertThat(verify("").get("intact").asBoolean()).isFalse();
    } finally {
      jdbc.sql(
              """
              update events.seal_head head set kid = kept.kid, signature = kept.signature
              from public.kept_head kept where head.size = kept.size
              """)
          .update();
      jdbc.sql("drop table public.kept_head").update();
      jdbc.sql("delete from identity.signing_key where kid = 'theirs'").update();
    }
    assertThat(verify("").get("intact").asBoolean()).isTrue();
  }

  @Test
  void verifiesAnExportOffline(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("heads.json"), admin.get("/audit/heads").text());
    Files.writeString(
        folder.resolve("keys.json"), annals.anybody().get("/.well-known/jwks.json").text());
    List<String> lines =
        new ArrayList<>(
            admin
                .with("Accept", "application/x-ndjson")
                .get("/audit/events")
                .expect(200)
                .text()
                .lines()
                .toList());
    Files.write(folder.resolve("export.ndjson"), lines);
    assertThat(checked(folder)).startsWith("0 These are the ");

    lines.set(1, lines.get(1).replaceFirst("\"sequence\":\\d+", "\"sequence\":77"));
    Files.write(folder.resolve("export.ndjson"), lines);
    assertThat(checked(folder)).startsWith("1 Line 2: the properties of position ");

    lines.remove(1);
    Files.write(folder.resolve("export.ndjson"), lines);
    assertThat(checked(folder)).startsWith("1 The export ");
  }

  private static String checked(Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(AnnalsProcess.command());
    command.addAll(
        List.of(
            "verify",
            "--head",
            folder.resolve("heads.json").toString(),
            "--keys",
            folder.resolve("keys.json").toString(),
            folder.resolve("export.ndjson").toString()));
    Process check = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return check.waitFor() + " " + said;
  }

  private void seal() {
    long last = number("select coalesce(max(global_index), 0) from " + EVENTS);
    admin.post("/admin/schedules/seal/run").expect(202);
    Annals.eventually(
        () ->
            assertThat(number("select coalesce(max(position), -1) from events.seal_head"))
                .isGreaterThanOrEqualTo(last));
  }

  private JsonNode verify(String range) {
    return admin.get("/audit/verify" + range).expect(200).json();
  }

  private void isBadAt(long position, String range) {
    JsonNode verified = verify(range);
    assertThat(verified.get("intact").asBoolean()).as("%s", verified).isFalse();
    assertThat(verified.get("firstBad").asLong()).as("%s", verified).isEqualTo(position);
  }

  private void update(String change, long position) {
    jdbc.sql("update " + EVENTS + " set " + change + " where global_index = ?")
        .param(position)
        .update();
  }

  private void putBack() {
    jdbc.sql("insert into " + EVENTS + " overriding system value select * from public.kept")
        .update();
    jdbc.sql("drop table public.kept").update();
  }

  private void swap() {
    jdbc.sql(
            """
            update events.domain_event_entry one set payload = other.payload
            from events.domain_event_entry other
            where one.global_index in (?, ?) and other.global_index in (?, ?)
              and one.global_index <> other.global_index
            """)
        .params(first, first + 2, first, first + 2)
        .update();
  }

  private long number(String query) {
    return jdbc.sql(query).query(Long.class).single();
  }

  private Map<String, Object> row(long position) {
    return jdbc.sql("select * from " + EVENTS + " where global_index = ?")
        .param(position)
        .query()
        .singleRow();
  }

  /** Returns the sealed bytes of an event, computed by their documentation only. */
  private byte[] stored(long position) {
    Map<String, Object> row = row(position);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (String column :
          List.of(
              "global_index",
              "event_identifier",
              "aggregate_identifier",
              "sequence_number",
              "type",
              "time_stamp",
              "payload_type",
              "payload_revision",
              "payload",
              "meta_data")) {
        Object value = row.get(column);
        if (value instanceof Long number) {
          out.writeLong(number);
        } else if (value == null) {
          out.writeInt(-1);
        } else {
          byte[] field =
              value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) value;
          out.writeInt(field.length);
          out.write(field);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  /** Verifies an inclusion proof by RFC 9162, 2.1.3.2. */
  private static boolean leadsToItsRoot(JsonNode proof) {
    long fn = proof.get("leafIndex").asLong();
    long sn = proof.get("size").asLong() - 1;
    byte[] r = bytes(proof, "leafHash");
    for (JsonNode hash : proof.get("hashes")) {
      byte[] p = Base64.getDecoder().decode(hash.asString());
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        r = sha256(new byte[] {1}, p, r);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        r = sha256(new byte[] {1}, r, p);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && Arrays.equals(r, bytes(proof, "root"));
  }

  private JWKSet jwks() throws Exception {
    return JWKSet.parse(annals.anybody().get("/.well-known/jwks.json").expect(200).text());
  }

  private static byte[] bytes(JsonNode json, String property) {
    return Base64.getDecoder().decode(json.get(property).asString());
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Arrays.stream(parts).forEach(digest::update);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
