package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tools that count how often they run. */
abstract class ResilienceFixture {

    final List<String> log = new CopyOnWriteArrayList<>();

    static List<AiServiceTool> one(AiServiceTool tool) {
        return List.of(tool);
    }

    static List<String> texts(List<ToolExecutionResultMessage> results) {
        return results.stream().map(ToolExecutionResultMessage::text).toList();
    }
}
