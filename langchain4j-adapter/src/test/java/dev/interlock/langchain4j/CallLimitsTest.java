package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedReplies.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.guardrail.OutputGuardrails;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of the calls of an invocation: what counts, what does not, and what the model and the caller see. */
@Timeout(60)
class CallLimitsTest {

    private static final AiMessage DONE = AiMessage.from("done");

    static class Tools {
        final List<String> log = new CopyOnWriteArrayList<>();
        final AtomicInteger polls = new AtomicInteger();

        @Tool
        @Reads("web")
        String search(@P(name = "query") String query) {
            log.add("search " + query);
            return "found " + query;
        }

        @Tool
        @Reads("clock")
        String poll() {
            log.add("poll");
            return "at " + polls.incrementAndGet() + " %";
        }

        @Tool
        @Writes("mail")
        String send(@P(name = "to", required = false) String to) {
            log.add("send " + to);
            return "sent";
        }

        @Tool
        @Reads("vault")
        String open() {
            log.add("open");
            throw new IllegalStateException("the vault is locked");
        }
    }

    private final Tools tools = new Tools();
    private final Rounds rounds = new Rounds();
    private final ParallelTools.Builder parallel = ParallelTools.builder().listener(rounds);

    private static ChatResponse[] replies(AiMessage... messages) {
        return Stream.of(messages).map(message -> reply(message, null)).toArray(ChatResponse[]::new);
    }

    private static AiMessage search(String... queries) {
        return AiMessage.from(Stream.of(queries)
                .map(query -> call(query, "search", "{\"query\": \"" + query + "\"}"))
                .toList());
    }

    private void chat(ScriptedReplies model, boolean streaming) throws InterruptedException {
        if (streaming) {
            assertThat(StreamedAnswer.to(parallel.build()
                                    .aiServices(StreamingAssistant.class)
                                    .streamingChatModel(model.streamingChatModel())
                                    .tools(tools)
                                    .build()
                                    .chat("go"))
                            .text())
                    .isEqualTo("done");
        } else {
            assertThat(assistant(model).chat("go")).isEqualTo("done");
        }
    }

