package dev.interlock.share;

import dev.interlock.effect.Access;
import java.util.List;

/**
 * A call as the shared limits see it. The maker of a {@link Claim} finds by {@link Claim#claimant()} which call to
 * inform about it. The limits call nothing here with a monitor held.
 */
public interface Claimant {

    /**
     * Returns what the call reads and writes.
     *
     * @return the accesses; read once, when the claim is made, and never changed afterwards
     */
    List<Access> accesses();

    /**
     * Returns the caps of the call.
     *
     * @return as {@link Caps#of} gives them, in that order
     */
    List<Cap> caps();
}
