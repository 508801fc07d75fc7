package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedReplies.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of calls in hand-written loops: the context of the invocation says which responses belong together. */
@Timeout(60)
class HandWrittenLimitsTest {

    private final AtomicInteger runs = new AtomicInteger();
    private final List<AiServiceTool> tools = List.of(CodedTool.tool("step", request -> {
        runs.incrementAndGet();
        return "same";
    }));
    private final ParallelTools parallel =
            ParallelTools.builder().maxCallsPerInvocation(2).build();
    private final ParallelTools noRepeats =
            ParallelTools.builder().maxRepeatedCalls(2).build();
    private final InvocationContext withId =
            InvocationContext.builder().invocationId(UUID.randomUUID()).build();
    private final InvocationContext withoutId = InvocationContext.builder().build();

    private ToolExecutionResultMessage step(ParallelTools by, InvocationContext context) {
        List<ToolExecutionResultMessage> results = by.execute(calls(call("1", "step", "{}")), tools, context);
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    @Test
    void rounds_with_one_context_are_one_invocation() {
        for (InvocationContext context : List.of(withId, withoutId)) {
            runs.set(0);
            assertThat(step(parallel, context).isError()).isFalse();
            assertThat(step(parallel, context).isError()).isFalse();
            assertThat(parallel.isOverLimit(context)).isFalse();
            assertThat(step(parallel, context).text())
                    .contains("tool 'step' was not run: it is call 3, and the limit for one request is 2");
            assertThat(parallel.isOverLimit(context)).isFalse();
            assertThat(step(parallel, context).isError()).isTrue();
            assertThat(parallel.isOverLimit(context)).isTrue();
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void rounds_with_one_id_are_one_invocation() {
        step(parallel, withId);
        step(parallel, withId.toBuilder().chatMemoryId("other").build());

        assertThat(step(parallel, withId.toBuilder().build()).isError()).isTrue();
        assertThat(parallel.isOverLimit(withId)).isFalse();
    }

    @Test
    void rounds_with_other_contexts_are_other_invocations() {
        for (int i = 0; i < 5; i++) {
            assertThat(step(parallel, InvocationContext.builder().build()).isError())
                    .isFalse();
            assertThat(parallel.execute(calls(call("1", "step", "{}")), tools)
                            .get(0)
                            .isError())
                    .isFalse();
        }
        assertThat(parallel.isOverLimit(withId)).isFalse();
        assertThat(parallel.isOverLimit(withoutId)).isFalse();
    }

    @Test
    void repeated_calls_are_told_and_then_are_over_the_limit() {
        step(noRepeats, withId);
        step(noRepeats, withId);
        assertThat(step(noRepeats, withId).text()).contains("do not repeat it");
        assertThat(noRepeats.isOverLimit(withId)).isFalse();
        step(noRepeats, withId);

        assertThat(noRepeats.isOverLimit(withId)).isTrue();
        assertThat(runs).hasValue(2);
    }

    private List<ToolExecutionResultMessage> streamed(ParallelTools by, AiMessage message) throws Exception {
        CompletableFuture<List<ToolExecutionResultMessage>> results = new CompletableFuture<>();
        StreamingChatResponseHandler handler = new StreamingChatResponseHandler() {
            @Override
            public void onCompleteResponse(ChatResponse response) {
                results.complete(by.execute(response.aiMessage(), tools, withId));
            }

            @Override
            public void onError(Throwable error) {
                results.completeExceptionally(error);
            }
        };
        ScriptedReplies.of(reply(message, null))
                .streamingChatModel()
                .chat(
                        ChatRequest.builder().messages(UserMessage.from("go")).build(),
                        by.streamingHandler(tools, handler, withId));
        return results.get(30, TimeUnit.SECONDS);
    }

    @Test
    void streamed_responses_count_as_others_do() throws Exception {
        ParallelTools early = ParallelTools.builder()
                .maxCallsPerInvocation(2)
                .effects("step", Effects.reads("steps"))
                .build();
        for (ParallelTools by : List.of(parallel, early)) {
            runs.set(0);
            List<ToolExecutionResultMessage> results =
                    streamed(by, calls(call("1", "step", "{}"), call("2", "step", "{}"), call("3", "step", "{}")));

            assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(false, false, true);
            assertThat(by.isOverLimit(withId)).isFalse();
            assertThat(streamed(by, calls(call("4", "step", "{}"))).get(0).isError())
                    .isTrue();
            assertThat(by.isOverLimit(withId)).isTrue();
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void streamed_repeats_are_repeats() throws Exception {
        AiMessage step = calls(call("1", "step", "{}"));
        streamed(noRepeats, step);
        streamed(noRepeats, AiMessage.from(step.toolExecutionRequests()));
        List<ToolExecutionResultMessage> third = streamed(noRepeats, AiMessage.from(step.toolExecutionRequests()));

        assertThat(third.get(0).text()).contains("do not repeat it");
        assertThat(runs).hasValue(2);
    }

    @Test
    void retrying_what_failed_is_the_callers_decision_and_does_not_count() {
        AiMessage message = calls(call("1", "step", "{}"));
        step(parallel, withId);
        step(parallel, withId);
        List<ToolExecutionResultMessage> refused = parallel.execute(message, tools, withId);

        assertThat(parallel.retryFailed(message, refused, tools).get(0).text()).isEqualTo("same");
    }

    @Test
    void nothing_of_an_invocation_stays() {
        InvocationLimits limits = new InvocationLimits(new CallLimits(1, 1, Map.of(), 2));
        List<WeakReference<InvocationCounts>> counts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            counts.add(kept(
                    limits,
                    InvocationContext.builder().invocationId(UUID.randomUUID()).build()));
            counts.add(kept(limits, InvocationContext.builder().build()));
        }
        WeakReference<InvocationCounts> living = kept(limits, withId);

        awaitCollectionOf(counts, limits);

        assertThat(living.get()).isNotNull();
        assertThat(withId.invocationId()).isNotNull();
    }

    private static WeakReference<InvocationCounts> kept(InvocationLimits limits, InvocationContext context) {
        assertThat(limits.nextResponse(context)).isNotNull();
        return new WeakReference<>(limits.counts(context, 0));
    }

    /** Waits, and uses the limits meanwhile: they drop what is known of contexts that are gone when they are used. */
    private static void awaitCollectionOf(List<WeakReference<InvocationCounts>> counts, InvocationLimits limits) {
        Garbage.awaitCollection(() -> {
            limits.newResponse(InvocationContext.builder().build());
            return counts.stream().allMatch(reference -> reference.refersTo(null));
        });
    }

    private static InvocationContext contextOf(String id) {
        return InvocationContext.builder().invocationId(UUID.fromString(id)).build();
    }

    /** A loop that keeps the id as text makes its context anew for each response. */
    @Test
    void contexts_with_equal_ids_are_one_invocation_even_if_none_lives_in_between() {
        String id = UUID.randomUUID().toString();
        for (int i = 0; i < 2; i++) {
            InvocationContext context = contextOf(id);
            assertThat(step(parallel, context).isError()).isFalse();
            WeakReference<InvocationContext> gone = new WeakReference<>(context);
            context = null;
            Garbage.awaitCollection(() -> gone.refersTo(null));
        }

        assertThat(step(parallel, contextOf(id)).text()).contains("it is call 3, and the limit for one request is 2");
        assertThat(step(parallel, contextOf(id)).isError()).isTrue();
        assertThat(parallel.isOverLimit(contextOf(id))).isTrue();
        assertThat(runs).hasValue(2);
    }

    @Test
    void invocations_that_were_not_used_for_long_are_forgotten() {
        InvocationLimits limits = new InvocationLimits(new CallLimits(1, 1, Map.of(), ParallelTools.UNLIMITED), 3);
        List<WeakReference<InvocationCounts>> counts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            counts.add(kept(limits, contextOf(UUID.randomUUID().toString())));
        }

        awaitCollectionOf(counts.subList(0, 97), limits);

        assertThat(counts.subList(97, 100)).noneMatch(last -> last.refersTo(null));
    }

    /** No response can follow under a context that the caller does not know. */
    @Test
    void calls_without_a_context_push_no_invocation_out() {
        String id = UUID.randomUUID().toString();
        AiMessage message = calls(call("1", "step", "{}"));
        step(parallel, contextOf(id));
        List<ToolExecutionResultMessage> results = parallel.execute(message, tools, contextOf(id));
        for (int i = 0; i < InvocationLimits.OF_LOOPS; i++) {
            parallel.plan(message, tools);
            parallel.execute(message, tools);
            parallel.execute(ChatResponse.builder().aiMessage(message).build(), tools);
            parallel.retryFailed(message, results, tools);
        }
        for (int i = 0; i < 3; i++) {
            WeakReference<InvocationContext> gone =
                    new WeakReference<>(InvocationContext.builder().build());
            Garbage.awaitCollection(() -> gone.refersTo(null));
            // Drops what is known of contexts that are gone.
            parallel.execute(message, tools);
        }

        assertThat(step(parallel, contextOf(id)).isError()).isTrue();
    }

    @Test
    void new_contexts_are_not_among_those_that_stay_known() {
        InvocationLimits limits = new InvocationLimits(new CallLimits(9, 9, Map.of(), ParallelTools.UNLIMITED), 1);
        String id = UUID.randomUUID().toString();
        limits.restore(contextOf(id), true, Map.of("step", 5));
        List<WeakReference<InvocationCounts>> counts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            InvocationContext context = contextOf(UUID.randomUUID().toString());
            limits.newResponse(context);
            counts.add(new WeakReference<>(limits.counts(context, 0)));
        }

        awaitCollectionOf(counts, limits);

        assertThat(limits.nextResponse(contextOf(id)).counts()).isEqualTo(Map.of("step", 5));
    }

    @Test
    void without_limits_nothing_is_kept() {
        InvocationLimits limits = new InvocationLimits(
                new CallLimits(ParallelTools.UNLIMITED, ParallelTools.UNLIMITED, Map.of(), ParallelTools.UNLIMITED));

        assertThat(limits.nextResponse(withId)).isSameAs(ResponseLimits.UNLIMITED);
        assertThat(limits.newResponse(withId)).isSameAs(ResponseLimits.UNLIMITED);
    }
}
