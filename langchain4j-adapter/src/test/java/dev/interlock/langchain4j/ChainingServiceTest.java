package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** AI services, hand-written loops and streams in which calls refer to results of earlier calls. */
@Timeout(60)
class ChainingServiceTest extends ChainingFixture {

    // What comes of it.

    @Test
    void to_search_and_then_analyse_is_one_round() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                SEARCH,
                ANALYSE,
                call("3", "count", "{\"hits\": \"${1}\"}"),
                call("4", "analyse", "{\"text\": \"<${2}> $${1} ${HOME}\", \"year\": \"${3}\"}"));

        assertThat(services(model).build().chat("go")).isEqualTo(ScriptedChatModel.DONE);

        assertThat(model.requests()).hasSize(2);
        assertThat(rounds.reports()).hasSize(1);
        assertThat(model.resultTexts().subList(1, 4))
                .containsExactly("7 characters of 1984", "2", "35 characters of 2");
        assertThat(tools.log).contains("analyse <7 characters of 1984> ${1} ${HOME}");
    }

    @Test
    void memory_keeps_what_the_model_wrote() {
        services(ScriptedChatModel.asking(SEARCH, ANALYSE)).build().chat("go");

        assertThat(memory.messages()).noneMatch(SystemMessage.class::isInstance);
        assertThat(memory.messages().get(1)).isEqualTo(calls(SEARCH, ANALYSE));
    }

    @Test
    void when_the_middle_fails_each_call_has_its_fate_in_its_own_message_and_nothing_is_run_again() {
        tools.down = true;
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(
                        call("1", "analyse", "{\"text\": \"dogs\", \"year\": 1}"),
                        call("2", "search", "{\"query\": \"${1}\"}"),
                        call("3", "analyse", "{\"text\": \"${2[0].title}\", \"year\": 2}"),
                        call("4", "analyse", "{\"text\": \"${1}\", \"year\": 3}"),
                        call("5", "analyse", "{\"text\": \"${9}\", \"year\": 4}"),
                        call("6", "analyse", "{\"text\": \"${1.title}\", \"year\": 5}")),
                calls(call("7", "analyse", "{\"text\": \"what I know\", \"year\": 6}")),
                AiMessage.from("replanned"));

        assertThat(services(model).build().chat("go")).isEqualTo("replanned");

        List<ToolExecutionResultMessage> results = model.results();
        assertThat(results)
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("1", "2", "3", "4", "5", "6", "7");
        assertThat(results)
                .extracting(ToolExecutionResultMessage::isError)
                .containsExactly(false, true, true, false, true, true, false);
        assertThat(model.resultTexts())
                .containsExactly(
                        "4 characters of 1",
                        "the index is down",
                        "tool 'analyse' was not started: it uses the result of call 2 (tool 'search'), which did not"
                                + " succeed: the index is down",
                        "17 characters of 3",
                        "tool 'analyse' was not run: ${9} refers to a call that does not exist: the last call of this"
                                + " response is call 6",
                        "tool 'analyse' was not run: ${1.title} names no part of the result of call 1 (tool"
                                + " 'analyse'): the result is"
                                + " text",
                        "11 characters of 6");
        assertThat(tools.log)
                .containsExactlyInAnyOrder(
                        "analyse dogs", "search 4 characters of 1", "analyse 4 characters of 1", "analyse what I know");
    }

    @Test
    void a_tool_that_writes_needs_leave() {
        ToolExecutionRequest save = call("2", "save", "{\"text\": \"${1[1].title}\"}");
        ScriptedChatModel refused = ScriptedChatModel.asking(SEARCH, save);
        services(refused).build().chat("go");
        assertThat(refused.resultTexts().get(1)).contains("a tool that may change something takes no references");

        ScriptedChatModel allowed = ScriptedChatModel.asking(SEARCH, save);
        ParallelTools parallel = parallel()
                .policy("save", ToolPolicy.builder().references(true).build())
                .build();
        services(parallel, allowed).build().chat("go");
        assertThat(allowed.resultTexts()).endsWith("saved");
        assertThat(tools.log).endsWith("save More on cats");
    }

    @Test
    void a_result_that_is_no_text_cannot_be_referred_to() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "paint", "{}"), call("2", "analyse", "{\"text\": \"${1}\", \"year\": 1}"));
        services(model).build().chat("go");
        assertThat(model.results().get(1).text()).contains("(tool 'paint') is neither JSON nor text");
    }

    @Test
    void hooks_see_the_call_with_what_was_put_in() {
        List<String> seen = new CopyOnWriteArrayList<>();
        services(ScriptedChatModel.asking(SEARCH, ANALYSE))
                .beforeToolExecution(before -> seen.add(before.request().arguments()))
                .build()
                .chat("go");
        assertThat(seen).contains("{\"text\":\"On cats\",\"year\":1984}");
    }

    @Test
    void in_a_stream_the_model_is_told_and_calls_start_as_soon_as_what_they_refer_to_is_done() throws Exception {
        CountDownLatch analysed = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    stream.call(SEARCH);
                    stream.call(ANALYSE);
                    Waiting.await(analysed);
                    stream.end(SEARCH, ANALYSE);
                },
                ScriptedStreamingModel.says("done"));
        StreamingAssistant assistant = parallel()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .afterToolExecution(execution -> {
                    if (execution.request().name().equals("analyse")) {
                        analysed.countDown();
                    }
                })
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");

        assertThat(model.resultTexts()).endsWith("7 characters of 1984");
        for (ChatRequest request : model.requests()) {
            assertThat(systemTexts(request)).containsExactly(ChainedRequests.INSTRUCTION);
            assertThat(parameter(request, "analyse", "year")).isInstanceOf(JsonAnyOfSchema.class);
        }
        assertThat(memory.messages()).noneMatch(SystemMessage.class::isInstance);
    }

    @Test
    void in_a_stream_references_count_the_calls_of_the_message() throws Exception {
        ToolExecutionRequest other = call("0", "search", "{\"query\": \"dogs\"}");
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    // Completed, and then not in the message.
                    stream.call(other);
                    Waiting.await(tools.searched);
                    stream.end(SEARCH, ANALYSE, call("3", "analyse", "{\"text\": \"${3}\", \"year\": 3}"));
                },
                ScriptedStreamingModel.says("done"));

        assertThat(StreamedAnswer.to(streaming(model).chat("go")).text()).isEqualTo("done");

        assertThat(model.resultTexts().subList(1, 3))
                .containsExactly("7 characters of 1984", "tool 'analyse' was not run: ${3} refers to this call itself");
    }

    @Test
    void in_a_stream_a_model_that_completes_no_calls_gets_the_same() throws Exception {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> stream.end(SEARCH, ANALYSE), ScriptedStreamingModel.says("done"));
        assertThat(StreamedAnswer.to(streaming(model).chat("go")).text()).isEqualTo("done");
        assertThat(model.resultTexts()).endsWith("7 characters of 1984");
    }

    // Hand-written loops.

    @Test
    void a_hand_written_loop_has_the_model_told_and_the_calls_chained() {
        ParallelTools parallel = parallel().build();
        List<AiServiceTool> offered = ToolService.findTools(tools);
        ChatRequest request = ChatRequest.builder()
                .messages(UserMessage.from("go"))
                .toolSpecifications(
                        offered.stream().map(AiServiceTool::toolSpecification).toList())
                .build();

        ChatRequest chained = parallel.chained(request, offered);

        assertThat(chained.messages())
                .extracting(ChatMessage::type)
                .containsExactly(ChatMessageType.SYSTEM, ChatMessageType.USER);
        assertThat(parameter(chained, "analyse", "year")).isInstanceOf(JsonAnyOfSchema.class);
        assertThat(parallel.chained(chained, offered)).isSameAs(chained);
        assertThat(ParallelTools.builder().build().chained(request, offered)).isSameAs(request);

        assertThat(parallel.execute(calls(SEARCH, ANALYSE), offered))
                .extracting(ToolExecutionResultMessage::text)
                .endsWith("7 characters of 1984");
    }

    @Test
    void what_is_tried_again_refers_to_the_results_that_were_there() {
        ParallelTools parallel = parallel().build();
        List<AiServiceTool> offered = ToolService.findTools(tools);
        AiMessage message = calls(
                call("1", "analyse", "{\"text\": \"dogs\", \"year\": 1}"),
                call("2", "search", "{\"query\": \"${1}\"}"),
                call("3", "analyse", "{\"text\": \"${2[0].title} ${1}\", \"year\": 2}"));
        tools.down = true;
        List<ToolExecutionResultMessage> first = parallel.execute(message, offered);
        assertThat(first).extracting(ToolExecutionResultMessage::isError).containsExactly(false, true, true);
        tools.down = false;

        List<ToolExecutionResultMessage> second = parallel.retryFailed(message, first, offered);

        assertThat(second.get(2).text()).isEqualTo("38 characters of 2");
        assertThat(second).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2", "3");
        assertThat(tools.log)
                .containsExactly(
                        "analyse dogs",
                        "search 4 characters of 1",
                        "search 4 characters of 1",
                        "analyse On 4 characters of 1 4 characters of 1");
    }
}
