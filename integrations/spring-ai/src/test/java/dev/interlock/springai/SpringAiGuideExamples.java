package dev.interlock.springai;

import dev.interlock.effect.Effects;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.execution.AbandonedCall;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.RoundGuard;
import dev.interlock.report.RunRecorder;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** The examples of docs/spring-ai.md; {@link SpringAiGuideTest} compares them. */
final class SpringAiGuideExamples {

    private SpringAiGuideExamples() {}

    static ChatClient client(ChatModel chatModel, ObservationRegistry observationRegistry) {
        // example: client
        InterlockToolCallingManager manager = InterlockToolCallingManager.builder()
                .observationRegistry(observationRegistry)
                .timeout(Duration.ofSeconds(10))
                .build();

        ChatClient client = ChatClient.builder(chatModel)
                .defaultAdvisors(
                        ToolCallingAdvisor.builder().toolCallingManager(manager).build())
                .defaultTools(new BankTools())
                .build();
        // end
        return client;
    }

    // example: annotated
    static class BankTools {
        @Tool(description = "Tells what is in an account")
        @Reads("account/{id}")
        int balance(int id) {
            return 100;
        }

        @Tool(description = "Moves money")
        @Writes({"account/{from}", "account/{to}"})
        String transfer(int from, int to, int amount) {
            return "moved " + amount;
        }

        @Tool(description = "Adds two numbers")
        @Pure
        int add(int a, int b) {
            return a + b;
        }
    }
    // end

    record City(String city) {}

    static ToolCallback function(Function<City, String> weather) {
        // example: function
        ToolCallback forecast = FunctionToolCallback.builder("forecast", weather)
                .inputType(City.class)
                .toolMetadata(EffectsMetadata.of(Effects.reads("weather/{city}")))
                .build();
        // end
        return forecast;
    }

    static InterlockToolCallingManager settings() {
        // example: settings
        InterlockToolCallingManager manager = InterlockToolCallingManager.builder()
                .maxConcurrency(8)
                .callTimeout(Duration.ofSeconds(30))
                .effects("sendMail", Effects.writes("mail"))
                .effectsFromResource("effects.json")
                .trustMcp("files", "file")
                .maxTotalToolCalls(60)
                .build();
        // end
        return manager;
    }

    // example: customizer
    static class ToolSettings {
        // @Bean
        ToolCallingManagerCustomizer toolSettings() {
            return builder -> builder.timeout(Duration.ofSeconds(10)).trustMcp("files");
        }

        // @Bean, where no auto-configuration is wanted
        ToolCallingManager toolCallingManager() {
            return InterlockToolCallingManager.builder().build();
        }
    }
    // end

    static InterlockToolCallingManager guarded() {
        // example: guard
        InterlockToolCallingManager manager = InterlockToolCallingManager.builder()
                .roundGuard(calls -> isInTransaction() ? RoundGuard.Where.ON_OWNER : RoundGuard.Where.ANYWHERE)
                .build();
        // end
        return manager;
    }

    private static boolean isInTransaction() {
        return true;
    }

    static String cancel(ChatClient client, Future<?> stopButton) throws Exception {
        // example: cancel
        Cancellation cancellation = new Cancellation();
        Thread.ofVirtual().start(() -> {
            if (isPressed(stopButton)) {
                cancellation.cancel("the user pressed stop");
            }
        });
        String answer =
                cancellation.call(() -> client.prompt("Pay all bills").call().content());
        // end
        return answer;
    }

    private static boolean isPressed(Future<?> stopButton) {
        return stopButton.isDone();
    }

    static RunRecorder reports() {
        // example: reports
        RunRecorder recorder = new RunRecorder(20);
        InterlockToolCallingManager manager =
                InterlockToolCallingManager.builder().listener(recorder).build();
        // end
        manager.close();
        return recorder;
    }

    static void plan(InterlockToolCallingManager manager, Prompt prompt, ChatResponse response) {
        // example: plan
        System.out.println(manager.plan(prompt, response).toMermaid());
        for (AbandonedCall call : manager.engine().abandoned()) {
            System.out.println(call);
        }
        // end
    }
}
