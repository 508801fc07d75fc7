package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Abandoned calls, as AI services and hand-written loops meet them. */
@Timeout(60)
class AbandonedCallsTest extends ResilienceFixture {

    private ParallelTools.Builder impatient() {
        return ParallelTools.builder()
                .effects("stubborn", Effects.writes("a"))
                .effects("write", Effects.writes("a"))
                .policy(
                        "stubborn",
                        ToolPolicy.builder().timeout(Duration.ofMillis(600)).build())
                .gracePeriod(Duration.ofMillis(20))
                .heldResourceTimeout(Duration.ofMillis(50));
    }

    @Test
    void abandoned_call_holds_its_resource_in_its_conversation_until_it_is_released() {
        CountDownLatch release = new CountDownLatch(1);
        ParallelTools parallel = impatient().build();
        List<AiServiceTool> tools = List.of(
                tool("stubborn", request -> {
                    Waiting.awaitIgnoringInterrupts(release);
                    return "late";
                }),
                tool("write", request -> "written"));
        try {
            ScriptedChatModel model = ScriptedChatModel.saying(
                    calls(call("1", "stubborn", "{}")), calls(call("2", "write", "{}")), AiMessage.from("done"));
            parallel.aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(tools)
                    .build()
                    .chat("go");
            assertThat(texts(model.results()).get(0)).contains("the attempt exceeded 600 ms; it may still take effect");
            assertThat(texts(model.results()).get(1))
                    .contains("gave up after waiting 50 ms for a resource" + " held by call 1 of round");
            assertThat(parallel.abandoned()).hasSize(1);

            ScriptedChatModel other = ScriptedChatModel.asking(call("1", "write", "{}"));
            parallel.aiServices(Assistant.class)
                    .chatModel(other)
                    .tools(tools)
                    .build()
                    .chat("go");
            assertThat(texts(other.results())).as("another conversation").containsExactly("written");

            assertThat(parallel.release(parallel.abandoned().get(0).id())).isTrue();
            assertThat(parallel.abandoned()).isEmpty();
        } finally {
            release.countDown();
        }
    }

    static final class Booking {
        final CountDownLatch release = new CountDownLatch(1);
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        String write() {
            log.add("write");
            return "written";
        }

        @CompensateFor("write")
        void undo() {
            log.add("undo");
        }

        @Tool
        String stubborn() {
            Waiting.awaitIgnoringInterrupts(release);
            log.add("late");
            return "late";
        }
    }

    @Test
    void compensation_does_not_run_beside_an_abandoned_call_on_the_same_resource() {
        Booking booking = new Booking();
        try {
            ScriptedChatModel model = ScriptedChatModel.asking(call("1", "write", "{}"), call("2", "stubborn", "{}"));
            impatient()
                    .build()
                    .aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(booking)
                    .compensateOnToolErrors(true)
                    .build()
                    .chat("go");
            assertThat(booking.log)
                    .as("not undone, since that could not be done safely")
                    .containsExactly("write");
        } finally {
            booking.release.countDown();
        }
    }

    @Test
    void compensation_waits_for_an_abandoned_call_that_ends() throws Exception {
        Booking booking = new Booking();
        CountDownLatch abandoned = new CountDownLatch(1);
        ParallelTools parallel = impatient()
                .heldResourceTimeout(Duration.ofMinutes(1))
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded) {
                        abandoned.countDown();
                    }
                })
                .build();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "write", "{}"), call("2", "stubborn", "{}"));
        Caller caller = Caller.of(() -> parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(booking)
                .compensateOnToolErrors(true)
                .build()
                .chat("go"));
        Waiting.await(abandoned);
        booking.release.countDown();
        assertThat(caller.join().returned()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(booking.log).containsExactly("write", "late", "undo");
    }
}
