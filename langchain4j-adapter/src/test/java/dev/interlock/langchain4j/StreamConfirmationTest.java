package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.event.RoundEvent;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was started early counts only where it did what the message's call does in its place. */
@Timeout(60)
class StreamConfirmationTest {

    /** Tools whose results show what came before. */
    static class Shelves {
        final Map<String, Integer> things = new ConcurrentHashMap<>();
        final List<String> ran = new CopyOnWriteArrayList<>();
        final CountDownLatch looked = new CountDownLatch(1);
        final CountDownLatch hanging = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);

        @Tool
        @Reads("shelf/{shelf}")
        String look(@P(name = "shelf") String shelf) {
            ran.add("look " + shelf);
            looked.countDown();
            return shelf + " has " + things.getOrDefault(shelf, 0);
        }

        @Tool
        @Writes("shelf/{shelf}")
        String put(@P(name = "shelf") String shelf) {
            ran.add("put " + shelf);
            return shelf + " gets " + things.merge(shelf, 1, Integer::sum);
        }

        @Tool
        @Reads("shelf/{shelf}")
        String hang(@P(name = "shelf") String shelf) throws InterruptedException {
            hanging.countDown();
            try {
                Waiting.forInterrupt();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return "hung";
        }
    }

    private static final ToolExecutionRequest LOOK = call("1", "look", "{\"shelf\": \"a\"}");
    private static final ToolExecutionRequest PUT = call("2", "put", "{\"shelf\": \"a\"}");

    private final Shelves shelves = new Shelves();
    private final ChatMemory memory = Memory.ofManyMessages();

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void read_that_came_before_a_write_which_the_message_has_before_it_is_done_again(StreamingWay way)
            throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(LOOK);
                    Waiting.await(shelves.looked);
                    stream.end(PUT, LOOK);
                },
                says("done"));

        way.run(model, shelves, memory);

        assertThat(model.resultTexts()).containsExactly("a gets 1", "a has 1");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void read_before_a_write_counts(StreamingWay way) throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(LOOK);
                    Waiting.await(shelves.looked);
                    stream.end(LOOK, PUT, call("3", "look", "{\"shelf\": \"a\"}"));
                },
                says("done"));

        way.run(model, shelves, memory);

        assertThat(model.resultTexts()).containsExactly("a has 0", "a gets 1", "a has 1");
        assertThat(shelves.ran).containsExactly("look a", "put a", "look a");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void call_that_refers_to_another_one_than_was_run_is_done_again(StreamingWay way) throws Exception {
        ToolExecutionRequest reported = call("1", "look", "{\"shelf\": \"a\"}");
        ToolExecutionRequest held = call("1", "look", "{\"shelf\": \"b\"}");
        ToolExecutionRequest referring = call("2", "look", "{\"shelf\": \"${1}\"}");
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(reported);
                    stream.call(referring);
                    Waiting.await(shelves.looked);
                    stream.end(held, referring);
                },
                says("done"));

        way.run(settings -> settings.chaining(true), model, shelves, memory);

        assertThat(model.resultTexts()).containsExactly("b has 0", "b has 0 has 0");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void call_that_refers_to_one_that_was_run_counts(StreamingWay way) throws Exception {
        ToolExecutionRequest referring = call("2", "look", "{\"shelf\": \"${1}\"}");
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(LOOK);
                    stream.call(referring);
                    Waiting.await(shelves.looked);
                    stream.end(LOOK, referring);
                },
                says("done"));

        way.run(settings -> settings.chaining(true), model, shelves, memory);

        assertThat(model.resultTexts()).containsExactly("a has 0", "a has 0 has 0");
        assertThat(shelves.ran).containsExactly("look a", "look a has 0");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void read_that_the_message_does_not_have_is_interrupted_and_holds_up_nobody(StreamingWay way) throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(call("1", "hang", "{\"shelf\": \"a\"}"));
                    Waiting.await(shelves.hanging);
                    stream.end(PUT);
                },
                says("done"));

        StreamingWay.Ended ended = way.run(model, shelves, memory);

        assertThat(ended.error()).isNull();
        assertThat(shelves.interrupted.getCount()).isZero();
        assertThat(model.resultTexts()).containsExactly("a gets 1");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void equal_reads_that_the_message_does_not_have_are_interrupted_and_hold_up_nobody(StreamingWay way)
            throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(call("1", "hang", "{\"shelf\": \"a\"}"));
                    Waiting.await(shelves.hanging);
                    stream.call(call("2", "hang", "{\"shelf\": \"a\"}"));
                    stream.end(PUT);
                },
                says("done"));

        StreamingWay.Ended ended = way.run(settings -> settings.coalescing(true), model, shelves, memory);

        assertThat(ended.error()).isNull();
        assertThat(shelves.interrupted.getCount()).isZero();
        assertThat(model.resultTexts()).containsExactly("a gets 1");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void call_that_is_reported_after_its_response_does_not_run_again(StreamingWay way) throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        CountDownLatch reported = new CountDownLatch(1);
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.end(LOOK);
                    stream.call(LOOK);
                    reported.countDown();
                },
                says("done"));

        way.run(
                settings -> settings.listener(event -> {
                    if (event instanceof RoundEvent.RoundStarted) {
                        rounds.incrementAndGet();
                    }
                }),
                model,
                shelves,
                memory);

        Waiting.await(reported);
        assertThat(rounds).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void call_that_the_message_does_not_have_ends_no_round_that_fails_fast(StreamingWay way) throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(call("1", "hang", "{\"shelf\": \"b\"}"));
                    Waiting.await(shelves.hanging);
                    stream.end(LOOK, PUT);
                },
                says("done"));

        way.run(settings -> settings.failFast(true), model, shelves, memory);

        assertThat(model.resultTexts()).containsExactly("a has 0", "a gets 1");
    }

    /** Pieces by turns have a client report one call several times. */
    @Test
    void after_a_report_that_contradicts_another_nothing_more_starts_early() throws Exception {
        ToolExecutionRequest other = call("2", "look", "{\"shelf\": \"b\"}");
        List<String> before = new CopyOnWriteArrayList<>();
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(0, LOOK);
                    Waiting.await(shelves.looked);
                    stream.call(0, call("1", "look", "{\"shelf\": \"c\"}"));
                    stream.call(1, other);
                    before.addAll(shelves.ran);
                    stream.end(call("1", "look", "{\"shelf\": \"c\"}"), other);
                },
                says("done"));

        StreamingWay.SERVICE.run(settings -> settings.timeout(Duration.ofMinutes(1)), model, shelves, memory);

        assertThat(before).containsExactly("look a");
        assertThat(model.resultTexts()).containsExactly("c has 0", "b has 0");
    }

    @Test
    void listeners_hear_of_what_was_run_for_nothing() throws Exception {
        List<String> started = new CopyOnWriteArrayList<>();
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(LOOK);
                    Waiting.await(shelves.looked);
                    stream.end(call("1", "look", "{\"shelf\": \"b\"}"));
                },
                says("done"));

        StreamingWay.SERVICE.run(
                settings -> settings.listener(event -> {
                    if (event instanceof RoundEvent.CallStarted call) {
                        started.add(call.call().arguments().path("shelf").asText());
                    }
                }),
                model,
                shelves,
                memory);

        assertThat(started).containsExactly("a", "b");
    }
}
