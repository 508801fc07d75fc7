package dev.interlock.recording;

import dev.interlock.effect.Access;
import java.util.List;

/**
 * What one run of a body has touched. Immutable.
 *
 * @param accesses each once, in the order in which they were first told
 * @param widened whether there were so many that some stand for what lies below them
 */
public record Touched(List<Access> accesses, boolean widened) {

    /** Copies the list. */
    public Touched {
        accesses = List.copyOf(accesses);
    }
}
