package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.CallRefusedException;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guard reads the arguments as the model wrote them; LangChain4j mends them after that, and runs the tool. */
@Timeout(120)
class Hazard20MendedArgumentsTest extends MendedArgumentsFixture {

    private static final String SECRET = "/etc/passwd";

    private static final List<String> UNREADABLE = List.of(
            "/etc/passwd",
            "{\"path\":\"/etc/passwd\"",
            "{'path':'/etc/passwd'}",
            "{path:\"/etc/passwd\"}",
            "{/* */\"path\":\"/etc/passwd\"}",
            "```json\n{\"path\":\"/etc/passwd\"}\n```",
            "[\"/etc/passwd\"]",
            "{\"path\":NaN}",
            "42",
            "\"/etc/passwd\"",
            "null {\"path\":\"/etc/passwd\"}");

    /** A guard as users write them. */
    private static void guard(BeforeToolExecution event) {
        String path;
        try {
            path = JSON.readTree(event.request().arguments()).path("path").asText();
        } catch (JsonProcessingException e) {
            path = "";
        }
        if (path.equals(SECRET)) {
            throw new SecurityException("not " + path);
        }
    }

    private String guarded(AiServices<Assistant> services, String arguments) {
        return services.chatModel(ScriptedChatModel.asking(call("1", "annotated", arguments)))
                .tools(files)
                .beforeToolExecution(Hazard20MendedArgumentsTest::guard)
                .build()
                .chat("go");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"path\":\"/etc/passwd\",}", "\"{\\\"path\\\":\\\"/etc/passwd\\\"}\""})
    void plain_langchain4j_mends_them_after_the_guard_has_looked(String arguments) {
        guarded(AiServices.builder(Assistant.class), arguments);

        assertThat(ran).containsExactly(SECRET);
    }

    @Test
    void hook_sees_what_the_tool_would_get() {
        for (String arguments : MENDED) {
            assertThatThrownBy(() -> guarded(ParallelTools.builder().build().aiServices(Assistant.class), arguments))
                    .as(arguments)
                    .isInstanceOf(SecurityException.class);
        }
        assertThat(ran).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void interceptor_and_desk_see_what_the_tool_would_get(Way way) throws Exception {
        CallInterceptor guard = call -> {
            if (call.call().arguments().path("path").asText().equals(SECRET)) {
                throw new CallRefusedException("not " + SECRET);
            }
            return call.proceed();
        };
        ApprovalInterceptor desk = ApprovalInterceptor.builder(call -> CompletableFuture.completedFuture(
                        call.call().arguments().path("path").asText().equals(SECRET)
                                ? Approval.refused("not " + SECRET)
                                : Approval.approved()))
                .when(call -> true)
                .build();
        for (CallInterceptor interceptor : List.of(guard, desk)) {
            for (String name : List.of("annotated", "simple", "coded", "lenient")) {
                for (String arguments : MENDED) {
                    List<ToolExecutionResultMessage> results =
                            way.run(parallel -> parallel.interceptor(interceptor), tools(), call("1", name, arguments));

                    assertThat(results)
                            .as(name + arguments)
                            .singleElement()
                            .satisfies(result -> assertThat(result.text()).contains("not " + SECRET));
                }
            }
        }
        assertThat(ran).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void effects_events_and_every_kind_of_executor_get_the_same(Way way) throws Exception {
        for (String name : List.of("annotated", "simple", "coded", "lenient")) {
            for (String arguments : MENDED) {
                List<JsonNode> seen = new CopyOnWriteArrayList<>();
                way.run(
                        parallel -> parallel.effects(name, Effects.of(call -> {
                                    seen.add(call.arguments());
                                    return List.of(Access.read("file"));
                                }))
                                .listener(event -> {
                                    if (event instanceof RoundEvent.RoundEnded ended) {
                                        seen.add(ended.report()
                                                .results()
                                                .get(0)
                                                .call()
                                                .arguments());
                                    }
                                }),
                        tools(),
                        call("1", name, arguments));

                assertThat(seen)
                        .as(name + arguments)
                        .hasSizeGreaterThanOrEqualTo(2)
                        .containsOnly(JSON.createObjectNode().put("path", SECRET));
            }
        }
        assertThat(ran).hasSize(4 * MENDED.size()).containsOnly(SECRET, "{\"path\":\"" + SECRET + "\"}");
    }

    @ParameterizedTest
    @EnumSource
    void what_cannot_be_read_runs_nothing_and_no_guard_is_asked(Way way) throws Exception {
        List<ToolCall> asked = new CopyOnWriteArrayList<>();
        CallInterceptor repairing = call -> {
            asked.add(call.call());
            return call.proceed(new ToolCall(
                    null, call.call().tool(), JSON.createObjectNode().put("path", "/home/ann")));
        };
        for (String name : List.of("annotated", "simple", "coded", "lenient")) {
            for (String arguments : UNREADABLE) {
                for (List<CallInterceptor> interceptors : List.of(List.<CallInterceptor>of(), List.of(repairing))) {
                    List<ToolExecutionResultMessage> results = way.run(
                            parallel -> interceptors.forEach(parallel::interceptor),
                            tools(),
                            call("1", name, arguments));

                    assertThat(results)
                            .as(name + arguments)
                            .singleElement()
                            .satisfies(result -> assertThat(result.isError()).isTrue())
                            .satisfies(result -> assertThat(result.text()).isNotBlank());
                }
            }
        }
        assertThat(ran).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void mcp_server_gets_what_the_guard_has_seen() {
        List<JsonNode> seen = new CopyOnWriteArrayList<>();
        List<JsonNode> sent = new CopyOnWriteArrayList<>();
        FakeMcpServer server = new FakeMcpServer().tool("fetch", "Fetches", "{}", (id, arguments) -> {
            sent.add(arguments);
            return "fetched";
        });
        ToolExecutionRequest[] requests = Stream.of(
                        MENDED, UNREADABLE, List.of("{\"path\":9007199254740993.0}", "{}", ""))
                .flatMap(List::stream)
                .map(arguments -> call("id", "fetch", arguments))
                .toArray(ToolExecutionRequest[]::new);
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        ParallelTools.builder()
                .interceptor(call -> {
                    seen.add(call.call().arguments());
                    return call.proceed();
                })
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .toolProvider(FakeMcpTransport.provider(FakeMcpTransport.client("files", server)))
                .build()
                .chat("go");

        assertThat(sent).hasSize(MENDED.size() + 3).isEqualTo(seen);
        assertThat(model.results().stream().filter(ToolExecutionResultMessage::isError))
                .hasSize(UNREADABLE.size());
    }

    // Who handles what cannot be read.

    private ScriptedChatModel chat(AiServices<Assistant> services, ToolExecutionRequest... requests) throws Exception {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        services.chatModel(model).tools(tools()).build().chat("go");
        return model;
    }

    @Test
    void handler_of_the_service_makes_the_result_and_sees_what_the_model_wrote() throws Exception {
        ScriptedChatModel model = chat(
                ParallelTools.builder()
                        .build()
                        .aiServices(Assistant.class)
                        .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text(
                                "handled " + context.toolExecutionRequest().arguments())),
                call("1", "annotated", "{'a'"),
                call("2", "lenient", "{'b'"));

        assertThat(model.resultTexts()).containsExactly("handled {'a'", "handled {'b'");
    }

    @Test
    void without_a_handler_an_annotated_tool_ends_the_loop_as_in_langchain4j_and_no_other_does() throws Exception {
        ParallelTools parallel = ParallelTools.builder().build();
        assertThatThrownBy(() -> chat(AiServices.builder(Assistant.class), call("1", "annotated", "{'a'")))
                .hasCauseInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> chat(parallel.aiServices(Assistant.class), call("1", "annotated", "{'a'")))
                .hasCauseInstanceOf(JsonProcessingException.class);

        ScriptedChatModel model =
                chat(parallel.aiServices(Assistant.class), call("1", "simple", "{'a'"), call("2", "lenient", "{'b'"));

        assertThat(model.results()).allMatch(ToolExecutionResultMessage::isError);
        assertThat(model.resultTexts().get(1))
                .startsWith("tool 'lenient' was not run: its arguments are not a JSON object: ");
        assertThat(ran).isEmpty();
    }

    @Test
    void memory_and_handlers_of_failing_tools_keep_what_the_model_wrote() throws Exception {
        String arguments = MENDED.get(0);
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "failing", arguments));
        List<AiServiceTool> failing = List.of(tool("failing", request -> {
            throw new IllegalStateException(request.arguments());
        }));
        ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(failing)
                .toolExecutionErrorHandler((error, context) -> ToolErrorHandlerResult.text(error.getMessage() + " for "
                        + context.toolExecutionRequest().arguments()))
                .build()
                .chat("go");

        assertThat(model.resultTexts()).containsExactly("{\"path\":\"/etc/passwd\"} for " + arguments);
        assertThat(((AiMessage) model.requests().get(1).messages().get(1))
                        .toolExecutionRequests()
                        .get(0)
                        .arguments())
                .isEqualTo(arguments);
    }

    @Test
    void text_that_all_read_alike_reaches_the_executor_byte_for_byte() throws Exception {
        for (String arguments : List.of("{ \"path\" : \"a\" }", "{\"n\":0.10,\"m\":1E2}", "{}", "", " ")) {
            assertThat(OneRound.executed(ParallelTools.builder().build(), tools(), call("1", "lenient", arguments)))
                    .extracting(ToolExecutionResultMessage::text)
                    .containsExactly(arguments);
        }
    }

    // What else looks at arguments.

    @ParameterizedTest
    @EnumSource
    void equal_reads_are_one_call_however_they_are_written_and_what_cannot_be_read_is_equal_to_nothing(Way way)
            throws Exception {
        List<ToolExecutionResultMessage> results = way.run(
                parallel -> parallel.coalescing(true).effects("lenient", Effects.reads("file")),
                tools(),
                call("1", "lenient", "{\"path\":\"/etc/passwd\"}"),
                call("2", "lenient", MENDED.get(0)),
                call("3", "lenient", "{'a'}"),
                call("4", "lenient", "<b>"));

        assertThat(ran).containsExactly("{\"path\":\"/etc/passwd\"}");
        assertThat(results.get(1).text()).isEqualTo(results.get(0).text());
        assertThat(results.get(2).text()).contains("'''");
        assertThat(results.get(3).text()).contains("'<'");
    }

    @ParameterizedTest
    @EnumSource
    void arguments_that_an_interceptor_changes_in_place_are_not_what_a_tool_would_get_so_it_is_not_run(Way way)
            throws Exception {
        for (String name : List.of("annotated", "simple", "coded", "lenient")) {
            for (String arguments : List.of(MENDED.get(0), "{\"path\":\"/etc/passwd\"}", "{}", "")) {
                List<ToolExecutionResultMessage> results = way.run(
                        parallel -> parallel.interceptor(call -> {
                            ((ObjectNode) call.call().arguments()).put("path", "/home/ann");
                            return call.proceed();
                        }),
                        tools(),
                        call("1", name, arguments));

                assertThat(results)
                        .singleElement()
                        .satisfies(result -> assertThat(result.text())
                                .endsWith("tool '" + name + "' was not run: its arguments were changed in place:"
                                        + " an interceptor must proceed with a new call instead"));
            }
        }
        assertThat(ran).isEmpty();
    }
}
