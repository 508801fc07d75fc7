package dev.interlock.execution;

import dev.interlock.durable.ResumeRegister;
import dev.interlock.durable.journal.RoundHandover;
import dev.interlock.durable.journal.RoundJournal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link SettingsBuilder} that let rounds outlive their process. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
abstract class DurableSettings<B> extends LimitSettings<B> {

    private @Nullable RoundJournal journal;
    private @Nullable RoundHandover handover;
    private @Nullable ResumeRegister resumeRegister;

    DurableSettings() {}

    /**
     * Sets the journal that records what rounds are about to do and have done, see {@link RoundJournal}. Another
     * process can then finish the rounds of one that has ended. A call starts only once the journal has its start. By
     * default there is no journal, and no cost.
     *
     * @param journal the journal; the caller closes it when the executor runs no more rounds
     * @return this
     */
    public B journal(RoundJournal journal) {
        this.journal = Objects.requireNonNull(journal, "journal");
        return self();
    }

    /**
     * Sets a handover, which keeps the results of a journalled round before the journal forgets the round. None by
     * default: then results are lost if the process ends after the round, but before the caller has stored them.
     *
     * @param handover called for each journalled round, including resumed ones
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
