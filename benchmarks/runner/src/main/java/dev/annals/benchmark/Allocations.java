package dev.annals.benchmark;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Counts the bytes that the threads of another JVM allocate. It misses threads that end while it
 * counts; those of pools do not. A busy machine does not change the figure.
 */
final class Allocations implements AutoCloseable {

  private final JMXConnector connector;
  private final ThreadMXBean threads;
  private final Map<Long, Long> before;

  private Allocations(JMXConnector connector) throws IOException {
    this.connector = connector;
    threads =
        ManagementFactory.newPlatformMXBeanProxy(
            connector.getMBeanServerConnection(),
            ManagementFactory.THREAD_MXBEAN_NAME,
            ThreadMXBean.class);
    before = byThread();
  }

  /** Begins to count. */
  @SuppressWarnings("BanJNDI") // The address is of an agent on this machine that has just started.
  static Allocations of(ProcessHandle jvm) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(jvm.pid()));
      try {
        String address = machine.startLocalManagementAgent();
        return new Allocations(JMXConnectorFactory.connect(new JMXServiceURL(address)));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException(e);
    }
  }

  /** Returns the bytes since it began. */
  long bytes() {
    return byThread().entrySet().stream()
        .mapToLong(now -> now.getValue() - before.getOrDefault(now.getKey(), 0L))
        .sum();
  }

  private Map<Long, Long> byThread() {
    long[] ids = threads.getAllThreadIds();
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    Map<Long, Long> byThread = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      // A thread that has just ended has -1.
      if (bytes[i] >= 0) {
        byThread.put(ids[i], bytes[i]);
      }
    }
    return byThread;
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
