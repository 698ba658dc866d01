package dev.annals.push.webhook;

import org.jspecify.annotations.Nullable;

/**
 * The result of an attempt.
 *
 * @param status the status of the answer; null if there was none
 * @param error why it failed, in a sentence that tells nothing of this network; null if it did not
 */
record Answer(@Nullable Integer status, @Nullable String error) {

  static Answer of(int status) {
    if (status >= 200 && status < 300) {
      return new Answer(status, null);
    }
    return new Answer(
        status,
        status >= 300 && status < 400
            ? "Answered with a redirect, which is not followed"
            : "Answered with the status " + status);
  }

  static Answer failed(String error) {
    return new Answer(null, error);
  }

  boolean isSuccess() {
    return error == null;
  }

  /** Returns whether the receiver wants no more. */
  boolean isGone() {
    return status != null && status == 410;
  }
}
