/** Interlock in Spring Boot applications: one {@code ParallelTools}, built from properties and beans. */
@NullMarked
package dev.interlock.spring;

import org.jspecify.annotations.NullMarked;
