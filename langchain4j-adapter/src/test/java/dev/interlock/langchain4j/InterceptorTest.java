package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.CallRefusedException;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interceptors around the tools of an AI service. */
@Timeout(60)
class InterceptorTest {

    private static final ToolExecutionRequest SEND = call("1", "send", "{\"to\": \"ann\", \"text\": \"hi\"}");
    private static final ToolExecutionRequest COUNT = call("2", "count", "{}");

    private final MailTools mail = new MailTools();

    static class MailTools {
        final List<String> sent = new CopyOnWriteArrayList<>();

        @Tool("Sends a mail")
        @Writes("mail/{to}")
        String send(@P("the receiver") String to, @P("the text") String text) {
            sent.add(to + ": " + text);
            return "sent to " + to;
        }

        @Tool("Counts the mails")
        @Pure
        int count() {
            return 7;
        }
    }

    record Receipt(String to, int copies) {}

    private ScriptedChatModel chat(CallInterceptor interceptor, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        String answer = ParallelTools.builder()
                .interceptor(interceptor)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(mail)
                .build()
                .chat("go");
        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        return model;
    }

    private static ToolCall changed(ToolCall call, String arguments) {
        return ToolCall.parse(call.id(), call.tool(), arguments);
    }

    @Test
    void changed_arguments_reach_the_tool() {
        ScriptedChatModel model = chat(
                call -> call.onlyReads()
                        ? call.proceed()
                        : call.proceed(changed(call.call(), "{\"to\": \"ann\", \"text\": \"hello\"}")),
                SEND,
                COUNT);
        assertThat(mail.sent).containsExactly("ann: hello");
        assertThat(model.resultTexts()).containsExactly("sent to ann", "7");
    }

    @Test
    void hooks_see_the_changed_arguments_and_the_conversation_keeps_the_models() {
        List<String> hooked = new CopyOnWriteArrayList<>();
        ScriptedChatModel model = ScriptedChatModel.asking(SEND);
        ParallelTools.builder()
                .interceptor(call -> call.proceed(changed(call.call(), "{\"to\": \"ann\", \"text\": \"hello\"}")))
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(mail)
                .beforeToolExecution(event -> hooked.add(event.request().arguments()))
                .build()
                .chat("go");
        assertThat(hooked).containsExactly("{\"to\":\"ann\",\"text\":\"hello\"}");
        assertThat(model.requests().get(1).messages().toString()).contains("\"text\": \"hi\"");
        assertThat(model.lastRequestIds()).containsExactly("1");
    }

    @Test
    void changed_arguments_that_access_something_else_are_an_error() {
        ScriptedChatModel model =
                chat(call -> call.proceed(changed(call.call(), "{\"to\": \"bob\", \"text\": \"hi\"}")), SEND);
        assertThat(mail.sent).isEmpty();
        assertThat(model.results()).singleElement().satisfies(result -> {
            assertThat(result.isError()).isTrue();
            assertThat(result.text()).contains("mail/bob", "which was not planned");
        });
    }

    @Test
    void a_replaced_text_reaches_the_model_as_it_is_and_anything_else_as_json() {
        ScriptedChatModel model = chat(
                call -> switch (call.index()) {
                    case 0 -> "kept for later";
                    case 1 -> new Receipt("ann", 2);
                    case 2 -> List.of(1, 2);
                    default -> null;
                },
                SEND,
                SEND,
                COUNT,
                COUNT);
        assertThat(mail.sent).isEmpty();
        assertThat(model.resultTexts())
                .containsExactly("kept for later", "{\"to\":\"ann\",\"copies\":2}", "[1,2]", "null");
        assertThat(model.results()).noneMatch(result -> Boolean.TRUE.equals(result.isError()));
    }

    @Test
    void an_interceptor_gets_what_the_model_would_get() {
        ScriptedChatModel model = chat(
                call -> call.proceed() instanceof ToolExecutionResult result ? result.resultText() + " mails" : "?",
                COUNT);
        assertThat(model.resultTexts()).containsExactly("7 mails");
    }

    @Test
    void a_refusal_is_an_error_result_and_the_loop_goes_on() {
        ScriptedChatModel model = chat(
                call -> {
                    if (!call.onlyReads()) {
                        throw new CallRefusedException("mails may not be sent on Sundays; try again on Monday");
                    }
                    return call.proceed();
                },
                SEND,
                COUNT);
        assertThat(mail.sent).isEmpty();
        assertThat(model.resultTexts()).containsExactly("mails may not be sent on Sundays; try again on Monday", "7");
        assertThat(model.results())
                .extracting(result -> Boolean.TRUE.equals(result.isError()))
                .containsExactly(true, false);
    }

    @Test
    void an_interceptor_that_fails_is_an_error_result_of_its_call() {
        ScriptedChatModel model = chat(
                call -> {
                    if (call.index() == 0) {
                        throw new IllegalStateException("the log is full");
                    }
                    return call.proceed();
                },
                SEND,
                COUNT);
        assertThat(model.resultTexts()).containsExactly("the log is full", "7");
        assertThat(model.results().get(0).isError()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "yes, sent to ann, ann: hi",
        "shorter, sent to ann, ann: h",
        "no, tool 'send' was not approved: ask ann first, ''"
    })
    void a_gate_asks_for_writes(String says, String result, String sent) {
        List<String> asked = new CopyOnWriteArrayList<>();
        ScriptedChatModel model = chat(
                ApprovalInterceptor.builder(call -> {
                            asked.add(call.call().tool());
                            return CompletableFuture.completedFuture(
                                    switch (says) {
                                        case "yes" -> Approval.approved();
                                        case "no" -> Approval.refused("ask ann first");
                                        default ->
                                            Approval.approvedWith(
                                                    changed(call.call(), "{\"to\": \"ann\", \"text\": \"h\"}")
                                                            .arguments());
                                    });
                        })
                        .timeout(Duration.ofMinutes(5))
                        .build(),
                SEND,
                COUNT);
        assertThat(asked).containsExactly("send");
        assertThat(model.resultTexts()).containsExactly(result, "7");
        assertThat(String.join(", ", mail.sent)).isEqualTo(sent);
    }

    @Test
    void a_hand_written_loop_has_them_too() {
        ParallelTools parallel = ParallelTools.builder()
                .effects("send", Effects.writes("mail"))
                .interceptor(call -> {
                    if (call.index() == 0) {
                        throw new CallRefusedException("not now");
                    }
                    return call.proceed(changed(call.call(), "{\"id\": \"2\"}"));
                })
                .build();
        List<ToolExecutionResultMessage> results = OneRound.executed(
                parallel,
                List.of(tool("send", ToolExecutionRequest::arguments)),
                call("1", "send", "{}"),
                call("2", "send", "{}"));
        assertThat(results).extracting(ToolExecutionResultMessage::text).containsExactly("not now", "{\"id\":\"2\"}");
    }

    @Test
    void an_interceptor_can_tell_what_the_tool_threw() {
        List<Throwable> causes = new CopyOnWriteArrayList<>();
        OneRound.executed(
                ParallelTools.builder()
                        .interceptor(call -> {
                            try {
                                return call.proceed();
                            } catch (Exception e) {
                                causes.add(e.getCause() == null ? e : e.getCause());
                                throw e;
                            }
                        })
                        .build(),
                List.of(tool("fail", request -> {
                    throw new IOException("broken");
                })),
                call("1", "fail", "{}"));
        assertThat(causes).singleElement().isInstanceOf(IOException.class);
    }
}
