package dev.interlock.execution;

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

    DurableSettings() {}

    /**
     * Sets where it is kept what rounds are about to do and have done, so that they can be finished after their process has
     * ended, see {@link RoundJournal}. A call starts when the journal has its start. None by default, which costs nothing.
     *
     * @param journal the journal; who has opened it closes it
     * @return this
     */
    public B journal(RoundJournal journal) {
        this.journal = Objects.requireNonNull(journal, "journal");
        return self();
    }

    @Nullable
    RoundJournal journal() {
        return journal;
    }
}
