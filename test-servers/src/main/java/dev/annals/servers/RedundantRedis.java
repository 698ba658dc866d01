package dev.annals.servers;

import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;

/** A Redis with a replica that is promoted within seconds when the master fails. */
public interface RedundantRedis extends AutoCloseable {

  /** Returns the environment variables of a program that uses it. */
  Map<String, String> variables();

  /** Starts a program that uses it. */
  ConfigurableApplicationContext open(Class<?> configuration);

  /** Kills the master with SIGKILL. */
  void killMaster();

  /** Freezes the master: its connections stay open, but it does not respond. */
  void freezeMaster();

  /** Waits until the replica is the master. */
  void awaitPromotion();

  /** Starts or thaws the former master, and waits until it is a replica with all keys. */
  void bringBack();

  @Override
  void close();
}
