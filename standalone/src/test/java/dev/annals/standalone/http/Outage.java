package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.Postbox;
import dev.annals.standalone.SplitDeployment;
import dev.annals.standalone.SplitDeployment.Store;
import dev.annals.standalone.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes stores unavailable while clients write and read. It asserts that the answers are those of
 * docs/operations.md, and that the deployment recovers by itself.
 */
record Outage(SplitDeployment split, Duration time) {

  private static final Duration RECOVERY = Duration.ofSeconds(30);
  private static final Duration LOAD_TIME = Duration.ofSeconds(5);

  void of(List<Store> stores, Consumer<TcpProxy> how, Load load) throws InterruptedException {
    String what = stores.toString();
    try {
      load.becomesWell();
      stores.forEach(store -> how.accept(split.proxy(store)));
      List<String> mailed =
          stores.contains(Store.SMTP) && !stores.contains(Store.POSTGRESQL)
              ? forgetsThePassword()
              : List.of();
      load.goOn(time);
      stores.forEach(store -> split.proxy(store).mend());
      long back = System.nanoTime();
      load.isWellWithin(RECOVERY);

      List<Load.Failure> failures = load.failures();
      Duration after =
          Load.lastEnd(failures).map(end -> Duration.ofNanos(end - back)).orElse(Duration.ZERO);
      System.out.printf(
          "Measured: without %s for %s: %d failures, the last %d ms after it was back (%s)%n",
          what, time, failures.size(), after.toMillis(), Load.summary(failures));
      areAsDocumented(stores, failures);
      for (String address : mailed) { // One is the verification mail.
        await().atMost(RECOVERY).until(() -> Postbox.get().to(address).size() == 2);
      }
      load.goOn(LOAD_TIME);
      assertThat(load.failures()).as("after").isEmpty();
      load.nothingIsLost();
    } finally {
      stores.forEach(store -> split.proxy(store).mend());
    }
  }

  private static void areAsDocumented(List<Store> stores, List<Load.Failure> failures) {
    if (!stores.contains(Store.POSTGRESQL) && !stores.contains(Store.MONGODB)) {
      assertThat(failures).isEmpty();
      return;
    }
    assertThat(failures).isNotEmpty();
    assertThat(failures)
        .allMatch(it -> it.isToldWhen("unavailable") || it.isToldWhen("read-model-behind"));
    if (!stores.contains(Store.POSTGRESQL)) {
      assertThat(failures).allMatch(Load.Failure::isRead);
    }
    Duration longest = Duration.ofSeconds(stores.contains(Store.POSTGRESQL) ? 25 : 15);
    assertThat(failures).allMatch(it -> it.took().compareTo(longest) < 0);
  }

  private List<String> forgetsThePassword() {
    Annals annals = new Annals(split.url(), Optional.empty());
    String email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201);
    annals.anybody().post("/auth/forgot-password", Json.object("email", email)).expect(202);
    return List.of(email);
  }
}
