package dev.annals.platform.processor;

import java.util.List;

/** The processors of one side, whichever processes they run in. */
public interface ProcessorStates {

  /** All of them; reading them claims nothing. */
  List<ProcessorState> all();

  /** Notes what a processor of this process failed on, in the place of its last failure. */
  void failed(String processor, ProcessorFailure failure);
}
