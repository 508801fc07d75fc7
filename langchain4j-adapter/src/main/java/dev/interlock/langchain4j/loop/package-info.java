/**
 * What the loops of AI services and of tasks share: forwarded models, errors that end nothing, and ways to leave a
 * loop. Only for the neighbouring packages, not for users: it may change with any version.
 */
@NullMarked
package dev.interlock.langchain4j.loop;

import org.jspecify.annotations.NullMarked;
