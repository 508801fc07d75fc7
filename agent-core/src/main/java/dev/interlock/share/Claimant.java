package dev.interlock.share;

import dev.interlock.effect.Access;
import java.util.List;

/**
 * A call as the shared limits see it. The maker of a {@link Claim} finds by {@link Claim#claimant()} which call to
 * inform about it. The limits call nothing here with a monitor held.
 */
public interface Claimant {

    /**
     * What the call reads and writes.
     *
     * @return asked for once, when the claim is made; not to be changed afterwards
     */
    List<Access> accesses();

    /**
     * The caps that hold for the call.
     *
     * @return as {@link Caps#of} gives them, in that order
     */
    List<Cap> caps();
}
