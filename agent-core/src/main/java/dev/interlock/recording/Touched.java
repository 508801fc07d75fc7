package dev.interlock.recording;

import dev.interlock.effect.Access;
import java.util.List;

/**
 * What one run of a body has touched. Immutable.
 *
 * @param accesses each access once, in the order of the first reports
 * @param widened whether there were too many, so that some accesses stand for others below them
 */
public record Touched(List<Access> accesses, boolean widened) {

    /** Copies the list. */
    public Touched {
        accesses = List.copyOf(accesses);
    }
}
