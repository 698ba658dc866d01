/** Describes events to the code that stores and delivers them. The products' events use it. */
package dev.annals.base.event;
