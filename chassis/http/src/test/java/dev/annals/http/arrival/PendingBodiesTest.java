package dev.annals.http.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingBodiesTest {

  private static final int MAX_WAITING = 3;
  private static final int MAX_BYTES = 100;

  private final PendingBodies bodies = new PendingBodies(MAX_WAITING, MAX_BYTES);
  private final List<String> givenUp = new ArrayList<>();

  private final class Body implements PendingBodies.PendingBody {

    private final String name;
    private final String address;
    private final long behind;
    private final long bytes;

    private Body(String name, String address, long behind, long bytes) {
      this.name = name;
      this.address = address;
      this.behind = behind;
      this.bytes = bytes;
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public long nanosBehind() {
      return behind;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void giveUp() {
      givenUp.add(name);
    }
  }

  private Body begin(String name, String address, long behind, long bytes) {
    Body body = new Body(name, address, behind, bytes);
    bodies.begin(body);
    return body;
  }

  @Test
  void cancelsTheBodyFurthestBehindAboveTheMaximumNumber() {
    begin("a", "1", 5, 0);
    begin("b", "1", 9, 0);
    begin("c", "1", 7, 0);
    assertThat(givenUp).isEmpty();

    begin("d", "1", 0, 0);
    begin("e", "1", 0, 0);

    assertThat(givenUp).containsExactly("b", "c");
  }

  @Test
  void ignoresEndedBodies() {
    Body a = begin("a", "1", 5, 90);
    bodies.end(a);
    bodies.end(a);
    for (String name : List.of("b", "c", "d")) {
      begin(name, "1", 0, 33);
    }

    assertThat(givenUp).isEmpty();
  }

  @Test
  void cancelsABodyOfTheAddressWithTheMostBodies() {
    begin("other", "2", 100, 0);
    begin("a", "1", 1, 0);
    begin("b", "1", 2, 0);

    begin("c", "1", 0, 0);

    assertThat(givenUp).containsExactly("b");
  }

  @Test
  void cancelsBodiesUntilTheirBytesFit() {
    begin("a", "1", 3, 40);
    begin("b", "1", 2, 40);

    begin("c", "1", 1, 90);

    assertThat(givenUp).containsExactly("a", "b");
  }
}