    private Assistant assistant(ScriptedReplies model) {
        return parallel.build()
                .aiServices(Assistant.class)
                .chatModel(model.chatModel())
                .chatMemory(Memory.ofManyMessages())
                .tools(tools)
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void calls_of_a_response_within_the_limit_run_and_those_over_it_do_not(boolean streaming) throws Exception {
        ScriptedReplies model = ScriptedReplies.of(replies(search("a", "b"), search("c", "d", "e"), DONE));
        parallel.maxCallsPerInvocation(3);

        chat(model, streaming);

        assertThat(tools.log).containsExactlyInAnyOrder("search a", "search b", "search c");
        assertThat(model.resultTexts().subList(0, 3)).containsExactly("found a", "found b", "found c");
        assertThat(model.resultTexts().get(3)).contains("it is call 4", "the limit for one request is 3");
        assertThat(model.resultTexts().get(4)).contains("it is call 5");
        assertThat(rounds.reports()).hasSize(2);
        assertThat(rounds.reports().get(1).results())
                .extracting(result -> result.attempts())
                .containsExactly(1, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_model_that_heeds_the_limit_of_a_tool_may_go_on_with_others(boolean streaming) throws Exception {
        ScriptedReplies model = ScriptedReplies.of(replies(
                search("a"),
                search("b"),
                calls(call("1", "poll", "{}")),
                calls(call("2", "search", "{\"query\": \"c\"}"), call("3", "poll", "{}")),
                DONE));
        parallel.maxCallsPerTool("search", 1);

        chat(model, streaming);

        assertThat(tools.log).containsExactly("search a", "poll", "poll");
        assertThat(model.resultTexts().get(1)).contains("call 2 of this tool", "the limit for one request is 1");
    }

    @Test
    void each_limit_is_told_before_it_ends_the_invocation() {
        ScriptedReplies model = ScriptedReplies.of(replies(
                search("a"), search("b"), calls(call("1", "poll", "{}")), calls(call("2", "poll", "{}")), search("c")));
        parallel.maxCallsPerTool(1);
        Assistant assistant = assistant(model);

        assertThatThrownBy(() -> assistant.chat("go"))
                .isInstanceOf(CallLimitException.class)
                .hasMessageContaining("'search'");

        assertThat(tools.log).containsExactly("search a", "poll");
        assertThat(model.requests()).hasSize(5);
    }

    @Test
    void a_limit_of_one_tool_replaces_that_of_each() {
        ScriptedReplies model = ScriptedReplies.of(
                replies(search("a", "b"), calls(call("1", "poll", "{}"), call("2", "poll", "{}")), DONE));
        parallel.maxCallsPerTool(1).maxCallsPerTool("search", ParallelTools.UNLIMITED);

        assertThat(assistant(model).chat("go")).isEqualTo("done");

        assertThat(tools.log).containsExactlyInAnyOrder("search a", "search b", "poll");
    }

    @Test
    void tools_that_do_not_exist_count_as_one() {
        ScriptedReplies model = ScriptedReplies.endless(n -> calls(call("c" + n, "divine" + n, "{}")));
        TaskResult result = TaskAgent.builder()
                .chatModel(model.chatModel())
                .tools(tools)
                .maxCallsPerTool(2)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.CALL_LIMIT);
        assertThat(result.rounds()).hasSize(4);
    }

    // Repeated calls.

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_call_whose_result_changes_is_not_repeated(boolean streaming) throws Exception {
        AiMessage poll = calls(call("1", "poll", "{}"));
        parallel.maxRepeatedCalls(2);

        chat(ScriptedReplies.of(replies(poll, poll, poll, poll, poll, DONE)), streaming);

        assertThat(tools.polls).hasValue(5);
    }

    @Test
    void equal_calls_of_one_response_are_no_rounds() {
        AiMessage twice = calls(call("1", "send", "{\"to\": \"a\"}"), call("2", "send", "{\"to\": \"a\"}"));
        parallel.maxRepeatedCalls(2);

        assertThat(assistant(ScriptedReplies.of(replies(twice, twice, DONE))).chat("go"))
                .isEqualTo("done");

        assertThat(tools.log).hasSize(4);
    }

    @Test
    void all_equal_calls_of_the_response_over_the_limit_are_refused() {
        AiMessage twice = calls(call("1", "send", "{\"to\": \"a\"}"), call("2", "send", "{\"to\": \"a\"}"));
        ScriptedReplies model = ScriptedReplies.of(replies(twice, twice, twice, DONE));
        parallel.maxRepeatedCalls(2);

        assertThat(assistant(model).chat("go")).isEqualTo("done");

        assertThat(tools.log).hasSize(4);
        assertThat(model.resultTexts().subList(4, 6)).allMatch(text -> text.contains("do not repeat it"));
    }

    @Test
    void a_round_without_the_call_and_other_arguments_break_the_chain() {
        ScriptedReplies model = ScriptedReplies.of(replies(
                search("a"), search("a"), search("b"), search("a"), search("a"), calls(call("1", "poll", "{}")), DONE));
        parallel.maxRepeatedCalls(2);

        assertThat(assistant(model).chat("go")).isEqualTo("done");

        assertThat(tools.log).hasSize(6);
    }

    @Test
    void a_model_that_does_something_else_after_it_was_told_goes_on() {
        ScriptedReplies model =
                ScriptedReplies.of(replies(search("a"), search("a"), search("a"), search("b"), search("a"), DONE));
        parallel.maxRepeatedCalls(2);

        assertThat(assistant(model).chat("go")).isEqualTo("done");

        assertThat(tools.log).containsExactly("search a", "search a", "search b", "search a");
        assertThat(model.resultTexts().get(2)).contains("do not repeat it");
    }

    @Test
    void a_repeated_call_beside_one_that_gets_somewhere_does_not_end_the_invocation() {
        AiMessage both = calls(call("1", "send", "{}"), call("2", "poll", "{}"));
        ScriptedReplies model = ScriptedReplies.of(replies(both, both, both, both, both, DONE));
        parallel.maxRepeatedCalls(2);

        assertThat(assistant(model).chat("go")).isEqualTo("done");

        assertThat(tools.polls).hasValue(5);
        assertThat(tools.log).filteredOn("send null"::equals).hasSize(2);
    }

    @Test
    void calls_are_the_same_whatever_their_arguments_look_like() {
        ScriptedReplies model = ScriptedReplies.of(replies(
                calls(call("1", "send", "{}")),
                calls(call("2", "send", "")),
                calls(call(null, "send", null)),
                calls(call("4", "send", " null "))));
        parallel.maxRepeatedCalls(2);
        Assistant assistant = assistant(model);

        assertThatThrownBy(() -> assistant.chat("go")).isInstanceOf(CallLimitException.class);

        assertThat(tools.log).hasSize(2);
    }

    @Test
    void the_same_failure_is_the_same_result() {
        ScriptedReplies model = ScriptedReplies.endless(n -> calls(call("c" + n, "open", "{}")));
        parallel.maxRepeatedCalls(2);
        Assistant assistant = assistant(model);

        assertThatThrownBy(() -> assistant.chat("go")).isInstanceOf(CallLimitException.class);

        assertThat(tools.log).containsExactly("open", "open");
    }

    @Test
    void malformed_arguments_that_differ_are_different_calls() {
        ScriptedReplies model = ScriptedReplies.of(replies(
                calls(call("1", "search", "[1]")),
                calls(call("2", "search", "[2]")),
                calls(call("3", "search", "[3]")),
                DONE));
        TaskResult result = TaskAgent.builder()
                .chatModel(model.chatModel())
                .tools(tools)
                .maxRepeatedCalls(2)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.calls()).extracting(call -> call.attempts()).containsExactly(1, 1, 1);
    }

    @Test
    void chained_calls_of_a_refused_one_are_skipped() {
        ScriptedReplies model = ScriptedReplies.of(replies(
                search("a"),
                calls(
                        call("1", "search", "{\"query\": \"b\"}"),
                        call("2", "search", "{\"query\": \"${1}\"}"),
                        call("3", "poll", "{}")),
                DONE));
        parallel.chaining(true).maxCallsPerTool("search", 1);

        assertThat(assistant(model).chat("go")).isEqualTo("done");

        assertThat(tools.log).containsExactly("search a", "poll");
        assertThat(model.resultTexts().get(1)).contains("call 2 of this tool");
        assertThat(model.resultTexts().get(2)).contains("call 3 of this tool");
    }

    // Invocations.

    @Test
    void each_invocation_has_the_whole_limit() {
        ChatMemory memory = Memory.ofManyMessages();
        ScriptedReplies model =
                ScriptedReplies.of(replies(search("a"), search("a"), DONE, search("a"), search("a"), DONE));
        Assistant assistant = parallel.maxCallsPerInvocation(2)
                .maxRepeatedCalls(2)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model.chatModel())
                .chatMemory(memory)
                .tools(tools)
                .build();

        assertThat(assistant.chat("one")).isEqualTo("done");
        assertThat(assistant.chat("two")).isEqualTo("done");

        assertThat(tools.log).hasSize(4);
        assertThat(Memory.results(memory)).allMatch(result -> !result.isError());
    }

