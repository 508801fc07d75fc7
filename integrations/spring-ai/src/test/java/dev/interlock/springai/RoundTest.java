package dev.interlock.springai;

import static dev.interlock.springai.Asked.call;
import static dev.interlock.springai.Asked.prompt;
import static dev.interlock.springai.Asked.response;
import static dev.interlock.springai.Asked.texts;
import static dev.interlock.springai.Asked.tool;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.plan.CallPlan;
import dev.interlock.support.PatientWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.annotation.Tool;

/** The engine at work behind the manager: what its settings say holds for Spring AI's tools. */
@Timeout(30)
class RoundTest {

    static final class Notes {
        final List<String> order = Collections.synchronizedList(new ArrayList<>());

        @Tool
        String write(String text) {
            order.add(text);
            return text;
        }
    }

    private static InterlockToolCallingManager.Builder manager() {
        return InterlockToolCallingManager.builder();
    }

    @Test
    void no_more_calls_run_at_once_than_the_cap() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier two = new CyclicBarrier(2);
        Prompt prompt = prompt(tool("read", EffectsMetadata.of(Effects.reads("x")), () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                two.await(20, SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            running.decrementAndGet();
            return "ok";
        }));
        ChatResponse four = response(
                call("1", "read", "{}"), call("2", "read", "{}"), call("3", "read", "{}"), call("4", "read", "{}"));
        assertThat(texts(manager().maxConcurrency(2).build().executeToolCalls(prompt, four)))
                .hasSize(4);
        assertThat(most).hasValue(2);
    }

    @Test
    void calls_that_conflict_keep_the_order_of_the_model() {
        Notes notes = new Notes();
        InterlockToolCallingManager manager =
                manager().effects("write", Effects.writes("note")).build();
        ChatResponse response = response(
                call("1", "write", "{\"text\":\"a\"}"),
                call("2", "write", "{\"text\":\"b\"}"),
                call("3", "write", "{\"text\":\"c\"}"));
        assertThat(texts(manager.executeToolCalls(prompt(notes), response))).containsExactly("\"a\"", "\"b\"", "\"c\"");
        assertThat(notes.order).containsExactly("a", "b", "c");
    }

    @Test
    void plan_says_which_call_waits_for_which() {
        InterlockToolCallingManager manager =
                manager().effects("write", Effects.writes("note/{text}")).build();
        Notes notes = new Notes();
        CallPlan plan = manager.plan(
                prompt(notes),
                response(
                        call("1", "write", "{\"text\":\"a\"}"),
                        call("2", "write", "{\"text\":\"b\"}"),
                        call("3", "write", "{\"text\":\"a\"}")));
        assertThat(plan.dependencies(1)).isEmpty();
        assertThat(plan.dependencies(2)).hasSize(1);
        assertThat(plan.toString()).contains("note/a");
        assertThat(notes.order).isEmpty();
    }

    @Test
    void interceptor_gives_other_arguments_and_another_result() {
        Notes notes = new Notes();
        InterlockToolCallingManager manager = manager()
                .interceptor(call -> Map.of(
                        "was",
                        String.valueOf(call.proceed(new ToolCall(
                                call.call().id(),
                                "write",
                                JsonNodeFactory.instance.objectNode().put("text", "other"))))))
                .build();
        assertThat(texts(manager.executeToolCalls(prompt(notes), response(call("1", "write", "{\"text\":\"a\"}")))))
                .containsExactly("{\"was\":\"\\\"other\\\"\"}");
        assertThat(notes.order).containsExactly("other");
    }

    @Test
    void listener_is_told_that_a_tool_failed_though_the_model_gets_a_text() {
        List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        InterlockToolCallingManager manager = manager()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded ended) {
                        outcomes.add(ended.result().outcome());
                    }
                })
                .build();
        Prompt prompt = prompt(tool("first", () -> {
            throw new IllegalStateException("no");
        }));
        assertThat(texts(manager.executeToolCalls(prompt, response(call("1", "first", "{}")))))
                .containsExactly("no");
        assertThat(outcomes)
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error().getCause())
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessage("no"));
    }

    @Test
    void later_call_takes_the_result_of_an_earlier_one() {
        Notes notes = new Notes();
        InterlockToolCallingManager manager =
                manager().chaining(true).effects("write", Effects.pure()).build();
        assertThat(texts(manager.executeToolCalls(
                        prompt(notes),
                        response(
                                call("1", "write", "{\"text\":\"a\"}"),
                                call("2", "write", "{\"text\":\"got ${1}\"}")))))
                .containsExactly("\"a\"", "\"got a\"");
    }

    @Test
    void call_that_ignores_its_interrupt_holds_up_its_own_conversation_only() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        InterlockToolCallingManager manager = manager()
                .timeout(Duration.ofMillis(20))
                .gracePeriod(Duration.ofMillis(20))
                .heldResourceTimeout(Duration.ofMillis(50))
                .build();
        Object stubborn = tool("stubborn", EffectsMetadata.of(Effects.writes("door")), () -> {
            if (calls.incrementAndGet() == 1) {
                PatientWait.on(release::await);
            }
            return "open";
        });
        ChatResponse response = response(call("1", "stubborn", "{}"));
        Prompt ann = asked("ann", stubborn);

        String first;
        do {
            first = texts(manager.executeToolCalls(ann, response)).get(0);
            // On a busy machine the tool of an abandoned call may begin late. If it does not begin, it is called again.
            while (calls.get() == 0 && !manager.engine().abandoned().isEmpty()) {
                Thread.onSpinWait();
            }
        } while (calls.get() == 0);
        assertThat(first).contains("exceeded 20 ms");
        assertThat(manager.engine().abandoned()).hasSize(1);
        assertThat(texts(manager.executeToolCalls(ann, response)).get(0))
                .contains("'stubborn' gave up after waiting 50 ms for a resource held by call 1");
        assertThat(calls).hasValue(1);
        assertThat(texts(manager.executeToolCalls(asked("bob", stubborn), response)))
                .containsExactly("\"open\"");
        assertThat(manager.engine().release(manager.engine().abandoned().get(0).id()))
                .isTrue();
        assertThat(texts(manager.executeToolCalls(ann, response))).containsExactly("\"open\"");
        release.countDown();
    }

    private static Prompt asked(String conversation, Object tool) {
        return prompt(Map.of(ChatMemory.CONVERSATION_ID, conversation), List.of(new UserMessage("Open")), tool);
    }

    @Test
    void tool_may_have_a_turn_of_its_own() {
        InterlockToolCallingManager manager = manager().build();
        Prompt inner = prompt(new Notes());
        Prompt outer = prompt(tool(
                "delegate",
                EffectsMetadata.of(Effects.reads("other")),
                () -> texts(manager.executeToolCalls(
                                inner,
                                response(
                                        call("1", "write", "{\"text\":\"a\"}"),
                                        call("2", "write", "{\"text\":\"b\"}"))))
                        .toString()));
        assertThat(texts(manager.executeToolCalls(
                        outer, response(call("1", "delegate", "{}"), call("2", "delegate", "{}")))))
                .containsExactly("[\"a\", \"b\"]", "[\"a\", \"b\"]");
    }

    @Test
    void guard_that_refuses_a_round_leaves_and_no_tool_runs() {
        Notes notes = new Notes();
        InterlockToolCallingManager manager = manager()
                .roundGuard(calls -> {
                    throw new IllegalStateException("not now, for " + calls.size());
                })
                .build();
        assertThatThrownBy(
                        () -> manager.executeToolCalls(prompt(notes), response(call("1", "write", "{\"text\":\"a\"}"))))
                .hasMessage("not now, for 1");
        assertThat(notes.order).isEmpty();
    }
}
