package dev.interlock.plan;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call of a plan with its accesses. Immutable.
 *
 * @param call the call
 * @param accesses what it reads and writes; empty for a pure call
 * @param source who said so
 * @param barrierReason for a call that is a barrier because too little is known about it: why, in words that fit before
 *     ", so it runs alone"; otherwise null
 * @param said the source in words, such as {@code effects file effects.json:12, declared}
 */
public record PlannedCall(
        ToolCall call,
        List<Access> accesses,
        EffectSource source,
        @Nullable String barrierReason,
        String said) {

    private static final String NO_TOOL = "there is no tool named ";

    /** Copies the list and rejects nulls. */
    public PlannedCall {
        Objects.requireNonNull(call, "call");
        accesses = List.copyOf(accesses);
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(said, "said");
    }

    /**
     * Creates a call whose source needs no words of its own.
     *
     * @param call the call
     * @param accesses what it reads and writes; empty for a pure call
     * @param source who said so
     * @param barrierReason why the call is a barrier, as above; null if it is not
     */
    public PlannedCall(ToolCall call, List<Access> accesses, EffectSource source, @Nullable String barrierReason) {
        this(call, accesses, source, barrierReason, source.words());
    }

    /**
     * Returns the barrier reason of a call that names no known tool.
     *
     * @param name the name in the call
     * @return a {@link #barrierReason()}
     */
    public static String noToolNamed(String name) {
        return NO_TOOL + "'" + name + "'";
    }

    /**
     * Tells whether the call names no known tool, as when the model made the name up.
     *
     * @return true if no tool has that name
     */
    public boolean namesNoTool() {
        return source == EffectSource.UNDECLARED && barrierReason != null && barrierReason.startsWith(NO_TOOL);
    }

    /**
     * Tells whether the call changes something.
     *
     * @return true if one of its accesses is a write
     */
    public boolean writes() {
        return accesses.stream().anyMatch(Access::isWrite);
    }
}
