package dev.interlock.share;

import dev.interlock.effect.Access;
import java.util.List;

/**
 * Who claims: a call, as far as what rounds share goes. Whoever makes a {@link Claim} finds by {@link Claim#claimant()} to
 * whom to tell what has become of it. Nothing here is called with a monitor held.
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
