package dev.interlock.spring;

import dev.interlock.testing.Reply;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.service.AiServices;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the tests have in common. */
final class Contexts {

    private Contexts() {}

    /** A context with nothing but the starter. */
    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        InterlockAutoConfiguration.class,
                        InterlockOffAutoConfiguration.class,
                        InterlockActuatorAutoConfiguration.class));
    }

    /** A model that calls each of the bank's tools at once, {@code rounds} times, and then says that it is done. */
    static ScriptedChatModel callsAll(int rounds) {
        Reply[] replies = new Reply[rounds + 1];
        for (int i = 0; i < rounds; i++) {
            replies[i] = Reply.calls(
                    Reply.call("balance", "{\"account\": 1}"),
                    Reply.call("charge", "{\"account\": 2}"),
                    Reply.call("launch", "{}"));
        }
        replies[rounds] = Reply.text("done");
        return ScriptedChatModel.of(replies);
    }

    /** A model that calls {@link ShutdownTest.Slow} once. */
    static ScriptedChatModel callsSlow() {
        return ScriptedChatModel.of(Reply.calls(Reply.call("slow", "{}")), Reply.text("done"));
    }

    /** As others build it, without a word of Interlock. */
    static Assistant assistant(ScriptedChatModel model, Object... tools) {
        return AiServices.builder(Assistant.class).chatModel(model).tools(tools).build();
    }

    /** Runs something on a thread of its own. */
    static <T> CompletableFuture<T> async(Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(body.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
