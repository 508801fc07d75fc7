package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;

/** Has the calls of one response run, and checks that there is a result for each, in order. */
final class OneRound {

    private OneRound() {}

    /** By an AI service with handlers that make results of all failures. */
    static List<ToolExecutionResultMessage> served(
            ParallelTools parallel, List<AiServiceTool> tools, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        String answer = parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .toolArgumentsErrorHandler(
                        (error, context) -> ToolErrorHandlerResult.text("bad arguments: " + error.getMessage()))
                .hallucinatedToolNameStrategy(
                        request -> ToolExecutionResultMessage.from(request, "no tool " + request.name()))
                .build()
                .chat("go");
        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        return checked(model.results(), requests);
    }

    /** By a hand-written loop. */
    static List<ToolExecutionResultMessage> executed(
            ParallelTools parallel, List<AiServiceTool> tools, ToolExecutionRequest... requests) {
        return checked(parallel.execute(ScriptedChatModel.calls(requests), tools), requests);
    }

    static List<List<ToolExecutionResultMessage>> bothWays(
            ParallelTools parallel, List<AiServiceTool> tools, ToolExecutionRequest... requests) {
        return List.of(served(parallel, tools, requests), executed(parallel, tools, requests));
    }

    private static List<ToolExecutionResultMessage> checked(
            List<ToolExecutionResultMessage> results, ToolExecutionRequest... requests) {
        assertThat(results).hasSameSizeAs(requests);
        for (int i = 0; i < requests.length; i++) {
            assertThat(results.get(i).toolName()).isEqualTo(requests[i].name());
        }
        return results;
    }
}
