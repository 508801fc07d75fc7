package dev.interlock.durable;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets a suspended round be resumed once. A {@link SuspendedRound} is a value that can be read from its JSON any number of
 * times; with claims, of all resumes of one suspension the first runs its calls, and the others are refused before anything
 * runs. Without claims only a round that is <i>just being</i> resumed in the same process is refused.
 *
 * <p>A claim is kept when the process ends: what the resume had done by then is known to a {@link
 * dev.interlock.durable.journal.RoundJournal} only, and a round that is recovered from one can be resumed, once.
 *
 * <p>Implementations are thread-safe. For several processes it takes a store that they share, and that adds a key only if it
 * is not there, such as an {@code INSERT} into a table whose primary key is both arguments. It must not be part of a transaction
 * that may be rolled back after calls have run.
 */
public interface ResumeClaims {

    /**
     * Claims a suspension. Called by the thread that resumes, before anything of the round runs, with no lock held.
     *
     * @param round the {@linkplain SuspendedRound#id id of the round}
     * @param suspension {@linkplain SuspendedRound#suspension which of its suspensions}
     * @return false if it was claimed before, and not given back: then the resume is refused. What it throws refuses it as well
     */
    boolean claim(String round, int suspension);

    /**
     * Gives a claim back: the resume has started nothing, since it was cancelled before. Called by the same thread, at the end.
     *
     * @param round the id of the round
     * @param suspension which of its suspensions
     */
    void giveBack(String round, int suspension);

    /**
     * Claims of this process, which grow by one entry of some 100 bytes with each resume.
     *
     * @return none so far
     */
    static ResumeClaims inMemory() {
        Set<String> claimed = ConcurrentHashMap.newKeySet();
        return new ResumeClaims() {
            @Override
            public boolean claim(String round, int suspension) {
                return claimed.add(suspension + " " + round);
            }

            @Override
            public void giveBack(String round, int suspension) {
                claimed.remove(suspension + " " + round);
            }
        };
    }
}
