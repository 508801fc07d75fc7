/**
 * Helps to test tools and applications with tools: {@link dev.interlock.testing.EffectsCheck} checks whether effects
 * are true, {@link dev.interlock.testing.ScriptedChatModel} plays the model, and
 * {@link dev.interlock.testing.RecordingChatModel} records a conversation with a real one.
 */
@NullMarked
package dev.interlock.testing;

import org.jspecify.annotations.NullMarked;
