package dev.interlock.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeldQueryTest {

    private static final List<HeldClaim> ONE =
            List.of(new HeldClaim("1", "r", "tool 't'", List.of(), Duration.ZERO, Optional.empty()));

    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();

    /** An exception, or what is held. */
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();

    private final HeldQuery query = new HeldQuery(new Answering(), now::get);

    private final class Answering implements LimitServer {
        @Override
        public String name() {
            return "tests";
        }

        @Override
        public String description() {
            return "a fake";
        }

        @Override
        public Reply exchange(Exchange exchange) {
            throw new AssertionError("nothing is exchanged");
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<HeldClaim> held() throws Exception {
            questions.incrementAndGet();
            Object answer = answers.take();
            if (answer instanceof Exception failure) {
                throw failure;
            }
            return (List<HeldClaim>) answer;
        }

        @Override
        public Duration askAgainAfter() {
            return Duration.ofHours(1);
        }
    }

    private static List<HeldClaim> get(CompletionStage<List<HeldClaim>> answer) throws Exception {
        return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void all_who_ask_while_one_question_is_on_its_way_get_its_answer() throws Exception {
        List<CompletableFuture<List<HeldClaim>>> asked = java.util.stream.Stream.generate(query::ask)
                .limit(100)
                .map(CompletionStage::toCompletableFuture)
                .toList();
        now.addAndGet(10 * HeldQuery.FRESH_NANOS);
        CompletionStage<List<HeldClaim>> late = query.ask();
        answers.add(ONE);
        assertThat(get(late)).isEqualTo(ONE);
        for (CompletableFuture<List<HeldClaim>> each : asked) {
            assertThat(get(each)).isEqualTo(ONE);
        }
        assertThat(questions).hasValue(1);
    }

    @Test
    void an_answer_is_good_for_a_quarter_of_a_second_from_when_its_question_was_asked() throws Exception {
        answers.add(List.of());
        assertThat(get(query.ask())).isEmpty();
        now.addAndGet(HeldQuery.FRESH_NANOS - 1);
        assertThat(get(query.ask())).isEmpty();
        assertThat(questions).hasValue(1);
        now.addAndGet(1);
        answers.add(ONE);
        assertThat(get(query.ask())).isEqualTo(ONE);
        assertThat(questions).hasValue(2);
    }

    @Test
    void a_question_that_fails_fails_for_all_and_is_asked_again_later() throws Exception {
        CompletionStage<List<HeldClaim>> first = query.ask();
        CompletionStage<List<HeldClaim>> second = query.ask();
        answers.add(new IOException("lost"));
        Assertions.assertThatThrownBy(() -> get(first))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("lost");
        Assertions.assertThatThrownBy(() -> get(second)).hasRootCauseMessage("lost");
        now.addAndGet(HeldQuery.FRESH_NANOS);
        answers.add(ONE);
        assertThat(get(query.ask())).isEqualTo(ONE);
    }
}
