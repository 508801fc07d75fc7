package dev.interlock.execution;

import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import org.jspecify.annotations.Nullable;

/** What a call asks of its round, on either way of running it. */
interface CallRound {

    /** Unique in this JVM. */
    long number();

    /** Identifies it through all suspensions and resumes, in all processes; made when it is asked for first. */
    String id();

    /** Whether that was made. */
    boolean isNamed();

    /** The place of its call {@code index} in what is kept of it. */
    int placeOf(int index);

    /** Whether the body of a call waits for it. */
    boolean isWaitedForBy(Call call);

    /** What identifies its conversation, or null if that is not known. */
    @Nullable
    Object conversation();

    /** What the innermost call around the round holds of what rounds share, or null. */
    @Nullable
    Claim ancestor();

    /** For the events of a call that is given to it; null without listeners. */
    @Nullable
    CallEvents newEvents();

    /** For what the journal has of a call that is given to it; null if there is none. */
    @Nullable
    KeptCall newKept();

    /** The limit of a call's result, or null. */
    @Nullable
    ResultLimit resultLimit();

    /** Whether calls make their announcements with their turn; not if interceptors come in between. */
    boolean announcesWithTurn();

    /** The driver of the calls; null as long as the owner runs them one after another. */
    @Nullable
    CallControl control();

    /** Why it was cancelled, or null. */
    @Nullable
    String cancelled();
}
