package dev.annals.eventstore.processor;

import java.util.List;

/** The processors of one side, in all processes. */
public interface ProcessorStates {

  /** Returns all processors without claiming segments. */
  List<ProcessorState> all();

  /** Replaces the last failure of a processor of this process. */
  void failed(String processor, ProcessorFailure failure);
}
