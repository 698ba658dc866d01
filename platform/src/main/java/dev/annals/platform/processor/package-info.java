/**
 * States of the event processors of both sides. {@link
 * dev.annals.platform.processor.ProcessorStates} reads their positions and last failures, {@link
 * dev.annals.platform.processor.ProcessorMonitor} derives rates and lag, and {@link
 * dev.annals.platform.processor.RecordingErrorHandler} records failures.
 */
package dev.annals.platform.processor;
