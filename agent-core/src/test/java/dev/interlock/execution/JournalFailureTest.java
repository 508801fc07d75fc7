package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a journal is told of a round once it has failed to keep an entry of it: nothing that would leave a gap. */
@Timeout(60)
class JournalFailureTest {

    private final JournalInMemory journal = new JournalInMemory();
    private final List<SuspendedRound> handedOver = new CopyOnWriteArrayList<>();
    private final AtomicInteger ran = new AtomicInteger();

    private List<CallResult> executeFailingAt(int entry) {
        AtomicInteger entries = new AtomicInteger();
        journal.before(each -> {
            if (entries.incrementAndGet() == entry) {
                throw new IllegalStateException("the disk is full");
            }
        });
        ToolDefinition tool = ToolDefinition.of("t", Effects.writes("same"), call -> ran.incrementAndGet());
        return ToolCallExecutor.builder()
                .journal(journal)
                .handover(handedOver::add)
                .build()
                .execute(List.of(call("t"), call("t"), call("t")), ToolSet.of(tool));
    }

    @Test
    void a_round_whose_beginning_is_not_kept_is_not_the_journals_to_end_or_hand_over() {
        assertThat(executeFailingAt(1)).noneMatch(CallResult::isSuccess);

        assertThat(ran).hasValue(0);
        assertThat(journal.inShort()).isEmpty();
        assertThat(handedOver).isEmpty();
    }

    @Test
    void after_an_entry_that_is_not_kept_only_the_end_of_the_round_is_written() {
        List<CallResult> results = executeFailingAt(4);

        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, false, false);
        assertThat(results.get(1).outcome().message()).contains("the disk is full");
        assertThat(ran).hasValue(1);
        assertThat(journal.inShort()).containsExactly("began 3", "starts 1", "ended 1", "over");
        assertThat(handedOver).hasSize(1);
    }
}
