package dev.interlock.execution;

import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import org.jspecify.annotations.Nullable;

/**
 * What a call needs of its round, whether the owner runs the round alone or a driver does. It cuts a circle: a
 * {@link RoundFrame}, the only one, holds the calls.
 */
interface CallRound {

    /** The round's number, unique in this JVM. */
    long number();

    /** The round's id through all suspensions and resumes, in all processes; made on first use. */
    String id();

    /** Whether that was made. */
    boolean isNamed();

    /** The place in the batch of its call {@code index}; what is kept of the round has that. */
    int placeInBatch(int index);

    /** Whether the body of a call waits for it. */
    boolean isWaitedForBy(Call call);

    /** The id of the round's conversation, or null if unknown. */
    @Nullable
    Object conversation();

    /** The claim of the innermost call around the round, or null. */
    @Nullable
    Claim ancestor();

    /** Creates the events of a new call; null without listeners. */
    @Nullable
    CallEvents newEvents();

    /** Creates the journal's state of a new call; null without a journal. */
    @Nullable
    KeptCall newKept();

    /** The limit of a call's result, or null. */
    @Nullable
    ResultLimit resultLimit();

    /** Whether calls make their announcements with their turn; false if interceptors come in between. */
    boolean announcesWithTurn();

    /** The driver of the calls; null while the owner runs them one after another. */
    @Nullable
    CallControl control();

    /** Why the round was cancelled, or null. */
    @Nullable
    String cancelled();
}
