package dev.interlock.footprint;

import dev.interlock.effect.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call has touched what its effects do not cover, and {@link Audit#FAIL} is set. */
public final class UncoveredFootprintException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<Access> uncovered;

    /**
     * Makes the failure of a call.
     *
     * @param message tool, call, what it touched, its effects, and the line to be added
     * @param uncovered what its effects do not cover
     * @param cause what the body threw, or null if it returned
     */
    public UncoveredFootprintException(String message, List<Access> uncovered, @Nullable Throwable cause) {
        super(message, cause);
        this.uncovered = List.copyOf(uncovered);
    }

    /**
     * What the call touched and its effects do not cover.
     *
     * @return at least one access; none if the exception was serialized
     */
    public List<Access> uncovered() {
        return uncovered == null ? List.of() : uncovered;
    }
}
