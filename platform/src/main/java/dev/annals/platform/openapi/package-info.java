/** How the API describes itself: what the conventions say of every operation, said once. */
package dev.annals.platform.openapi;
