/**
 * Helps to test tools and what is built on them: {@link dev.interlock.testing.EffectsCheck} tells whether declared effects
 * are true, {@link dev.interlock.testing.ScriptedChatModel} plays the model, {@link dev.interlock.testing.RecordingChatModel}
 * keeps a conversation with a real one.
 */
@NullMarked
package dev.interlock.testing;

import org.jspecify.annotations.NullMarked;
