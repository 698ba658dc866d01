/** How far event processors of both sides are, and what they fail on. */
package dev.annals.platform.processor;
