package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of time, and the context of the caller, in rounds that begin while the model still writes. */
@Timeout(60)
class StreamingLimitsTest {

    private static final ToolExecutionRequest HANG = call("1", "hang", "{}");
    private static final ToolExecutionRequest QUICK = call("2", "quick", "{}");

    private static final Duration NEVER = Duration.ofMinutes(5);

    private static final ThreadLocal<@Nullable String> CUSTOMER = new ThreadLocal<>();

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch stubbornMayEnd = new CountDownLatch(1);
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private final List<AiServiceTool> tools = List.of(
            tool("hang", this::hang),
            tool("hangUndeclared", this::hang),
            tool("quick", request -> {
                seen.add(request.id() + " " + CUSTOMER.get());
                return "quick";
            }),
            tool("undeclared", request -> {
                seen.add(request.id() + " " + CUSTOMER.get());
                return "undeclared";
            }),
            tool("stubborn", request -> {
                running.countDown();
                Waiting.awaitIgnoringInterrupts(stubbornMayEnd);
                return "at last";
            }));

    private String hang(ToolExecutionRequest request) throws InterruptedException {
        running.countDown();
        try {
            Waiting.forInterrupt();
            return "never";
        } finally {
            interrupted.countDown();
        }
    }

    /** Unless the machine is so busy that the limit passes before the call can start. */
    private void awaitInterrupt() throws InterruptedException {
        if (running.await(5, TimeUnit.SECONDS)) {
            Waiting.await(interrupted);
        }
    }

    @AfterEach
    void release() {
        stubbornMayEnd.countDown();
        CUSTOMER.remove();
    }

    /** Only what hangs is to meet the limit of an attempt, not a quick tool on a busy machine. */
    private AiServices<StreamingAssistant> services(ParallelTools.Builder builder, ScriptedStreamingModel model) {
        return builder.policy("quick", ToolPolicy.builder().timeout(NEVER).build())
                .effects("hang", Effects.reads("place"))
                .effects("quick", Effects.reads("place"))
                .effects("stubborn", Effects.reads("place"))
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(tools);
    }

    private void answered(ParallelTools.Builder builder, ScriptedStreamingModel model) throws InterruptedException {
        assertThat(StreamedAnswer.to(services(builder, model).build().chat("go"))
                        .text())
                .isEqualTo("done");
    }

    @Test
    void attempt_exceeds_its_limit_while_the_model_still_writes() throws InterruptedException {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(HANG);
                    awaitInterrupt();
                    stream.call(QUICK);
                    stream.end(HANG, QUICK);
                },
                says("done"));

        answered(Waiting.patientTools().timeout(Duration.ofMillis(50)), model);

        assertThat(model.resultTexts().get(0)).contains("exceeded 50 ms");
        assertThat(model.resultTexts().get(1)).isEqualTo("quick");
    }

    @Test
    void attempt_exceeds_its_limit_after_the_response_is_complete() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(HANG, call("2", "hangUndeclared", "{}"));

        answered(Waiting.patientTools().timeout(Duration.ofMillis(50)), model);

        assertThat(model.resultTexts()).hasSize(2).allMatch(text -> text.contains("exceeded 50 ms"));
    }

    @Test
    void round_exceeds_its_limit_while_the_model_still_writes_and_the_loop_goes_on() throws InterruptedException {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(HANG);
                    awaitInterrupt();
                    stream.call(QUICK);
                    stream.end(HANG, QUICK, call("3", "undeclared", "{}"));
                },
                says("done"));

        answered(Waiting.patientTools().roundTimeout(Duration.ofMillis(50)), model);

        assertThat(model.resultTexts()).hasSize(3).allMatch(text -> text.contains("the round exceeded 50 ms"));
        assertThat(seen).isEmpty();
    }

    @Test
    void call_with_its_waits_exceeds_its_limit_while_the_model_still_writes() throws InterruptedException {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(HANG);
                    awaitInterrupt();
                    stream.end(HANG);
                },
                says("done"));

        answered(Waiting.patientTools().callTimeout(Duration.ofMillis(50)), model);

        assertThat(model.resultTexts()).singleElement().asString().contains("the call exceeded 50 ms");
    }

    @Test
    void call_that_ignores_its_interrupt_holds_up_neither_the_stream_nor_the_answer() throws InterruptedException {
        ToolExecutionRequest stubborn = call("1", "stubborn", "{}");
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(stubborn, QUICK);

        answered(ParallelTools.builder().timeout(Duration.ofMillis(50)).gracePeriod(Duration.ofMillis(20)), model);

        assertThat(model.resultTexts().get(0)).contains("exceeded 50 ms");
        assertThat(model.resultTexts().get(1)).isEqualTo("quick");
    }

    @Test
    void call_that_ignores_its_interrupt_does_not_keep_the_user_from_hearing_of_an_error() throws InterruptedException {
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(call("1", "stubborn", "{}"));
            Waiting.await(running);
            stream.error(new IOException("connection reset"));
        });

        StreamedAnswer answer =
                StreamedAnswer.to(services(ParallelTools.builder().gracePeriod(Duration.ofMillis(20)), model)
                        .build()
                        .chat("go"));

        assertThat(answer.error()).hasMessage("connection reset");
        assertThat(stubbornMayEnd.getCount()).isEqualTo(1);
    }

    @Test
    void every_round_has_the_context_of_the_thread_that_started_the_stream() throws InterruptedException {
        ScriptedStreamingModel model = replying(
                asks(call("1", "quick", "{}"), call("2", "undeclared", "{}")),
                asks(call("3", "quick", "{}")),
                asks(call("4", "undeclared", "{}")),
                says("done"));
        StreamingAssistant assistant = services(
                        ParallelTools.builder().contextPropagator(new ThreadLocalPropagator(CUSTOMER)), model)
                .build();
        CUSTOMER.set("ann");
        StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go"));
        CUSTOMER.set("bob");

        assertThat(answer.text()).isEqualTo("done");
        assertThat(seen).containsExactly("1 ann", "2 ann", "3 ann", "4 ann");
    }

    @Test
    void each_stream_has_its_own_context_also_if_it_is_started_by_a_tool_of_another() throws InterruptedException {
        ScriptedStreamingModel inner = ScriptedStreamingModel.asking(call("inner", "quick", "{}"));
        ParallelTools.Builder builder = ParallelTools.builder().contextPropagator(new ThreadLocalPropagator(CUSTOMER));
        StreamingAssistant innerAssistant = services(builder, inner).build();
        ScriptedStreamingModel outer =
                replying(asks(call("ask", "ask", "{}")), asks(call("outer", "quick", "{}")), says("done"));
        List<AiServiceTool> asking = List.of(tool("ask", request -> {
            CUSTOMER.set("inner customer");
            return StreamedAnswer.to(innerAssistant.chat("go")).text();
        }));
        StreamingAssistant outerAssistant =
                services(builder, outer).tools(asking).build();
        CUSTOMER.set("outer customer");

        assertThat(StreamedAnswer.to(outerAssistant.chat("go")).text()).isEqualTo("done");
        assertThat(seen).containsExactly("inner inner customer", "outer outer customer");
    }
}
