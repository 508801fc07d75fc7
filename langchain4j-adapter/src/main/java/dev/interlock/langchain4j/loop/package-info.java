/**
 * What loops of AI services and of tasks have in common: models that are forwarded, errors that end nothing, and how a loop is
 * left. For the packages beside only, not for users: it may change with any version.
 */
@NullMarked
package dev.interlock.langchain4j.loop;

import org.jspecify.annotations.NullMarked;
