package dev.interlock.schedule;

import dev.interlock.call.ToolPolicy;
import dev.interlock.share.Cap;
import java.util.List;

/**
 * What a round must know about a call's tool.
 *
 * @param name the name by which the model calls it
 * @param policy how its calls run
 * @param caps the caps of its calls, in the order in which calls take them
 * @param known whether a source says what the tool reads and writes
 * @param readOnly whether it is known to change nothing, whatever its arguments
 */
public record ToolTraits(String name, ToolPolicy policy, List<Cap> caps, boolean known, boolean readOnly) {

    /** Copies the caps. */
    public ToolTraits {
        caps = List.copyOf(caps);
    }
}
