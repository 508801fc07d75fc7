package dev.interlock.spring;

import dev.interlock.testing.Reply;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.service.AiServices;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the tests have in common. */
final class Contexts {

    private Contexts() {}

    /** A context with nothing but the starter. */
    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        InterlockAutoConfiguration.class, InterlockActuatorAutoConfiguration.class));
    }

    /** A model that calls each of the bank's tools at once, {@code rounds} times, and then says that it is done. */
    static ScriptedChatModel callsAll(int rounds) {
        Reply[] replies = new Reply[rounds + 1];
        for (int i = 0; i < rounds; i++) {
            replies[i] = Reply.calls(
                    Reply.call("balance", "{\"account\": 1}"),
                    Reply.call("charge", "{\"account\": 2}"),
                    Reply.call("frobnicate", "{}"));
        }
        replies[rounds] = Reply.text("done");
        return ScriptedChatModel.of(replies);
    }

    /** As others build it, without a word of Interlock. */
    static Assistant assistant(ScriptedChatModel model, Object... tools) {
        return AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .build();
    }
}
