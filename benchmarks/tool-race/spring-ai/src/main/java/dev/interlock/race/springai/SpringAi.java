package dev.interlock.race.springai;

import dev.interlock.race.Agent;
import dev.interlock.race.Framework;
import dev.interlock.race.Row;
import dev.interlock.race.Row.Feature;
import dev.interlock.race.Setup;
import java.util.List;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.model.tool.ToolCallingManager;

/** Spring AI's chat client. It has one mode. */
public final class SpringAi implements Framework {

    @Override
    public List<Row> rows() {
        return List.of(Row.of(
                        "Spring AI 2.0.1",
                        "ChatClient with ToolCallingAdvisor and DefaultToolCallingManager as they come, which run"
                                + " calls one by one; cancel: interrupt of the caller",
                        setup -> agent(setup, ToolCallingManager.builder().build()))
                .lacks(Feature.CAP, "sequential")
                .lacks(Feature.TIMEOUT, "the manager has no limit of time for tools"));
    }

    /** An agent whose calls a manager executes. */
    static Agent agent(Setup setup, ToolCallingManager manager) {
        ChatClient client = ChatClient.builder(new ScriptedModel(setup.script()))
                .defaultAdvisors(
                        ToolCallingAdvisor.builder().toolCallingManager(manager).build())
                .defaultTools(RecordedTool.all(setup.tools()).toArray())
                .build();
        return message -> client.prompt(message).call().content();
    }
}
