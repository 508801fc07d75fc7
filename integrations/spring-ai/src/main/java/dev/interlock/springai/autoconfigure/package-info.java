/** Creates the manager in a Spring Boot application. */
@NullMarked
package dev.interlock.springai.autoconfigure;

import org.jspecify.annotations.NullMarked;
