package dev.interlock.durable.journal;

import dev.interlock.durable.SuspendedRound;

/**
 * Takes what a journalled round has come to before the journal forgets it, so that no result is lost between the journal and
 * those who keep results.
 */
@FunctionalInterface
public interface RoundHandover {

    /**
     * Keeps what a round has come to. Called when nothing of the round runs any more, before its results are returned; on the
     * thread that ends it, with no lock held. If the process ends before the journal has noted that this has returned, the round
     * is among {@link RoundJournal#unfinished()} and, resumed, is handed over once more: by its id an implementation can tell.
     *
     * @param round the round, each call with its result; or, if it was suspended, with what it waits for
     * @throws Exception if it could not be kept: then the journal keeps the round, for when the process is started anew; a
     *     warning in the log says so, and the results are returned all the same
     */
    void handOver(SuspendedRound round) throws Exception;
}
