package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.SYSTEM;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Cancellation;
import dev.langchain4j.service.TokenStream;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writes that start early, and whose stream or task is cancelled: the memory says what ran. */
@Timeout(60)
class EarlyRunsCancelledTest extends EarlyRunsFixture {

    @Test
    void cancelled_stream_leaves_what_ran_in_memory() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        TokenStream stream = assistant(replying(chargingAndThen(reply -> {
                    reply.text("some text");
                    Waiting.await(cancelled);
                })))
                .chat("go")
                .onPartialResponseWithContext((part, context) -> {
                    context.streamingHandle().cancel();
                    cancelled.countDown();
                });

        StreamedAnswer.to(stream);
        Waiting.await(cancelled);

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory)).containsExactly("charged 5");
    }

    @Test
    void cancelled_stream_that_is_completed_all_the_same_has_what_ran_in_memory_once() throws Exception {
        ScriptedStreamingModel model = replying(chargingAndThen(reply -> {
                    reply.text("some text");
                    reply.end(CHARGE);
                }))
                .callingBackAlthoughCancelled();
        TokenStream stream = assistant(model)
                .chat("go")
                .onPartialResponseWithContext(
                        (part, context) -> context.streamingHandle().cancel());

        assertThat(StreamedAnswer.to(stream).error()).isInstanceOf(CancellationException.class);

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT);
        assertThat(till.ran).containsExactly("charge 5");
    }

    @Test
    void task_that_is_cancelled_has_what_ran_in_its_conversation() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Cancellation cancellation = new Cancellation();
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(CHARGE);
            Waiting.await(till.charged);
            cancellation.cancel();
            Waiting.awaitIgnoringInterrupts(released);
        });
        TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(model)
                .tools(till)
                .parallelTools(parallel -> parallel.earlyStart(EarlyStart.ALL).gracePeriod(Waiting.PATIENCE))
                .chatMemoryProvider(id -> memory)
                .build();

        TaskResult result = cancellation.call(() -> agent.execute("go", "conversation"));

        released.countDown();
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(Memory.types(memory)).containsExactly(SYSTEM, USER, AI, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory)).containsExactly("charged 5");
    }

    @Test
    void call_that_cancels_its_own_stream_does_not_wait_for_itself() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        TokenStream stream = assistant(replying(reply -> {
                    reply.text("some text");
                    reply.call(call("1", "chargeAndCancel", "{\"amount\": 5}"));
                    Waiting.await(till.charged);
                    over.countDown();
                }))
                .chat("go")
                .onPartialResponseWithContext((part, context) -> till.handle.set(context.streamingHandle()));

        StreamedAnswer.to(stream);

        Waiting.await(over);
        Awaitility.await()
                .untilAsserted(() -> assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT));
    }

    private StreamingAssistant assistant(ParallelTools.Builder parallel, ScriptedStreamingModel model) {
        return parallel.earlyStart(EarlyStart.ALL)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(till)
                .build();
    }

    private TokenStream keepingTheHandle(StreamingAssistant assistant) {
        return assistant
                .chat("go")
                .onPartialResponseWithContext(
                        (part, context) -> till.handle.compareAndSet(null, context.streamingHandle()));
    }

    @Test
    void listener_that_cancels_when_it_hears_of_the_end_of_a_call_does_not_wait_for_it() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        ParallelTools.Builder parallel = Waiting.patientTools().listener(event -> {
            if (event instanceof RoundEvent.CallEnded) {
                till.handle.get().cancel();
            } else if (event instanceof RoundEvent.RoundEnded) {
                over.countDown();
            }
        });
        ScriptedStreamingModel model = replying(reply -> {
            reply.text("some text");
            reply.call(CHARGE);
        });

        StreamedAnswer.to(keepingTheHandle(assistant(parallel, model)));

        Waiting.await(over);
        Awaitility.await()
                .untilAsserted(() -> assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT));
    }

    @Test
    void listener_that_cancels_when_it_hears_of_the_end_of_a_failed_round_does_not_wait_for_it() throws Exception {
        ParallelTools.Builder parallel = Waiting.patientTools().listener(event -> {
            if (event instanceof RoundEvent.RoundEnded) {
                till.handle.get().cancel();
            }
        });
        ScriptedStreamingModel model = replying(reply -> {
            reply.text("some text");
            chargingAndThen(broken -> broken.error(new IllegalStateException("the line is dead")))
                    .to(reply);
        });

        StreamedAnswer answer = StreamedAnswer.to(keepingTheHandle(assistant(parallel, model)));

        assertThat(answer.error()).hasMessage("the line is dead");
        assertThat(Memory.resultTexts(memory)).containsExactly("charged 5");
    }

    @Test
    void callback_that_cancels_lets_the_hooks_of_ended_calls_pass() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        List<String> told = new CopyOnWriteArrayList<>();
        ScriptedStreamingModel model = replying(reply -> {
            reply.call(call("1", "chargeWhenInterrupted", "{\"amount\": 5}"));
            Waiting.await(till.charging);
            reply.text("some text");
        });
        TokenStream stream = assistant(model)
                .chat("go")
                .onToolExecuted(execution -> told.add(execution.result()))
                .onPartialResponseWithContext((part, context) -> {
                    context.streamingHandle().cancel();
                    cancelled.countDown();
                });

        StreamedAnswer.to(stream);

        Waiting.await(cancelled);
        assertThat(told).containsExactly("charged 5");
        assertThat(Memory.resultTexts(memory)).containsExactly("charged 5");
    }

    @Test
    void stream_that_is_cancelled_while_a_call_is_admitted_tells_no_error() throws Exception {
        CountDownLatch admitted = new CountDownLatch(1);
        ParallelTools.Builder parallel = Waiting.patientTools().effects("ring", Effects.of(ringing -> {
            // As if another thread cancelled just now.
            till.handle.get().cancel();
            return List.of(Access.write("bell"));
        }));
        ScriptedStreamingModel model = replying(reply -> {
            reply.text("some text");
            chargingAndThen(charged -> charged.call(call("2", "ring", "{}"))).to(reply);
            admitted.countDown();
        });

        StreamedAnswer answer = StreamedAnswer.to(keepingTheHandle(assistant(parallel, model)));

        Waiting.await(admitted);
        assertThat(answer.errors()).isEmpty();
        assertThat(Memory.resultTexts(memory)).containsExactly("charged 5");
    }

    @Test
    void stream_that_is_cancelled_by_the_handle_of_an_earlier_response_leaves_what_ran_in_memory() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        ScriptedStreamingModel model = replying(
                reply -> {
                    reply.text("some text");
                    reply.end(call("1", "ring", "{}"));
                },
                chargingAndThen(reply -> {
                    till.handle.get().cancel();
                    cancelled.countDown();
                }));

        StreamedAnswer.to(keepingTheHandle(assistant(model)));

        Waiting.await(cancelled);
        assertThat(Memory.resultTexts(memory)).containsExactly("rung", "charged 5");
    }
}
