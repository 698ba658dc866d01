/**
 * What clients see, told over HTTP alone: each class shows a part of the contract on the packaged
 * program, or, with {@code -Dannals.url}, on any other deployment of it.
 */
package dev.annals.standalone.http;
