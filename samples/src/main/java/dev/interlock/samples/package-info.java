/** Runnable programs: an order-desk agent, with LangChain4j's AI service and with a loop of one's own. */
@NullMarked
package dev.interlock.samples;

import org.jspecify.annotations.NullMarked;
