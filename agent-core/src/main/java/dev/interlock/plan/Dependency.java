package dev.interlock.plan;

import java.util.Objects;

/**
 * An edge from an earlier call to a later one that waits for it. Immutable.
 *
 * @param earlier the place of the call that the later one waits for, from 0
 * @param later the place of the call that waits, from 0
 * @param reason why it waits
 */
public record Dependency(int earlier, int later, DependencyReason reason) {

    /** The kind of a dependency. */
    public enum Kind {
        /** The two calls conflict. */
        ORDER,
        /** The later call uses the earlier one's result. */
        DATA
    }

    /** Rejects an edge that does not lead from an earlier call to a later one. */
    public Dependency {
        Objects.requireNonNull(reason, "reason");
        if (earlier < 0 || earlier >= later) {
            throw new IllegalArgumentException("call " + earlier + " is not earlier than call " + later);
        }
    }

    /**
     * Returns the kind of this dependency.
     *
     * @return DATA for a {@link DependencyReason.Reference}, otherwise ORDER
     */
    public Kind kind() {
        return switch (reason) {
            case DependencyReason.Reference r -> Kind.DATA;
            case DependencyReason.Conflict c -> Kind.ORDER;
            case DependencyReason.Barrier b -> Kind.ORDER;
        };
    }

    /**
     * Returns the dependency as a sentence; it numbers calls from 1.
     *
     * @return text such as {@code call 3 waits for call 1: both write account/42}
     */
    @Override
    public String toString() {
        return "call " + (later + 1) + " waits for call " + (earlier + 1) + ": " + reason.text(earlier, later);
    }
}