    public static class NoDrafts implements OutputGuardrail {
        @Override
        public OutputGuardrailResult validate(AiMessage answer) {
            return answer.text().equals("draft") ? reprompt("it is a draft", "No drafts, please.") : success();
        }
    }

    interface Guarded {
        @OutputGuardrails(NoDrafts.class)
        String chat(String message);
    }

    @Test
    void a_reprompt_is_part_of_its_invocation() {
        ScriptedReplies model = ScriptedReplies.of(replies(search("a"), AiMessage.from("draft"), search("b"), DONE));
        Guarded guarded = parallel.maxCallsPerInvocation(1)
                .build()
                .aiServices(Guarded.class)
                .chatModel(model.chatModel())
                .chatMemory(Memory.ofManyMessages())
                .tools(tools)
                .build();

        assertThat(guarded.chat("go")).isEqualTo("done");

        assertThat(tools.log).containsExactly("search a");
        assertThat(model.resultTexts().get(1)).contains("it is call 2");
    }

    @Test
    void without_limits_nothing_is_limited() {
        ScriptedReplies model = ScriptedReplies.endless(n -> n <= 90 ? search("a") : DONE);

        assertThat(assistant(model).chat("go")).isEqualTo("done");

        assertThat(tools.log).hasSize(90);
    }

    @Test
    void limits_that_make_no_sense_throw() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParallelTools.builder().maxCallsPerInvocation(0))
                .withMessage("maxCallsPerInvocation must be >= 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParallelTools.builder().maxCallsPerTool(-1))
                .withMessage("maxCallsPerTool must be >= 1, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParallelTools.builder().maxCallsPerTool("search", 0))
                .withMessage("maxCallsPerTool of 'search' must be >= 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParallelTools.builder().maxRepeatedCalls(1))
                .withMessage("maxRepeatedCalls must be >= 2, was 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskAgent.builder().maxCallsPerInvocation(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskAgent.builder().maxCallsPerTool(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskAgent.builder().maxRepeatedCalls(1))
                .withMessage("maxRepeatedCalls must be >= 2, was 1");
    }
}
