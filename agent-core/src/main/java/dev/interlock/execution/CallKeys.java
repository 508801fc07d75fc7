package dev.interlock.execution;

import dev.interlock.durable.SuspendedRound;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which tools know calls.
 *
 * <p>Invariant: a call has the same key in every round and process that runs it, and no other call has that. It is made
 * of the name of what is kept of its round and its place there; a call that comes from another round, or place, brings
 * its key along.
 */
final class CallKeys {

    private CallKeys() {}

    static String of(DrivenCall call) {
        String own = call.ownKey();
        return own == null ? SuspendedRound.keyOf(roundOf(call), indexOf(call)) : own;
    }

    /** Null if no tool can have asked for it: then another does as well, and none need be made. */
    static @Nullable String ifAsked(DrivenCall call) {
        boolean named = call.isOfNamedRound() || call.body().roundForTool() != null;
        return named || call.isAbandoned() ? of(call) : null;
    }

    /** The round as users know it: an integration may know it by another name. */
    static String roundOf(DrivenCall call) {
        String named = call.body().roundForTool();
        return named == null ? call.requireRound().id() : named;
    }

    static int indexOf(DrivenCall call) {
        return call.body().indexForTool(call.placeInBatch());
    }
}
