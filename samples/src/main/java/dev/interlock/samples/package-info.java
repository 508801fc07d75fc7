/** Runnable programs: an order-desk agent, with LangChain4j's AI service and with a hand-written loop. */
@NullMarked
package dev.interlock.samples;

import org.jspecify.annotations.NullMarked;
