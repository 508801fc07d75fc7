package dev.interlock.plan;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call of a plan with what it accesses. Immutable.
 *
 * @param call the call
 * @param accesses what it reads and writes; empty for a pure call
 * @param source who said so
 * @param barrierReason for a call that is a barrier because of what is not known about it: why, in words that go on
 *     "…, so it runs alone"; otherwise null
 * @param said who said so, in words, such as {@code effects file effects.json:12, declared}
 */
public record PlannedCall(
        ToolCall call,
        List<Access> accesses,
        EffectSource source,
        @Nullable String barrierReason,
        String said) {

    private static final String NO_TOOL = "there is no tool named ";

    /** Copies the list, rejects nulls. */
    public PlannedCall {
        Objects.requireNonNull(call, "call");
        accesses = List.copyOf(accesses);
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(said, "said");
    }

    /**
     * A call of which no more is to be said of the source than what all of its kind have in common.
     *
     * @param call the call
     * @param accesses what it reads and writes; empty for a pure call
     * @param source who said so
     * @param barrierReason why the call is a barrier, see above; null if it is none
     */
    public PlannedCall(ToolCall call, List<Access> accesses, EffectSource source, @Nullable String barrierReason) {
        this(call, accesses, source, barrierReason, source.words());
    }

    /**
     * Why a call is a barrier that names no tool.
     *
     * @param name the name that it has
     * @return a {@link #barrierReason()}
     */
    public static String noToolNamed(String name) {
        return NO_TOOL + "'" + name + "'";
    }

    /**
     * Tells whether there is no tool of that name: the model has made it up.
     *
     * @return true if it names no tool
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
