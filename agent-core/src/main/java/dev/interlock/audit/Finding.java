package dev.interlock.audit;

import dev.interlock.effect.Access;
import java.util.List;

/**
 * A call touched what its effects do not cover. Immutable.
 *
 * @param uncovered what that is, at least one access
 * @param message tool, call, what it touched, its effects, and the line to be added
 */
public record Finding(List<Access> uncovered, String message) {

    /** Copies the list. */
    public Finding {
        uncovered = List.copyOf(uncovered);
    }
}
