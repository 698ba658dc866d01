package dev.annals.benchmark;

import dev.annals.benchmark.Connection.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Creates notes, and three times as often updates one of them: the load of warm-ups. */
final class Changes implements Load.Client {

  private static final int MOST = 200;

  private final Contestant contestant;
  private final String user;
  private final List<String> own = new ArrayList<>();

  Changes(Contestant contestant, String user) {
    this.contestant = contestant;
    this.user = user;
  }

  @Override
  public byte[] next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return own.isEmpty() || random.nextInt(4) == 0
        ? contestant.create(user)
        : contestant.update(user, own.get(random.nextInt(own.size())));
  }

  @Override
  public void answered(Response response) {
    if (response.status() == 201 && own.size() < MOST) {
      own.add(response.header("Location"));
    }
  }
}
