package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.RoundGuard;
import dev.interlock.footprint.Footprint;
import dev.interlock.footprint.FootprintListener;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.micrometer.AuditMetrics;
import dev.interlock.observation.RoundMeters;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** The beans of an application are taken in, and what it does not have is not needed. */
class BeansTest {

    private static final List<String> TOLD = new CopyOnWriteArrayList<>();

    @Configuration(proxyBeanMethods = false)
    static class Extensions {

        @Bean
        RoundListener listener() {
            return event -> {
                if (event instanceof RoundEvent.CallStarted started) {
                    TOLD.add("listener " + started.call().tool());
                }
            };
        }

        @Bean
        @Order(2)
        CallInterceptor inner() {
            return call -> {
                TOLD.add("inner " + call.call().tool());
                return call.proceed();
            };
        }

        @Bean
        @Order(1)
        CallInterceptor outer() {
            return call -> {
                TOLD.add("outer " + call.call().tool());
                return call.proceed();
            };
        }

        @Bean
        ContextPropagator propagator() {
            return () -> {
                TOLD.add("captured");
                return null;
            };
        }

        @Bean
        RoundGuard guard() {
            return calls -> {
                TOLD.add("asked about " + calls.size());
                return RoundGuard.Where.ANYWHERE;
            };
        }

        @Bean
        FootprintListener footprints() {
            return footprint -> TOLD.add("touched");
        }

        @Bean("interlockThreadFactory")
        ThreadFactory threads() {
            return Thread.ofPlatform()
                    .name("mine-", 1)
                    .inheritInheritableThreadLocals(false)
                    .factory();
        }

        @Bean
        ParallelToolsCustomizer customizer() {
            return builder -> builder.interceptor(call -> {
                TOLD.add("customized " + call.call().tool());
                return call.proceed();
            });
        }
    }

    private static Bank chat() {
        TOLD.clear();
        Bank bank = new Bank();
        bank.look.set(() -> {
            Footprint.write("account/2");
            return "touched";
        });
        assertThat(Contexts.assistant(Contexts.callsAll(1), bank).chat("hello")).isEqualTo("done");
        return bank;
    }

    @Test
    void all_kinds_of_beans_are_taken_in() {
        Contexts.runner().withUserConfiguration(Extensions.class).run(context -> {
            assertThat(context).hasNotFailed();
            Bank bank = chat();
            assertThat(TOLD)
                    .contains("captured", "asked about 3", "touched", "listener charge")
                    .containsSubsequence("outer charge", "inner charge", "customized charge", "listener charge");
            assertThat(bank.threads.get("charge").getName()).startsWith("interlock-");
            assertThat(bank.threads.get("charge").isVirtual()).isFalse();
        });
    }

    @Test
    void resilience4js_registries_guard_the_tools_of_their_names() {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
        breakers.circuitBreaker("charge").transitionToForcedOpenState();
        Contexts.runner()
                .withBean(CircuitBreakerRegistry.class, () -> breakers)
                .withBean(RateLimiterRegistry.class, RateLimiterRegistry::ofDefaults)
                .withBean(BulkheadRegistry.class, BulkheadRegistry::ofDefaults)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(chat().threads).containsKey("balance").doesNotContainKey("charge");
                });
    }

    @Test
    void without_a_registry_nothing_stands_around_calls() {
        Contexts.runner()
                .run(context -> assertThat(chat().threads.get("launch"))
                        .as("an interceptor would move it")
                        .isSameAs(Thread.currentThread()));
    }

    @Test
    void what_effects_do_not_cover_is_counted_where_calls_are_audited() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Contexts.runner()
                .withBean(MeterRegistry.class, () -> meters)
                .withPropertyValues("interlock.audit=report")
                .run(context -> {
                    chat();
                    assertThat(meters.get(AuditMetrics.UNCOVERED)
                                    .tag("tool", "balance")
                                    .counter()
                                    .count())
                            .isEqualTo(1);
                });
    }

    @Test
    void calls_are_observed_and_metered() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry observations = ObservationRegistry.create();
        List<String> observed = new CopyOnWriteArrayList<>();
        observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStop(Observation.Context context) {
                observed.add(context.getContextualName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        Contexts.runner()
                .withBean(MeterRegistry.class, () -> meters)
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context -> {
                    context.getBean(ParallelTools.Builder.class).build().close();
                    chat();
                    assertThat(observed)
                            .contains("execute_tool balance", "execute_tool charge")
                            .hasSize(4);
                    assertThat(meters.find(RoundMeters.IN_FLIGHT).gauges()).isNotEmpty();
                });
    }

    @Test
    void nothing_but_spring_boot_is_needed() {
        Contexts.runner()
                .withClassLoader(new FilteredClassLoader(
                        "io.micrometer",
                        "io.github.resilience4j",
                        "org.springframework.boot.actuate",
                        "org.springframework.boot.health",
                        "org.springframework.security",
                        "org.springframework.transaction",
                        "org.springframework.web",
                        "jakarta.servlet"))
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(ParallelTools.class);
                    assertThat(chat().threads).hasSize(3);
                });
    }
}
