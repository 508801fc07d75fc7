package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.SuspendedFixture.LOOK;
import static dev.interlock.langchain4j.SuspendedFixture.PAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionErrorHandler;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A tool asks another service, which is suspended. The exception of that service is a failure of the tool's call. It
 * says nothing about the round of the call, even if a handler lets it leave the loop.
 */
@Timeout(60)
class SuspendedWithinToolTest {

    private static final ToolExecutionErrorHandler LEAVES = (error, context) -> {
        throw error instanceof RuntimeException own ? own : new IllegalStateException(error);
    };

    private final ChatMemory memory = Memory.ofManyMessages();

    /** Its first call is pending and its second one has ended, other than the calls of the test. */
    private final InvocationSuspendedException within = catchThrowableOfType(
            InvocationSuspendedException.class,
            () -> PayDesk.waiting()
                    .build()
                    .execute(calls(PAY, LOOK), ParallelTools.builder().build().tools(new PayDesk())));

    private final List<AiServiceTool> tools = List.of(tool("look", request -> "seen"), tool("delegate", request -> {
        throw within;
    }));

    private final List<ToolExecutionRequest> requests =
            List.of(call("1", "look", "{}"), call("2", "delegate", "{}"), call("3", "look", "{}"));

    private ToolExecutionRequest[] requested() {
        return requests.toArray(ToolExecutionRequest[]::new);
    }

    @Test
    void service_throws_what_the_tool_threw() {
        Assistant assistant = Waiting.patientTools()
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.saying(calls(requested())))
                .chatMemory(memory)
                .tools(tools)
                .toolExecutionErrorHandler(LEAVES)
                .build();

        assertThat(catchThrowable(() -> assistant.chat("go"))).isSameAs(within);

        assertThat(Memory.resultTexts(memory)).hasSize(3).element(0).isEqualTo("seen");
    }

    @Test
    void stream_ends_with_what_the_tool_threw() throws Exception {
        StreamingAssistant assistant = Waiting.patientTools()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(ScriptedStreamingModel.asking(requested()))
                .chatMemory(memory)
                .tools(tools)
                .toolExecutionErrorHandler(LEAVES)
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).error()).isSameAs(within);

        assertThat(Memory.resultTexts(memory)).hasSize(3).element(0).isEqualTo("seen");
    }

    @Test
    void future_of_the_call_fails_and_those_of_the_others_have_their_results() {
        AiServiceContext context = Waiting.patientTools().build().aiServiceContext(Assistant.class);
        AiServices.builder(context)
                .chatModel(ScriptedChatModel.saying())
                .tools(tools)
                .build();
        AsyncToolService service = (AsyncToolService) context.toolService;
        InvocationContext invocation =
                InvocationContext.builder().invocationId(UUID.randomUUID()).build();
        ToolServiceContext available = ToolServiceContext.builder()
                .toolExecutors(
                        tools.stream().collect(Collectors.toMap(AiServiceTool::name, AiServiceTool::toolExecutor)))
                .build();
        AsyncRound round = new AsyncRound(
                requests,
                Stream.generate(CompletableFuture<ToolExecutionResult>::new)
                        .limit(3)
                        .toList());

        round.execute(
                service.rounds(),
                () -> service.rounds()
                        .callFactory(
                                available, invocation, service.rounds().hooks().asyncHandling(null, null, null)),
                RequestCallFactory::calls,
                service.asyncInvocation(invocation),
                invocation);
        round.complete();

        assertThat(catchThrowable(round.result(1)::join)).hasCause(within);
        assertThat(round.result(0).join().resultText()).isEqualTo("seen");
        assertThat(round.result(2).join().isError()).isTrue();
    }
}
