package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.service.spring.AiService;
import dev.langchain4j.service.spring.AiServicesAutoConfig;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

/**
 * AI services that others build run their tools through the context in which they are built, as long as that is there.
 */
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

    private static ConfigurableApplicationContext start(String id, Class<?>... more) {
        ROUNDS.clear();
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.setId(id);
        context.register(Services.class, InterlockAutoConfiguration.class);
        Arrays.stream(more).forEach(context::register);
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

    @Configuration(proxyBeanMethods = false)
    static class Prototypes {

        @Bean
        @Scope("prototype")
        Assistant made(Bank bank) {
            return Contexts.assistant(Contexts.callsAll(1), bank);
        }

        @Bean
        @Scope("prototype")
        StartsLate startsLate(Bank bank) {
            return new StartsLate(bank);
        }

        @Bean
        @Lazy
        Object failing() {
            throw new IllegalStateException("as the test wants it");
        }
    }

    /** Builds its AI service when it has been given what it needs. */
    static final class StartsLate implements InitializingBean {
        private final Bank bank;
        private Assistant assistant;

        StartsLate(Bank bank) {
            this.bank = bank;
        }

        @Override
        public void afterPropertiesSet() {
            assistant = Contexts.assistant(Contexts.callsAll(1), bank);
        }
    }

    @Test
    void each_instance_of_a_prototype_belongs_to_its_own_context() {
        runner("one").withUserConfiguration(Prototypes.class).run(one -> {
            one.getBean("made");
            one.getBean(StartsLate.class);
            runner("two").run(two -> {
                for (int i = 0; i < 3; i++) {
                    chat(one, "made");
                    one.getBean(StartsLate.class).assistant.chat("hello");
                }
                assertThat(ROUNDS).containsOnly("one").hasSize(6);
            });
        });
    }

    @Test
    void a_bean_whose_making_fails_claims_nothing_afterwards() throws Exception {
        ConfigurableApplicationContext one = start("one", Prototypes.class);
        runner("two")
                .run(two -> Contexts.async(() -> {
                            assertThatThrownBy(() -> one.getBean("failing"))
                                    .hasStackTraceContaining("as the test wants it");
                            assertThat(isInstalled()).isTrue();
                            assertThat(ROUNDS).containsExactly("two");
                            assertThat(InstalledContexts.depth()).isZero();
                            return true;
                        })
                        .get(30, TimeUnit.SECONDS));
        one.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"interlock.enabled=false", "interlock.install-globally=false"})
    void it_is_off_for_one_context_while_another_is_on(String property) {
        runner("on").run(on -> {
            runner("off").withPropertyValues(property).run(off -> {
                chat(off, "assistant");
                chat(off, "lateAssistant");
                assertThat(off.getBean(Bank.class).threads.values()).containsOnly(Thread.currentThread());
                assertThat(isInstalled()).as("by hand, when it started last").isFalse();
                assertThat(ROUNDS).isEmpty();
                chat(on, "lateAssistant");
                assertThat(ROUNDS).containsExactly("on");
            });
            assertThat(isInstalled()).isTrue();
        });
        assertThat(isInstalled()).isFalse();
    }

    @Test
    void a_declared_service_is_left_alone_where_it_is_off() {
        runner("on")
                .run(on -> Contexts.runner()
                        .withUserConfiguration(DeclaredServices.class)
                        .withBean(Bank.class)
                        .withPropertyValues("interlock.enabled=false")
                        .run(off -> {
                            assertThat(off.getBean(Declared.class).chat("hello"))
                                    .isEqualTo("done");
                            assertThat(off.getBean(Bank.class).threads.values()).containsOnly(Thread.currentThread());
                        }));
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
