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
 * @param conversation the id of the call's conversation, as the round got it; null if unknown
 * @param call the call with the arguments that its tool got: references and interceptors may have changed them
 * @param source where the tool's effects come from
 * @param effects the tool's effects in words, with templates: {@code reads orders/{id}}
 * @param declared the accesses that the effects give for this call; empty for a pure call
 * @param accesses the accesses reported while the body ran, each once
 * @param widened whether there were too many, so that some accesses stand for others below them
 * @param outcome the body's own outcome: it returned or threw. The round's limits and a cancellation do not count
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
