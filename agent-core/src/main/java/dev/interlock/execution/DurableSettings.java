package dev.interlock.execution;

import dev.interlock.durable.ResumeRegister;
import dev.interlock.durable.journal.RoundHandover;
import dev.interlock.durable.journal.RoundJournal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link SettingsBuilder} by which rounds outlive their process. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
abstract class DurableSettings<B> extends LimitSettings<B> {

    private @Nullable RoundJournal journal;
    private @Nullable RoundHandover handover;
    private @Nullable ResumeRegister resumeRegister;

    DurableSettings() {}

    /**
     * Sets where it is kept what rounds are about to do and have done, so that they can be finished after their process has
     * ended, see {@link RoundJournal}. A call starts when the journal has its start. None by default, which costs nothing.
     *
     * @param journal the journal, to be closed by the caller once the executor runs no round any more
     * @return this
     */
    public B journal(RoundJournal journal) {
        this.journal = Objects.requireNonNull(journal, "journal");
        return self();
    }

    /**
     * Sets who keeps what journalled rounds have come to, before the journal forgets it. None by default: then the results
     * of a round that has ended are the caller's, and are lost if the process ends before the caller has kept them.
     *
     * @param handover is called for each journalled round, resumed ones included
     * @return this
     */
    public B handover(RoundHandover handover) {
        this.handover = Objects.requireNonNull(handover, "handover");
        return self();
    }

    /**
     * Sets what lets each suspended round be resumed once: a second resume of the same {@link
     * dev.interlock.durable.SuspendedRound} is refused with an {@link IllegalStateException}, and nothing runs. None by
     * default: then a round is refused only while it is just being resumed in the same process, and else it is the caller who
     * resumes it once.
     *
     * @param register shared by all executors, of all processes perhaps, that may resume the same rounds
     * @return this
     */
    public B resumeRegister(ResumeRegister register) {
        this.resumeRegister = Objects.requireNonNull(register, "register");
        return self();
    }

    @Nullable
    ResumeRegister resumeRegister() {
        return resumeRegister;
    }

    @Nullable
    RoundHandover handover() {
        return handover;
    }

    @Nullable
    RoundJournal journal() {
        return journal;
    }
}
