/** A web chat with an order desk, on Spring Boot. */
@NullMarked
package dev.interlock.samples.spring;

import org.jspecify.annotations.NullMarked;
