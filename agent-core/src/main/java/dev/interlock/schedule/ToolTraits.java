package dev.interlock.schedule;

import dev.interlock.call.ToolPolicy;
import dev.interlock.share.Cap;
import java.util.List;

/**
 * What a round has to know of the tool that a call is of.
 *
 * @param name the name by which the model calls it
 * @param policy how its calls are run
 * @param caps those that hold for its calls, in the order in which they are to be taken
 * @param known whether a source says what the tool reads and writes
 * @param readOnly whether it is known to change nothing, whatever its arguments are
 */
public record ToolTraits(String name, ToolPolicy policy, List<Cap> caps, boolean known, boolean readOnly) {

    /** Copies the caps. */
    public ToolTraits {
        caps = List.copyOf(caps);
    }
}
