package dev.interlock.audit;

import dev.interlock.effect.Access;
import java.util.List;

/**
 * What a call touched although its effects do not cover it. Immutable.
 *
 * @param uncovered the uncovered accesses; at least one
 * @param message names the tool, the call, what it touched, its effects, and the line to add
 */
public record Finding(List<Access> uncovered, String message) {

    /** Copies the list. */
    public Finding {
        uncovered = List.copyOf(uncovered);
    }
}
