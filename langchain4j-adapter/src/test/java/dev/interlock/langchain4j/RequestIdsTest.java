package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.langchain4j.RequestIds.Need;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ids of one response after another. */
@Timeout(60)
class RequestIdsTest {

    private static final List<@Nullable String> SOME = Collections.unmodifiableList(new ArrayList<>(Arrays.asList(
            null,
            "",
            " ",
            "a",
            "a_2",
            "call_1",
            "call_1_2",
            "abcdefgh1",
            "abcdefgh2",
            "call00001",
            "functions.f:0",
            "x y")));

    private final RequestIds ids = new RequestIds(Need.RESPONSE);

    private @Nullable AiMessage repair(AiMessage message) {
        return ids.repair(message, List::of);
    }

    private static AiMessage repaired(RequestIds ids, AiMessage message, List<ChatMessage> before) {
        AiMessage repaired = ids.repair(message, () -> before);
        return repaired == null ? message : repaired;
    }

    private static ToolExecutionRequest echo(@Nullable String id, int number) {
        return call(id, "echo", "{\"id\": " + number + "}");
    }

    private static boolean isThere(@Nullable String id) {
        return id != null && !id.isBlank();
    }

    @Test
    void response_stays_as_it_is_if_nothing_is_ambiguous() {
        assertThat(repair(calls(echo("1", 1), echo("2", 2)))).isNull();
        assertThat(repair(calls(echo("é", 1), echo("x".repeat(80), 1)))).isNull();
        assertThat(repair(calls(echo(null, 1), echo(null, 2)))).isNull();
        assertThat(repair(calls(echo(null, 1)))).isNull();
        assertThat(repair(calls(echo("", 1)))).isNull();
        assertThat(repair(AiMessage.from("hello"))).isNull();
    }

    @Test
    void text_thinking_and_attributes_of_the_message_stay() {
        AiMessage given = AiMessage.builder()
                .text("text")
                .thinking("thinking")
                .attributes(Map.of("signature", "s"))
                .toolExecutionRequests(List.of(echo("1", 1), echo("1", 2)))
                .build();

        AiMessage repaired = repaired(ids, given, List.of());

        assertThat(repaired)
                .isEqualTo(given.toBuilder()
                        .toolExecutionRequests(List.of(echo("1", 1), echo("1_2", 2)))
                        .build());
    }

    @Test
    void blank_ids_are_replaced_though_the_calls_differ() {
        assertThat(Ids.of(repaired(ids, calls(echo("", 1), echo("", 2)), List.of())))
                .containsExactly("call00001", "call00002");
    }

    @Test
    void ids_that_begin_anew_in_each_response_stay_where_providers_take_them() {
        List<ChatMessage> before =
                List.of(calls(echo("call_0", 1)), ToolExecutionResultMessage.from(echo("call_0", 1), ""));

        assertThat(ids.repair(calls(echo("call_0", 2), echo("call_1", 3)), () -> before))
                .isNull();
        AiMessage message = calls(echo("call_0", 2), echo("call_0", 3));
        assertThat(Ids.of(repaired(ids, message, before))).containsExactly("call_0", "call_0_2");
    }

    @Test
    void ids_of_earlier_responses_are_not_used_again_where_providers_reject_that() {
        RequestIds strict = new RequestIds(Need.CONVERSATION);
        List<ChatMessage> before =
                List.of(calls(echo("call_0", 1)), ToolExecutionResultMessage.from(echo("call_0_2", 1), ""));
        AiMessage message = calls(echo("call_0", 2), echo("call_1", 3));

        assertThat(Ids.of(repaired(strict, message, before))).containsExactly("call_0_3", "call_1");
        assertThat(strict.repair(calls(echo(null, 1)), () -> before))
                .as("no id is none that repeats")
                .isNull();
    }

    @Test
    void compensated_calls_all_have_an_id_of_their_own() {
        RequestIds compensated = new RequestIds(Need.COMPENSATION);

        AiMessage first = repaired(compensated, calls(echo(null, 1)), List.of());
        AiMessage second = repaired(compensated, calls(echo(null, 1), echo("call00001", 2)), List.of());

        assertThat(Ids.of(first)).containsExactly("call00001");
        assertThat(Ids.of(second))
                .as("though the memory has forgotten the first")
                .doesNotContain("call00001")
                .doesNotContainNull()
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void invariant_holds_for_random_conversations(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int conversation = 0; conversation < 200; conversation++) {
            for (Need need : Need.values()) {
                RequestIds repairing = new RequestIds(need);
                List<ChatMessage> messages = new ArrayList<>();
                for (int round = 0; round < 4; round++) {
                    AiMessage given = response(random);
                    AiMessage message = repaired(repairing, given, messages);
                    assertInvariant(need, given, message, Ids.of(messages), "seed " + seed);
                    messages.add(message);
                }
            }
        }
    }

    private static AiMessage response(SplittableRandom random) {
        List<ToolExecutionRequest> requests = new ArrayList<>();
        int size = random.nextInt(1, 7);
        for (int i = 0; i < size; i++) {
            requests.add(echo(SOME.get(random.nextInt(SOME.size())), random.nextInt(4)));
        }
        return AiMessage.from(requests);
    }

    private static void assertInvariant(
            Need need, AiMessage given, AiMessage message, List<@Nullable String> before, String seed) {
        List<@Nullable String> asked = Ids.of(given);
        List<@Nullable String> answered = Ids.of(message);
        assertThat(message.toolExecutionRequests())
                .extracting(ToolExecutionRequest::arguments)
                .as(seed)
                .containsExactlyElementsOf(given.toolExecutionRequests().stream()
                        .map(ToolExecutionRequest::arguments)
                        .toList());
        boolean some = answered.stream().anyMatch(RequestIdsTest::isThere);
        if (some || need == Need.COMPENSATION) {
            assertThat(answered).as(seed).doesNotHaveDuplicates().allMatch(RequestIdsTest::isThere);
        } else {
            assertThat(message).as(seed).isEqualTo(given);
            assertThat(message.toolExecutionRequests()).as(seed).doesNotHaveDuplicates();
        }
        Set<@Nullable String> seen = new HashSet<>(need == Need.RESPONSE ? Set.of() : before);
        for (int i = 0; i < asked.size(); i++) {
            String id = asked.get(i);
            boolean good = isThere(id) && seen.add(id);
            if (good) {
                assertThat(answered.get(i)).as(seed).isEqualTo(id);
            } else if (some) {
                assertThat(answered.get(i))
                        .as(seed)
                        .isNotIn(before)
                        .isNotIn(asked)
                        .matches("[A-Za-z0-9_-]{1,40}|functions\\.f:\\d+");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Need.class)
    void any_number_of_calls_with_one_id_get_different_ones(Need need) {
        AiMessage given = AiMessage.from(IntStream.range(0, 20_000)
                .mapToObj(number -> echo("abcdefghi", number))
                .toList());

        List<@Nullable String> answered = Ids.of(repaired(new RequestIds(need), given, List.of()));

        assertThat(new HashSet<>(answered)).hasSize(20_000).allMatch(id -> id != null && id.matches("[a-z0-9]{9}"));
    }
}
