package dev.interlock.springai;

import static dev.interlock.springai.Asked.call;
import static dev.interlock.springai.Asked.prompt;
import static dev.interlock.springai.Asked.response;
import static dev.interlock.springai.Asked.texts;
import static dev.interlock.springai.Asked.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.support.PatientWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolExecutionResult;

/** Whom a call holds up that ignored its interrupt, in conversations that nothing identifies. */
@Timeout(30)
class TurnScopeTest {

    private static final EffectsMetadata DOOR = EffectsMetadata.of(Effects.writes("door"));
    private static final ChatResponse HANG = response(call("1", "stubborn", "{}"));
    private static final ChatResponse OPEN = response(call("2", "open", "{}"));
    private static final String OPENED = "\"open\"";
    private static final String WAITED = "'open' gave up after waiting 50 ms for a resource held by call 1";

    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger opened = new AtomicInteger();

    private final Object stubborn = tool("stubborn", DOOR, this::hang);
    private final Object open = tool("open", DOOR, this::open);

    private final InterlockToolCallingManager manager = InterlockToolCallingManager.builder()
            .policy(
                    "stubborn",
                    ToolPolicy.builder().timeout(Duration.ofMillis(20)).build())
            .gracePeriod(Duration.ofMillis(20))
            .heldResourceTimeout(Duration.ofMillis(50))
            .build();

    private String hang() {
        hangs.countDown();
        PatientWait.on(release::await);
        return "released";
    }

    private String open() {
        opened.incrementAndGet();
        return "open";
    }

    @AfterEach
    void release() {
        release.countDown();
    }

    /** One that is abandoned. */
    private ToolExecutionResult first(Message message, Object tool, ChatResponse response) {
        return abandoned(prompt(Map.of(), List.of(message), tool), response);
    }

    /**
     * On a busy machine the limit may pass before the tool has begun. Then the tool of an abandoned call begins late;
     * or it does not begin, and the prompt is executed again.
     */
    private ToolExecutionResult abandoned(Prompt prompt, ChatResponse response) {
        ToolExecutionResult result;
        do {
            result = manager.executeToolCalls(prompt, response);
            while (hangs.getCount() > 0 && !manager.engine().abandoned().isEmpty()) {
                Thread.onSpinWait();
            }
        } while (hangs.getCount() > 0);
        assertThat(texts(result).get(0)).contains("exceeded 20 ms");
        assertThat(manager.engine().abandoned()).hasSize(1);
        return result;
    }

    private String next(List<Message> messages, Object tool) {
        return texts(manager.executeToolCalls(prompt(Map.of(), messages, tool), OPEN))
                .get(0);
    }

    private static List<Message> and(List<Message> before, Message next) {
        List<Message> all = new ArrayList<>(before);
        all.add(next);
        return all;
    }

    @Test
    void another_user_is_not_held_up_though_the_question_is_the_same() {
        first(new UserMessage("Open"), tool("stubborn", this::hang), HANG);
        assertThat(next(List.of(new UserMessage("Open")), tool("open", this::open)))
                .isEqualTo(OPENED);
        assertThat(manager.engine().abandoned()).hasSize(1);
    }

    @Test
    void later_round_of_the_turn_waits() {
        ToolExecutionResult round = first(new UserMessage("Open"), stubborn, HANG);
        assertThat(next(round.conversationHistory(), open)).contains(WAITED);
        assertThat(opened).hasValue(0);
        assertThat(manager.engine().release(manager.engine().abandoned().get(0).id()))
                .isTrue();
        assertThat(next(round.conversationHistory(), open)).isEqualTo(OPENED);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = "1")
    void later_round_of_the_turn_waits_though_its_messages_were_copied(String id) {
        ToolExecutionResult round = first(new UserMessage("Open"), stubborn, response(call(id, "stubborn", "{}")));
        assertThat(next(
                        prompt(Map.of(), round.conversationHistory(), open)
                                .copy()
                                .getInstructions(),
                        open))
                .contains(WAITED);
        assertThat(opened).hasValue(0);
    }

    @Test
    void later_turn_that_has_it_among_its_messages_waits() {
        ToolExecutionResult round = first(new UserMessage("Open"), stubborn, HANG);
        assertThat(next(and(round.conversationHistory(), new UserMessage("Again")), open))
                .contains(WAITED);
        assertThat(opened).hasValue(0);
    }

    @Test
    void later_turn_waits_where_the_conversation_is_known() {
        Map<String, Object> ann = Map.of(ChatMemory.CONVERSATION_ID, "ann");
        abandoned(prompt(ann, List.of(new UserMessage("Open")), stubborn), HANG);
        assertThat(texts(manager.executeToolCalls(prompt(ann, List.of(new UserMessage("Again")), open), OPEN))
                        .get(0))
                .contains(WAITED);
        assertThat(opened).hasValue(0);
    }

    @Test
    void round_within_a_tool_is_of_the_tool_s_conversation() {
        ToolExecutionResult round = first(new UserMessage("Open"), stubborn, HANG);
        Object delegate = tool(
                "delegate",
                EffectsMetadata.of(Effects.reads("other")),
                () -> next(List.of(new UserMessage("Open it")), open));
        ChatResponse delegated = response(call("3", "delegate", "{}"));
        assertThat(texts(manager.executeToolCalls(prompt(Map.of(), round.conversationHistory(), delegate), delegated))
                        .get(0))
                .contains(WAITED);
        assertThat(texts(manager.executeToolCalls(
                                prompt(Map.of(), List.of(new UserMessage("Open")), delegate), delegated))
                        .get(0))
                .contains("open");
    }

    @Test
    void prompt_without_a_message_of_the_user_runs() {
        assertThat(texts(manager.executeToolCalls(
                        prompt(Map.of(), List.of(), tool("other", () -> "done")), response(call("1", "other", "{}")))))
                .containsExactly("\"done\"");
    }
}
