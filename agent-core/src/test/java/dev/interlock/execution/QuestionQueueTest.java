package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.execution.QuestionQueue.Asker;
import org.junit.jupiter.api.Test;

class QuestionQueueTest {

    private final QuestionQueue queue = new QuestionQueue();

    @Test
    void the_oldest_round_asks_first_and_its_calls_in_call_order() {
        Asker first = queue.join(2, 3);
        Asker later = queue.join(2, 4);
        Asker earlier = queue.join(2, 0);
        Asker older = queue.join(1, 5);
        assertThat(first).isCompleted();

        queue.leave(first);
        assertThat(older).isCompleted();
        assertThat(earlier).isNotDone();
        queue.leave(older);
        assertThat(earlier).isCompleted();
        assertThat(later).isNotDone();
        queue.leave(earlier);
        assertThat(later).isCompleted();
    }

    @Test
    void a_call_that_gives_up_waiting_takes_no_turn() {
        Asker first = queue.join(1, 0);
        Asker second = queue.join(1, 1);
        Asker third = queue.join(1, 2);
        queue.leave(second);
        assertThat(third).isNotDone();
        queue.leave(first);
        assertThat(second).isNotDone();
        assertThat(third).isCompleted();

        queue.leave(third);
        assertThat(queue.join(1, 3)).isCompleted();
    }
}
