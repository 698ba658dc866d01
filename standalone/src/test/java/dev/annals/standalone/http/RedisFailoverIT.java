package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.RedundantRedis;
import dev.annals.servers.StompClient;
import dev.annals.servers.TestRedisCluster;
import dev.annals.servers.TestSentinel;
import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.SplitDeployment;
import dev.annals.standalone.SplitDeployment.Shape;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Promotes the replica of a Redis that is killed or frozen while clients write and read. No request
 * fails, no page is older than the cache keeps it, sessions that ended are refused at once, and
 * each notification is pushed once.
 */
@Tag("long")
@Timeout(600)
class RedisFailoverIT {

  private static final int USERS = 20;
  private static final int CHANGES_PER_SECOND = 40;
  private static final Duration LOAD_TIME = Duration.ofSeconds(5);
  // 30 s, and the time until a projection shows a change.
  private static final Duration OLDEST_PAGE = Duration.ofSeconds(33);

  @Test
  void givesNoWrongAnswerWhileASentinelPromotesAReplica() throws Exception {
    survives(TestSentinel::new);
  }

  @Test
  void givesNoWrongAnswerWhileAClusterPromotesAReplica() throws Exception {
    survives(TestRedisCluster::redundant);
  }

  private static void survives(Supplier<RedundantRedis> start) throws Exception {
    try (RedundantRedis redis = start.get()) {
      Map<String, String> variables = new HashMap<>(Annals.ADMIN);
      variables.putAll(redis.variables());
      try (SplitDeployment split =
          SplitDeployment.start(new Shape(1, 2, false, false, false), false, variables)) {
        survives(redis, split);
      }
    }
  }

  private static void survives(RedundantRedis redis, SplitDeployment split)
      throws InterruptedException {
    Annals annals = new Annals(split.url(), Optional.empty());
    List<URI> sides = split.querySides().stream().map(AnnalsProcess::baseUrl).toList();
    Client user = annals.newUser();
    List<StompClient> sockets = new ArrayList<>();
    try (Load load = new Load(split.urls(), USERS, CHANGES_PER_SECOND)) {
      sides.forEach(
          side -> sockets.add(StompClient.of(new Client(side, user.headers())).subscribed()));
      load.becomesWell();
      List<Consumer<RedundantRedis>> faults =
          List.of(
              RedundantRedis::killMaster, RedundantRedis::killMaster, RedundantRedis::freezeMaster);
      for (Consumer<RedundantRedis> fault : faults) {
        load.goOn(LOAD_TIME);
        answersRightly(annals, user, sides, sockets);
        fault.accept(redis);
        answersRightly(annals, user, sides, sockets);
        redis.awaitPromotion();
        answersRightly(annals, user, sides, sockets);
        load.goOn(LOAD_TIME);
        redis.bringBack();
        answersRightly(annals, user, sides, sockets);
      }
      Annals.eventually(() -> sides.forEach(side -> usesRedis(new Client(side, user.headers()))));
      load.goOn(LOAD_TIME);
      List<Load.Failure> failures = load.failures();
      System.out.printf(
          "Measured: %s, the oldest page %d ms; %s (%s)%n",
          redis.getClass().getSimpleName(),
          load.oldestPage().toMillis(),
          load,
          Load.summary(failures));
      assertThat(failures).isEmpty();
      assertThat(load.oldestPage()).isLessThan(OLDEST_PAGE);
      sockets.forEach(StompClient::hasNothingMore);
      load.nothingIsLost();
    } finally {
      sockets.forEach(StompClient::close);
    }
  }

  /** Asserts that a session's end and a change are known to each query side. */
  private static void answersRightly(
      Annals annals, Client user, List<URI> sides, List<StompClient> sockets) {
    Client leaving = annals.newUser();
    sides.forEach(side -> new Client(side, leaving.headers()).get("/flags").expect(200));
    leaving.post("/auth/logout-all", "").expect(204);
    sides.forEach(side -> new Client(side, leaving.headers()).get("/flags").expect(401));

    String id = user.post("/notes", Kind.NOTE.creation).expect(201).id();
    for (StompClient socket : sockets) {
      assertThat(Json.parse(socket.message()).at("/resource/id").asString()).isEqualTo(id);
    }
  }

  /** Asserts that the second of two reads of a page is a hit. */
  private static void usesRedis(Client user) {
    user.get("/notes?size=7").expect(200);
    assertThat(user.get("/notes?size=7").header("Cache-Status")).hasValue("annals; hit");
  }
}
