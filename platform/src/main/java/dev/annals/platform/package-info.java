/** The technical base of both sides: tokens, problem details, request ids, paging, logging. */
package dev.annals.platform;
