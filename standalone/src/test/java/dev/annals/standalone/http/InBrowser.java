package dev.annals.standalone.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test class of the console. These classes share a standalone program with embedded stores, and
 * {@code verify} runs one of them at a time, beside the tests of the shared deployment.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Deployment.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("browser")
@interface InBrowser {}
