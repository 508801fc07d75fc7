package dev.interlock.footprint;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt of a call has touched, and what its effects say. Immutable.
 *
 * @param conversation what identifies the conversation of the call, as its round was given it; null if that is not known
 * @param call the call with the arguments that its tool got: references and interceptors may have changed them
 * @param source who said what the tool reads and writes
 * @param effects that in words, with its templates: {@code reads orders/{id}}
 * @param declared what they come to for this call; empty for a pure one
 * @param accesses what was told of while the body ran, each once
 * @param widened whether there was so much of it that some accesses stand for what lies below them
 * @param outcome what the body came to by itself: it returned, or threw. The limits of its round, and its cancellation,
 *     are not regarded
 */
public record CallFootprint(
        @Nullable Object conversation,
        ToolCall call,
        EffectSource source,
        String effects,
        List<Access> declared,
        List<Access> accesses,
        boolean widened,
        Outcome outcome) {

    /** Copies the lists, rejects nulls. */
    public CallFootprint {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(effects, "effects");
        declared = List.copyOf(declared);
        accesses = List.copyOf(accesses);
        Objects.requireNonNull(outcome, "outcome");
    }
}
