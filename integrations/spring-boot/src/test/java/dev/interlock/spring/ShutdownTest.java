package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Reads;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.support.PatientWait;
import dev.interlock.testing.Reply;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.agent.tool.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.MapPropertySource;

/** An application that stops lets calls end, within limits, and then cancels them. */
@Timeout(60)
class ShutdownTest {

    /** A tool that runs until it is let go, or interrupted. */
    static final class Slow {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final CompletableFuture<String> ended = new CompletableFuture<>();

        @Tool("Reads something slowly")
        @Reads("something")
        String slow() throws InterruptedException {
            started.countDown();
            try {
                release.await();
                ended.complete("let go");
                return "read";
            } catch (InterruptedException e) {
                ended.complete("interrupted");
                throw e;
            }
        }
    }

    private static final class Application {
        final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        final Slow slow = new Slow();

        Application(String shutdown) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("test", Map.of("interlock.shutdown.timeout", shutdown)));
            context.register(InterlockAutoConfiguration.class);
            context.refresh();
        }

        CompletableFuture<String> chat() throws InterruptedException {
            Assistant assistant = context.getBean(ParallelTools.class)
                    .aiServices(Assistant.class)
                    .chatModel(ScriptedChatModel.of(Reply.calls(Reply.call("slow", "{}")), Reply.text("done")))
                    .tools(slow)
                    .build();
            CompletableFuture<String> answer = Contexts.async(() -> assistant.chat("hello"));
            slow.started.await();
            return answer;
        }

        CompletableFuture<String> begin() {
            try {
                return chat();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        RoundMonitor monitor() {
            return context.getBean(RoundMonitor.class);
        }

        ApplicationRounds rounds() {
            return context.getBean(ApplicationRounds.class);
        }
    }

    @Test
    void a_round_that_is_on_its_way_may_end() throws Exception {
        Application application = new Application("30s");
        CompletableFuture<String> answer = application.chat();
        assertThat(application.monitor().inFlight())
                .singleElement()
                .satisfies(call -> assertThat(call.tool() + " " + call.state()).isEqualTo("slow runs"));
        ApplicationRounds rounds = application.rounds();
        CompletableFuture<Boolean> closed = Contexts.async(() -> {
            application.context.close();
            return true;
        });
        while (!rounds.isAwaited()) {
            Thread.onSpinWait();
        }
        assertThat(closed).isNotDone();
        application.slow.release.countDown();
        closed.get(30, TimeUnit.SECONDS);
        assertThat(application.slow.ended.get()).isEqualTo("let go");
        assertThat(rounds.count()).isZero();
        answer.handle((text, error) -> text).get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_round_that_does_not_end_in_time_is_cancelled() throws Exception {
        Application application = new Application("0s");
        CompletableFuture<String> answer = application.chat();
        application.context.close();
        assertThat(application.slow.ended.get(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class)
                .hasStackTraceContaining("the executor was closed");
    }

    @Test
    void a_round_that_begins_while_others_are_closed_is_waited_for() throws Exception {
        Application application = new Application("30s");
        ApplicationRounds rounds = application.rounds();
        CompletableFuture<CompletableFuture<String>> answer = new CompletableFuture<>();
        GracefulShutdown shutdown = new GracefulShutdown(
                application.context,
                rounds,
                application.monitor(),
                () -> answer.complete(application.begin()),
                Duration.ZERO,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30));
        shutdown.onApplicationEvent(new ContextClosedEvent(application.context));
        CompletableFuture<Boolean> stopped = Contexts.async(() -> {
            shutdown.stop();
            return true;
        });
        while (!rounds.isAwaited()) {
            assertThat(stopped).isNotDone();
            Thread.onSpinWait();
        }
        application.slow.release.countDown();
        assertThat(stopped.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(answer.join().get(30, TimeUnit.SECONDS)).isEqualTo("done");
        application.context.close();
    }

    /** Such as that of Spring AI's tool calls. */
    @Test
    void an_executor_that_is_a_bean_belongs_to_the_application() throws Exception {
        CompletableFuture<ToolCallExecutor> executor = new CompletableFuture<>();
        CompletableFuture<String> ended = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Contexts.runner()
                .withPropertyValues("interlock.shutdown.timeout=0s")
                .withBean(
                        "executor",
                        ToolCallExecutor.class,
                        () -> ToolCallExecutor.builder()
                                .timeout(Duration.ofMillis(20))
                                .gracePeriod(Duration.ofMillis(1))
                                .build(),
                        definition -> ((AbstractBeanDefinition) definition).setDestroyMethodName(""))
                .run(context -> {
                    ToolCallExecutor bean = context.getBean(ToolCallExecutor.class);
                    executor.complete(bean);
                    ToolBody stubborn = call -> {
                        begun.countDown();
                        PatientWait.on(release::await);
                        return ended.complete("let go");
                    };
                    while (begun.getCount() > 0) {
                        bean.execute(List.of(ToolCall.parse("1", "stubborn", "{}")), Map.of("stubborn", stubborn));
                        // On a busy machine the tool of an abandoned call may begin late, or not at all.
                        while (begun.getCount() > 0 && !bean.abandoned().isEmpty()) {
                            Thread.onSpinWait();
                        }
                    }
                    AbandonedCalls abandoned = context.getBean(AbandonedCalls.class);
                    assertThat(abandoned.list()).hasSize(1);
                    assertThat(abandoned.release(abandoned.list().getFirst().id()))
                            .isTrue();
                    assertThat(bean.abandoned()).isEmpty();
                });
        release.countDown();
        assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo("let go");
        assertThat(executor.join().cancelled()).contains("closed");
    }

    /** It has none of the starter's listeners. */
    @Test
    void a_round_of_an_executor_that_was_built_without_the_starter_may_end() throws Exception {
        Slow slow = new Slow();
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        assertMayEnd(
                slow,
                ToolCallExecutor.class,
                executor,
                () -> executor.execute(List.of(ToolCall.parse("1", "slow", "{}")), Map.of("slow", call -> slow.slow()))
                        .size());
    }

    @Test
    void a_round_of_parallel_tools_that_were_built_without_the_starter_may_end() throws Exception {
        Slow slow = new Slow();
        ParallelTools parallel = ParallelTools.builder().build();
        Assistant assistant = parallel.aiServices(Assistant.class)
                .chatModel(Contexts.callsSlow())
                .tools(slow)
                .build();
        assertMayEnd(slow, ParallelTools.class, parallel, () -> assistant.chat("hello"));
    }

    private static <T> void assertMayEnd(Slow slow, Class<T> type, T own, Callable<?> round) throws Exception {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("interlock.shutdown.timeout", "30s")));
        context.register(InterlockAutoConfiguration.class);
        context.registerBean("own", type, () -> own);
        context.refresh();
        ApplicationRounds rounds = context.getBean(ApplicationRounds.class);
        CompletableFuture<?> ran = Contexts.async(round);
        slow.started.await();
        assertThat(rounds.count()).isEqualTo(1);
        CompletableFuture<Boolean> closed = Contexts.async(() -> {
            context.close();
            return true;
        });
        while (!rounds.isAwaited()) {
            assertThat(slow.ended).isNotDone();
            assertThat(closed).isNotDone();
            Thread.onSpinWait();
        }
        assertThat(slow.ended).isNotDone();
        slow.release.countDown();
        assertThat(slow.ended.get(30, TimeUnit.SECONDS)).isEqualTo("let go");
        assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
        ran.handle((done, error) -> true).get(30, TimeUnit.SECONDS);
        assertThat(rounds.count()).isZero();
    }

    @Test
    void a_wrong_time_of_springs_is_named() {
        Contexts.runner()
                .withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=soon")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("spring.lifecycle.timeout-per-shutdown-phase"));
    }

    @ParameterizedTest
    @CsvSource({"30s, true", "27s, false", "0s, false"})
    void it_is_known_when_spring_does_not_wait_as_long(String timeout, boolean exceeds) {
        Contexts.runner()
                .withPropertyValues("interlock.shutdown.timeout=" + timeout)
                .run(context -> assertThat(
                                context.getBean(GracefulShutdown.class).exceeds())
                        .isEqualTo(exceeds));
        Contexts.runner()
                .run(context -> assertThat(
                                context.getBean(GracefulShutdown.class).exceeds())
                        .isFalse());
    }

    /** As the test framework of Spring 7 does with contexts that are not in use. */
    @Test
    void a_context_that_only_stops_can_be_started_again() {
        Application application = new Application("0s");
        application.context.stop();
        assertThat(application.context.getBean(GracefulShutdown.class).isRunning())
                .isFalse();
        application.context.start();
        assertThat(application.context.getBean(GracefulShutdown.class).isRunning())
                .isTrue();
        Bank bank = new Bank();
        Assistant assistant = application
                .context
                .getBean(ParallelTools.class)
                .aiServices(Assistant.class)
                .chatModel(Contexts.callsAll(1))
                .tools(bank)
                .build();
        assertThat(assistant.chat("hello")).isEqualTo("done");
        application.context.close();
    }
}
