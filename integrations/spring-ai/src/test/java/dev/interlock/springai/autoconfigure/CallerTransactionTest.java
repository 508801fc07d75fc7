package dev.interlock.springai.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.interlock.execution.RoundGuard;
import dev.interlock.springai.EffectsMetadata;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A transaction of the caller, in an application that has this module and not Interlock's starter. */
class CallerTransactionTest {

    private static final ApplicationContextRunner APPLICATION = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    InterlockToolCallingAutoConfiguration.class, ToolCallingAutoConfiguration.class));

    /** Transactions of nothing. */
    private static final class Transactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }

    /** Whether each call of two writes, which do not conflict, was within a transaction. */
    private static List<Boolean> within(ToolCallingManager manager) {
        List<Boolean> within = new CopyOnWriteArrayList<>();
        manager.executeToolCalls(
                Prompt.builder()
                        .content("Do it")
                        .chatOptions(ToolCallingChatOptions.builder()
                                .toolCallbacks(tool("first", within), tool("second", within))
                                .build())
                        .build(),
                ChatResponse.builder()
                        .generations(List.of(new Generation(AssistantMessage.builder()
                                .content("")
                                .toolCalls(List.of(
                                        new AssistantMessage.ToolCall("1", "function", "first", "{}"),
                                        new AssistantMessage.ToolCall("2", "function", "second", "{}")))
                                .build())))
                        .build());
        return within;
    }

    private static FunctionToolCallback<?, ?> tool(String name, List<Boolean> within) {
        return FunctionToolCallback.builder(name, () -> {
                    within.add(TransactionSynchronizationManager.isActualTransactionActive());
                    return "done";
                })
                .toolMetadata(EffectsMetadata.of(Effects.writes(name)))
                .build();
    }

    private static List<Boolean> withinOfTransaction(ToolCallingManager manager) {
        List<Boolean> within =
                new TransactionTemplate(new Transactions()).execute(status -> CallerTransactionTest.within(manager));
        return within == null ? List.of() : within;
    }

    @ParameterizedTest
    @ValueSource(strings = {"interlock.enabled=true", "interlock.caller-transaction=sequential"})
    void calls_run_within_the_transaction_of_their_caller(String property) {
        APPLICATION.withPropertyValues(property).run(context -> {
            ToolCallingManager manager = context.getBean(ToolCallingManager.class);
            assertThat(withinOfTransaction(manager)).containsExactly(true, true);
            assertThat(within(manager)).containsExactly(false, false);
        });
    }

    @Test
    void guard_of_the_application_does_not_stand_for_it() {
        APPLICATION
                .withBean(RoundGuard.class, () -> calls -> RoundGuard.Where.ANYWHERE)
                .run(context -> assertThat(withinOfTransaction(context.getBean(ToolCallingManager.class)))
                        .containsExactly(true, true));
    }

    @Test
    void calls_run_outside_of_the_transaction_if_the_application_says_so() {
        APPLICATION
                .withPropertyValues("interlock.caller-transaction=parallel")
                .run(context -> assertThat(withinOfTransaction(context.getBean(ToolCallingManager.class)))
                        .containsExactly(false, false));
    }

    @Test
    void round_within_a_transaction_is_refused_if_the_application_says_so() {
        APPLICATION.withPropertyValues("interlock.caller-transaction=REFUSE").run(context -> {
            ToolCallingManager manager = context.getBean(ToolCallingManager.class);
            assertThatThrownBy(() -> withinOfTransaction(manager))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("interlock.caller-transaction=sequential");
            assertThat(within(manager)).containsExactly(false, false);
        });
    }

    @Test
    void unknown_setting_stops_the_application() {
        APPLICATION
                .withPropertyValues("interlock.caller-transaction=sometimes")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("sometimes"));
    }

    @Test
    void guard_of_the_starter_takes_its_place() {
        APPLICATION
                .withBean("interlockCallerTransactionGuard", RoundGuard.class, () -> calls -> RoundGuard.Where.ANYWHERE)
                .run(context -> assertThat(withinOfTransaction(context.getBean(ToolCallingManager.class)))
                        .containsExactly(false, false));
    }

    @Test
    void application_without_transactions_has_a_manager() {
        APPLICATION
                .withClassLoader(new FilteredClassLoader(TransactionSynchronizationManager.class))
                .run(context -> assertThat(within(context.getBean(ToolCallingManager.class)))
                        .containsExactly(false, false));
    }
}
