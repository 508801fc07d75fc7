/**
 * Rounds and calls as observations of Micrometer, after OpenTelemetry's conventions for generative AI, and as meters.
 * Start at {@link dev.interlock.observation.ToolObservations}.
 */
@NullMarked
package dev.interlock.observation;

import org.jspecify.annotations.NullMarked;
