package dev.interlock.durable;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets each suspended round be resumed once: it keeps which suspensions have been resumed. A {@link SuspendedRound} is
 * a value that can be read from its JSON any number of times; with a register, of all resumes of one suspension the
 * first runs its calls, and the others are refused before anything runs. Without one only a round that is <i>just
 * being</i> resumed in the same process is refused.
 *
 * <p>An entry stays when the process ends: what the resume had done by then is known to a {@link
 * dev.interlock.durable.journal.RoundJournal} only, and a round that is recovered from one can be resumed, once.
 *
 * <p>Implementations are thread-safe. For several processes it takes a store that they share, and that adds an entry
 * only if it is not there, such as an {@code INSERT} into a table whose primary key is both arguments. It must not be
 * part of a transaction that may be rolled back after calls have run.
 */
public interface ResumeRegister {

    /**
     * Enters a suspension that is about to be resumed. Called by the thread that resumes, before anything of the round
     * runs, with no lock held. What it throws refuses the resume.
     *
     * @param round the {@linkplain SuspendedRound#id id of the round}
     * @param suspension the {@linkplain SuspendedRound#suspension number of the suspension}
     * @return false if it is there already: then the resume is refused
     */
    boolean enter(String round, int suspension);

    /**
     * Takes an entry out: its resume has started nothing, since it was cancelled before. Called by the same thread, at
     * the end.
     *
     * @param round the id of the round
     * @param suspension the number of the suspension
     */
    void remove(String round, int suspension);

    /**
     * A register of this process, which grows by some 100 bytes with each resume.
     *
     * @return without entries
     */
    static ResumeRegister inMemory() {
        Set<String> entries = ConcurrentHashMap.newKeySet();
        return new ResumeRegister() {
            @Override
            public boolean enter(String round, int suspension) {
                return entries.add(suspension + " " + round);
            }

            @Override
            public void remove(String round, int suspension) {
                entries.remove(suspension + " " + round);
            }
        };
    }
}
