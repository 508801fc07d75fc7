package dev.interlock.benchmarks.scale;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.resilience4j.ResilienceInterceptor;
import dev.langchain4j.service.AiServices;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * The ways of running the calls of many conversations at once. For Interlock each call writes a row of its own. So each
 * call is planned and gets a thread, as with the other ways.
 */
enum ScaleWay {
    THREADS("a thread a call, no library") {
        @Override
        ScaleTalks open(ScaleTools tools, int conversations, int calls, Threads threads) {
            return conversation -> {
                Thread[] started = new Thread[calls];
                for (int i = 0; i < calls; i++) {
                    int number = i;
                    started[i] = threads.start(() -> {
                        try {
                            tools.work(conversation, number);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
                }
                for (Thread thread : started) {
                    thread.join();
                }
            };
        }
    },

    LANGCHAIN4J("LangChain4j, concurrent") {
        @Override
        ScaleTalks open(ScaleTools tools, int conversations, int calls, Threads threads) {
            AiServices<Assistant> builder = AiServices.builder(Assistant.class);
            return service(
                    threads == Threads.VIRTUAL
                            ? builder.executeToolsConcurrently()
                            : builder.executeToolsConcurrently(Executors.newThreadPerTaskExecutor(threads.factory())),
                    tools,
                    conversations,
                    calls);
        }
    },

    EXECUTOR("Interlock's core alone") {
        @Override
        ScaleTalks open(ScaleTools tools, int conversations, int calls, Threads threads) {
            ToolCallExecutor.Builder builder = ToolCallExecutor.builder().maxConcurrency(Concurrency.UNLIMITED);
            if (threads != Threads.VIRTUAL) {
                builder.threadFactory(threads.factory());
            }
            ToolCallExecutor executor = builder.build();
            ToolSet set = ToolSet.of(ToolDefinition.of(
                    ScaleTools.NAME,
                    OWN_ROW,
                    call -> tools.work(
                            call.arguments().path(ScaleTools.CONVERSATION).intValue(),
                            call.arguments().path(ScaleTools.NUMBER).intValue())));
            List<List<ToolCall>> batches = IntStream.range(0, conversations)
                    .mapToObj(conversation -> IntStream.range(0, calls)
                            .mapToObj(number -> ToolCall.parse(
                                    "call_" + number, ScaleTools.NAME, ScaleModel.arguments(conversation, number)))
                            .toList())
                    .toList();
            return conversation -> {
                List<ToolCall> batch = batches.get(conversation);
                if (executor.execute(batch, set).stream()
                        .anyMatch(result -> !result.outcome().isSuccess())) {
                    throw new IllegalStateException("a call failed in conversation " + conversation);
                }
            };
        }
    },

    INTERLOCK("Interlock on LangChain4j") {
        @Override
        ScaleTalks open(ScaleTools tools, int conversations, int calls, Threads threads) {
            return service(interlock(threads).build().aiServices(Assistant.class), tools, conversations, calls);
        }
    },

    /** Makes each call ask for what conversations share. */
    SHARED("the same, cap and resources shared") {
        @Override
        ScaleTalks open(ScaleTools tools, int conversations, int calls, Threads threads) {
            AiServices<Assistant> builder = interlock(threads)
                    .policy(
                            ScaleTools.NAME,
                            ToolPolicy.builder().maxConcurrency(NEVER_REACHED).build())
                    .exclusiveAcrossConversations(true)
                    .build()
                    .aiServices(Assistant.class);
            return service(builder, tools, conversations, calls);
        }
    },

    RATE("the same, rate limiter") {
        @Override
        ScaleTalks open(ScaleTools tools, int conversations, int calls, Threads threads) {
            RateLimiterRegistry registry = RateLimiterRegistry.ofDefaults();
            registry.rateLimiter(
                    ScaleTools.NAME,
                    RateLimiterConfig.custom()
                            .limitForPeriod(NEVER_REACHED)
                            .limitRefreshPeriod(Duration.ofSeconds(1))
                            .build());
            AiServices<Assistant> builder = interlock(threads)
                    .interceptor(ResilienceInterceptor.builder()
                            .rateLimiters(registry)
                            .build())
                    .build()
                    .aiServices(Assistant.class);
            return service(builder, tools, conversations, calls);
        }
    };

    /** The AI service. */
    interface Assistant {
        String chat(String message);
    }

    private static final int NEVER_REACHED = 1_000_000;
    private static final Effects OWN_ROW =
            Effects.writes("row/{" + ScaleTools.CONVERSATION + "}/{" + ScaleTools.NUMBER + "}");

    private final String title;

    ScaleWay(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Creates what all conversations share. */
    abstract ScaleTalks open(ScaleTools tools, int conversations, int calls, Threads threads);

    private static ParallelTools.Builder interlock(Threads threads) {
        ParallelTools.Builder builder =
                ParallelTools.builder().maxConcurrency(ParallelTools.UNLIMITED).effects(ScaleTools.NAME, OWN_ROW);
        return threads == Threads.VIRTUAL ? builder : builder.threadFactory(threads.factory());
    }

    private static ScaleTalks service(AiServices<Assistant> builder, ScaleTools tools, int conversations, int calls) {
        Assistant assistant = builder.chatModel(new ScaleModel(conversations, calls))
                .tools(tools)
                .build();
        return conversation -> {
            if (!assistant.chat(Integer.toString(conversation)).equals(ScaleModel.ANSWER)) {
                throw new IllegalStateException("the model's answer did not come through");
            }
        };
    }
}
