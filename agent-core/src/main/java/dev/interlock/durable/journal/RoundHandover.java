package dev.interlock.durable.journal;

import dev.interlock.durable.SuspendedRound;

/**
 * Stores the results of a journalled round before the journal forgets the round, so that no result is lost in between.
 */
@FunctionalInterface
public interface RoundHandover {

    /**
     * Stores a round. The engine calls this when nothing of the round runs any more, before it returns the results, on
     * the thread that ends the round and with no lock held. If the process ends before the journal has noted this
     * method's return, the round is among {@link RoundJournal#unfinished()}; after a resume the engine calls this once
     * more. An implementation recognises the round by its id.
     *
     * @param round the round. Each call has its result or, if the round was suspended, the thing that it waits for
     * @throws Exception if the round could not be stored. Then the journal keeps the round for the next start of the
     *     process, and a warning is logged. The caller gets the results anyway
     */
    void handOver(SuspendedRound round) throws Exception;
}
