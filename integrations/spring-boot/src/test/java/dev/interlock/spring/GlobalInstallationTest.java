package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.service.spring.AiService;
import dev.langchain4j.service.spring.AiServicesAutoConfig;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/** AI services that others build run their tools through the context in which they are built, as long as that is there. */
class GlobalInstallationTest {

    /** Which contexts ran a round, by their ids. */
    private static final List<String> ROUNDS = new CopyOnWriteArrayList<>();

    @Configuration(proxyBeanMethods = false)
    static class Services {

        @Bean
        RoundListener rounds(ApplicationContext context) {
            return event -> {
                if (event instanceof RoundEvent.RoundStarted) {
                    ROUNDS.add(context.getId());
                }
            };
        }

        @Bean
        Bank bank() {
            return new Bank();
        }

        @Bean
        ScriptedChatModel model() {
            return Contexts.callsAll(5);
        }

        @Bean
        Assistant assistant(ScriptedChatModel model, Bank bank) {
            return Contexts.assistant(model, bank);
        }

        @Bean
        @Lazy
        Assistant lateAssistant(Bank bank) {
            return Contexts.assistant(Contexts.callsAll(1), bank);
        }
    }

    /** As users of LangChain4j's starter write it. */
    @AiService
    interface Declared {
        String chat(String message);
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Declared.class, AiServicesAutoConfig.class})
    static class DeclaredServices {

        @Bean
        RoundListener rounds(ApplicationContext context) {
            return new Services().rounds(context);
        }

        @Bean
        ScriptedChatModel model() {
            return Contexts.callsAll(1);
        }
    }

    private static ApplicationContextRunner runner(String id) {
        ROUNDS.clear();
        return Contexts.runner().withInitializer(context -> context.setId(id)).withUserConfiguration(Services.class);
    }

    private static void chat(ApplicationContext context, String bean) {
        assertThat(context.getBean(bean, Assistant.class).chat("hello")).isEqualTo("done");
    }

    private static boolean isInstalled() {
        Bank bank = new Bank();
        Contexts.assistant(Contexts.callsAll(1), bank).chat("hello");
        return bank.threads.get("balance").isVirtual();
    }

    @Test
    void a_plain_ai_service_runs_through_the_context_until_that_closes() {
        runner("one").run(context -> {
            Bank bank = context.getBean(Bank.class);
            context.getBean("assistant", Assistant.class);
            assertThat(isInstalled()).isTrue();
            ROUNDS.clear();
            assertThat(bank.threads).isEmpty();
            Assistant plain = Contexts.assistant(Contexts.callsAll(1), bank);
            assertThat(plain.chat("hello")).isEqualTo("done");
            assertThat(bank.threads.get("balance")).isNotSameAs(Thread.currentThread());
            assertThat(bank.threads.get("charge")).isNotSameAs(Thread.currentThread());
            assertThat(bank.threads.get("launch")).isSameAs(Thread.currentThread());
            assertThat(ROUNDS).containsExactly("one");
        });
        assertThat(isInstalled()).isFalse();
    }

    @Test
    void a_declared_ai_service_runs_through_the_context() {
        Contexts.runner()
                .withInitializer(context -> {
                    ROUNDS.clear();
                    context.setId("declared");
                })
                .withUserConfiguration(DeclaredServices.class)
                .withBean(Bank.class)
                .run(context -> {
                    assertThat(context.getBean(Declared.class).chat("hello")).isEqualTo("done");
                    assertThat(ROUNDS).containsExactly("declared");
                    assertThat(context.getBean(Bank.class).threads.get("balance"))
                            .isNotSameAs(Thread.currentThread());
                });
    }

    @Test
    void two_contexts_keep_to_themselves_and_one_outlives_the_other() {
        runner("one").run(one -> {
            runner("two").run(two -> {
                chat(one, "assistant");
                chat(two, "assistant");
                // Made only now, when another context was installed last.
                chat(one, "lateAssistant");
                chat(two, "lateAssistant");
                assertThat(ROUNDS)
                        .startsWith("one", "one", "one", "one", "one", "two", "two", "two", "two", "two")
                        .endsWith("one", "two")
                        .hasSize(12);
            });
            ROUNDS.clear();
            assertThat(isInstalled()).isTrue();
            assertThat(ROUNDS).containsExactly("one");
        });
        assertThat(isInstalled()).isFalse();
    }

    @Test
    void the_first_of_two_contexts_may_close_first() {
        ConfigurableApplicationContext one = start("one");
        ConfigurableApplicationContext two = start("two");
        Assistant ofOne = one.getBean("assistant", Assistant.class);
        one.close();
        assertThatThrownBy(() -> ofOne.chat("hello")).isInstanceOf(CancellationException.class);
        ROUNDS.clear();
        assertThat(isInstalled()).isTrue();
        assertThat(ROUNDS).containsExactly("two");
        chat(two, "assistant");
        two.close();
        assertThat(isInstalled()).isFalse();
    }

    private static ConfigurableApplicationContext start(String id) {
        ROUNDS.clear();
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.setId(id);
        context.register(Services.class, InterlockAutoConfiguration.class);
        context.refresh();
        return context;
    }

    @Test
    void a_declared_service_that_is_asked_for_late_belongs_to_its_own_context() {
        Contexts.runner()
                .withInitializer(context -> context.setId("declared"))
                .withUserConfiguration(DeclaredServices.class)
                .withBean(Bank.class)
                .run(declared -> runner("other").run(other -> {
                    ROUNDS.clear();
                    declared.getBean(Declared.class).chat("hello");
                    assertThat(ROUNDS).containsExactly("declared");
                }));
    }

    @Test
    void it_can_be_turned_off() {
        runner("off").withPropertyValues("interlock.enabled=false").run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(ParallelTools.class);
            assertThat(context.getBeanDefinitionNames()).noneMatch(name -> name.startsWith("interlock"));
            chat(context, "assistant");
            assertThat(ROUNDS).isEmpty();
        });
        runner("by hand").withPropertyValues("interlock.install-globally=false").run(context -> {
            chat(context, "assistant");
            assertThat(ROUNDS).isEmpty();
            assertThat(context).hasSingleBean(ParallelTools.class);
        });
    }

    @Test
    void a_users_own_parallel_tools_is_taken() {
        runner("own")
                .withBean(
                        "own",
                        ParallelTools.class,
                        () -> ParallelTools.builder().maxConcurrency(1).build())
                .run(context -> {
                    assertThat(context).hasSingleBean(ParallelTools.class);
                    chat(context, "assistant");
                    assertThat(ROUNDS).as("its builder had no listener").isEmpty();
                    assertThat(context.getBean(Bank.class).threads.get("balance"))
                            .isNotSameAs(Thread.currentThread());
                });
    }

    @Test
    void a_failed_start_leaves_nothing_installed() {
        runner("failing")
                .withBean("failing", Object.class, () -> {
                    throw new IllegalStateException("as the test wants it");
                })
                .run(context -> assertThat(context).hasFailed());
        assertThat(isInstalled()).isFalse();
        runner("next").run(context -> assertThat(isInstalled()).isTrue());
    }

    @Test
    void what_the_user_has_installed_stays() throws Exception {
        try (ParallelTools own = ParallelTools.builder().build();
                AutoCloseable off = ParallelTools.installGlobally(own)) {
            assertThat(off).isNotNull();
            runner("second").run(context -> {
                assertThat(context).hasNotFailed();
                chat(context, "assistant");
                assertThat(ROUNDS).isEmpty();
            });
            assertThat(isInstalled()).isTrue();
        }
        assertThat(isInstalled()).isFalse();
    }

    @Configuration(proxyBeanMethods = false)
    static class AsksAModel {

        /** An interceptor, say, that has a model judge calls. */
        @Bean
        RoundListener judge(ObjectProvider<Assistant> none) {
            Bank bank = new Bank();
            Contexts.assistant(Contexts.callsAll(1), bank).chat("hello");
            ROUNDS.add(bank.threads.get("balance").isVirtual() ? "interlock" : "plain");
            return event -> {};
        }
    }

    @Test
    void an_ai_service_that_its_own_parallel_tools_needs_is_built_without() {
        ROUNDS.clear();
        Contexts.runner().withUserConfiguration(AsksAModel.class).run(context -> {
            context.getBean(ParallelTools.class);
            assertThat(context).hasNotFailed();
            assertThat(ROUNDS).containsExactly("plain");
        });
    }
}
