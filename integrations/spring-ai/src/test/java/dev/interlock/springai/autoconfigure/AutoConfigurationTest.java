package dev.interlock.springai.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.HeldClaim;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.replicas.Reply;
import dev.interlock.springai.InterlockToolCallingManager;
import dev.interlock.springai.ToolCallingManagerCustomizer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallLimitExceededException;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** An application of Spring Boot gets the manager by having the module, and all that it sets for Spring AI's holds. */
class AutoConfigurationTest {

    private static final ApplicationContextRunner APPLICATION = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    InterlockToolCallingAutoConfiguration.class, ToolCallingAutoConfiguration.class));

    private static final ToolCallback FAILING = FunctionToolCallback.builder("failing", () -> {
                throw new IllegalStateException("no");
            })
            .build();
    private static final ToolCallback BEAN =
            FunctionToolCallback.builder("bean", () -> "found").build();

    private static ToolExecutionResult execute(ToolCallingManager manager, String tool, int times) {
        return manager.executeToolCalls(
                Prompt.builder()
                        .content("Do it")
                        .chatOptions(ToolCallingChatOptions.builder()
                                .toolCallbacks(FAILING)
                                .build())
                        .build(),
                ChatResponse.builder()
                        .generations(List.of(new Generation(AssistantMessage.builder()
                                .content("")
                                .toolCalls(IntStream.range(0, times)
                                        .mapToObj(i -> new AssistantMessage.ToolCall("" + i, "function", tool, "{}"))
                                        .toList())
                                .build())))
                        .build());
    }

    private static String last(ToolExecutionResult result) {
        ToolResponseMessage answers = (ToolResponseMessage)
                result.conversationHistory().get(result.conversationHistory().size() - 1);
        return answers.getResponses().get(answers.getResponses().size() - 1).responseData();
    }

    @Test
    void it_is_the_application_s_manager() {
        APPLICATION.run(context -> {
            assertThat(context)
                    .hasSingleBean(ToolCallingManager.class)
                    .hasSingleBean(InterlockToolCallingManager.class);
            assertThat(context).hasBean("toolCallingManager");
            ToolCallingManager manager = context.getBean(ToolCallingManager.class);
            assertThat(last(execute(manager, "failing", 1))).isEqualTo("no");
            assertThatThrownBy(() -> execute(manager, "bean", 1)).hasMessageContaining("bean");
        });
    }

    @Test
    void what_it_runs_belongs_to_the_application_and_is_injected_nowhere() {
        APPLICATION.run(context -> {
            InterlockToolCallingManager manager = context.getBean(InterlockToolCallingManager.class);
            assertThat(context.getBean("interlockSpringAiEngine")).isSameAs(manager.engine());
            assertThat(context.getBeanFactory().getBeanNamesForType(ToolCallExecutor.class, false, false))
                    .containsExactly("interlockSpringAiEngine");
            assertThat(context.getBeanFactory()
                            .getBeanDefinition("interlockSpringAiEngine")
                            .isAutowireCandidate())
                    .isFalse();
        });
    }

    @Test
    void it_can_be_turned_off() {
        APPLICATION
                .withPropertyValues("interlock.enabled=false")
                .run(context -> assertThat(context.getBean(ToolCallingManager.class))
                        .isInstanceOf(DefaultToolCallingManager.class));
    }

    @Test
    void an_own_manager_of_the_application_wins() {
        ToolCallingManager own = ToolCallingManager.builder().build();
        APPLICATION
                .withBean(ToolCallingManager.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(ToolCallingManager.class)).isSameAs(own));
    }

    @Test
    void properties_of_spring_ai_hold() {
        APPLICATION
                .withBean("bean", ToolCallback.class, () -> BEAN)
                .withPropertyValues(
                        "spring.ai.tools.throw-exception-on-error=true",
                        "spring.ai.tools.resolution.fallback.enabled=true",
                        "spring.ai.tools.limits.max-calls-per-tool-default=2",
                        "spring.ai.tools.limits.max-total-tool-calls=-1")
                .run(context -> {
                    ToolCallingManager manager = context.getBean(ToolCallingManager.class);
                    assertThatThrownBy(() -> execute(manager, "failing", 1)).hasMessage("no");
                    assertThat(last(execute(manager, "bean", 2))).isEqualTo("\"found\"");
                    assertThatThrownBy(() -> execute(manager, "bean", 3))
                            .isInstanceOf(ToolCallLimitExceededException.class)
                            .hasMessageContaining("(2)");
                });
    }

    @Test
    void limits_of_single_tools_hold() {
        APPLICATION
                .withBean("bean", ToolCallback.class, () -> BEAN)
                .withPropertyValues(
                        "spring.ai.tools.resolution.fallback.enabled=true",
                        "spring.ai.tools.limits.max-calls-per-tool-default=-1",
                        "spring.ai.tools.limits.max-calls-per-tool.bean=1",
                        "spring.ai.tools.limits.max-total-tool-calls=50",
                        "spring.ai.tools.limits.excluded-tools=failing",
                        "spring.ai.tools.limits.on-limit-exceeded=return-error-response")
                .run(context -> {
                    ToolCallingManager manager = context.getBean(ToolCallingManager.class);
                    assertThat(last(execute(manager, "bean", 2))).contains("Tool call limit (1)");
                    assertThat(last(execute(manager, "failing", 45))).isEqualTo("no");
                    assertThat(last(execute(manager, "failing", 51))).contains("Total tool call limit (50)");
                });
    }

    @Test
    void beans_of_the_application_are_taken_in() {
        List<RoundEvent> events = new CopyOnWriteArrayList<>();
        APPLICATION
                .withBean(RoundListener.class, () -> events::add)
                .withBean(ToolCallingManagerCustomizer.class, () -> builder -> builder.maxCallsPerTool(1))
                .run(context -> {
                    ToolCallingManager manager = context.getBean(ToolCallingManager.class);
                    execute(manager, "failing", 1);
                    assertThat(events).isNotEmpty();
                    assertThatThrownBy(() -> execute(manager, "failing", 2))
                            .isInstanceOf(ToolCallLimitExceededException.class);
                });
    }

    /** Which nothing of can be had. */
    private static final class Lost implements LimitServer {
        @Override
        public String name() {
            return "orders";
        }

        @Override
        public String description() {
            return "a server that is gone";
        }

        @Override
        public Reply exchange(Exchange exchange) throws IOException {
            throw new IOException("no route");
        }

        @Override
        public List<HeldClaim> held() {
            return List.of();
        }

        @Override
        public Duration askAgainAfter() {
            return Duration.ofSeconds(1);
        }
    }

    @Test
    void a_bean_of_limits_holds_over_all_replicas() {
        APPLICATION
                .withBean(
                        ReplicaLimits.class,
                        () -> ReplicaLimits.builder(new Lost()).failClosed().build())
                .withBean(ToolCallingManagerCustomizer.class, () -> builder -> builder.totalConcurrency(2))
                .run(context -> assertThat(last(execute(context.getBean(ToolCallingManager.class), "failing", 1)))
                        .contains("the limits that all replicas of 'orders' share are unavailable"));
    }

    @Test
    void it_is_closed_with_the_application() {
        InterlockToolCallingManager[] manager = new InterlockToolCallingManager[1];
        APPLICATION.run(context -> manager[0] = context.getBean(InterlockToolCallingManager.class));
        assertThatThrownBy(() -> execute(manager[0], "failing", 1))
                .hasMessage("the executor was closed; the model is not asked again");
    }
}
