package dev.interlock.footprint;

import dev.interlock.effect.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call has touched something that its effects do not cover, and the executor audits with {@link Audit#FAIL}. */
public final class UncoveredFootprintException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<Access> uncovered;

    /**
     * Creates the failure of a call.
     *
     * @param message names the tool, the call, what it touched, its effects, and the line to add
     * @param uncovered the accesses that its effects do not cover
     * @param cause what the body threw, or null if it returned
     */
    public UncoveredFootprintException(String message, List<Access> uncovered, @Nullable Throwable cause) {
        super(message, cause);
        this.uncovered = List.copyOf(uncovered);
    }

    /**
     * Returns what the call touched although its effects do not cover it.
     *
     * @return at least one access; none if the exception has been serialized
     */
    public List<Access> uncovered() {
        return uncovered == null ? List.of() : uncovered;
    }
}
