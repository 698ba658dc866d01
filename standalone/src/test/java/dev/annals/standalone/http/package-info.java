/**
 * What clients see, told over HTTP alone: each class shows a part of the contract on the packaged
 * program, with {@code -Dannals.deployment=split} on both sides as processes of their own, or, with
 * {@code -Dannals.url}, on any other deployment.
 */
package dev.annals.standalone.http;
