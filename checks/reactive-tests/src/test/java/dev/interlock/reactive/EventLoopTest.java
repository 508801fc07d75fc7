package dev.interlock.reactive;

import static dev.interlock.reactive.LoopModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.langchain4j.TaskAgent;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskResult;
import dev.interlock.langchain4j.loop.EventLoops;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Streams whose model calls back on an event loop, and that are started on one: it is never blocked. */
@Timeout(60)
class EventLoopTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** One thread: code that blocks it never ends. */
    private final Scheduler loop = Schedulers.newParallel("loop", 1);

    interface Assistant {
        Flux<String> chat(String message);
    }

    /** Each waits, on whatever thread it is, until the event loop has done something else. */
    final class Tools {
        private final CountDownLatch loopGoesOn = new CountDownLatch(1);

        private String blocked(String name) throws InterruptedException {
            loop.schedule(loopGoesOn::countDown);
            return loopGoesOn.await(LIMIT.toSeconds(), TimeUnit.SECONDS) ? name : "the event loop is blocked";
        }

        @Tool
        @Reads("a")
        String read() throws InterruptedException {
            return blocked("read");
        }

        @Tool
        @Writes("b")
        String write() throws InterruptedException {
            return blocked("written");
        }

        /** Nothing is known about it. */
        @Tool
        String frobnicate() throws InterruptedException {
            return blocked("frobnicated");
        }
    }

    private static final ToolExecutionRequest[] ALL = {
        call("1", "read"), call("2", "write"), call("3", "frobnicate"), call("4", "read")
    };

    private static final List<String> RESULTS = List.of("read", "written", "frobnicated", "read");

    @BeforeAll
    static void watch() {
        // LangChain4j gives each invocation a random id, and now and then the random source reads from the system.
        BlockHound.install(builder -> builder.allowBlockingCallsInside("java.util.UUID", "randomUUID"));
    }

    @AfterEach
    void end() {
        loop.dispose();
    }

    private LoopModel model(ToolExecutionRequest... calls) {
        return new LoopModel(loop::schedule, calls);
    }

    private Assistant assistant(AiServices<Assistant> services, LoopModel model) {
        return services.streamingChatModel(model).tools(new Tools()).build();
    }

    /** Else the tests below prove nothing. */
    @Test
    void blockhound_finds_what_blocks_the_event_loop() {
        assertThatThrownBy(() -> Mono.fromCallable(() -> {
                            Thread.sleep(1);
                            return "slept";
                        })
                        .subscribeOn(loop)
                        .block(LIMIT))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
        assertThat(assistant(AiServices.builder(Assistant.class), model(call("1", "write")))
                        .chat("go")
                        .collectList()
                        .block(LIMIT)
                        .toString())
                .contains("Blocking call!");
    }

    @Test
    void tools_of_a_flux_do_not_block_the_event_loop_on_which_the_model_calls_back() {
        LoopModel model = model(ALL);
        List<String> parts = assistant(ParallelTools.builder().build().aiServices(Assistant.class), model)
                .chat("go")
                .collectList()
                .block(LIMIT);
        assertThat(parts).isEqualTo(RESULTS);
        assertThat(model.threads).hasSize(2).allMatch(name -> name.startsWith("loop-"));
    }

    @Test
    void a_flux_that_is_subscribed_on_an_event_loop_does_not_block_it() {
        Assistant assistant =
                assistant(ParallelTools.builder().timeout(LIMIT).build().aiServices(Assistant.class), model(ALL));
        List<String> parts = Flux.defer(() -> assistant.chat("go"))
                .subscribeOn(loop)
                .collectList()
                .block(LIMIT);
        assertThat(parts).isEqualTo(RESULTS);
    }

    @Test
    void hooks_that_block_do_not_block_the_event_loop() {
        AtomicBoolean before = new AtomicBoolean();
        AiServices<Assistant> services = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .beforeToolExecution(execution -> {
                    CompletableFuture<Boolean> goesOn = new CompletableFuture<>();
                    loop.schedule(() -> goesOn.complete(true));
                    before.set(goesOn.join());
                });
        assertThat(assistant(services, model(ALL)).chat("go").collectList().block(LIMIT))
                .isEqualTo(RESULTS);
        assertThat(before).isTrue();
    }

    @Test
    void a_failure_reaches_the_subscriber() {
        AiServices<Assistant> services = ParallelTools.builder()
                .roundGuard(calls -> {
                    throw new IllegalStateException("not now");
                })
                .build()
                .aiServices(Assistant.class);
        Flux<String> parts = assistant(services, model(ALL)).chat("go");
        assertThatThrownBy(() -> parts.collectList().block(LIMIT)).hasMessage("not now");
    }

    @Test
    void a_hand_written_stream_does_not_block_the_event_loop() throws Exception {
        ParallelTools parallel = ParallelTools.builder().build();
        var tools = parallel.tools(new Tools());
        CompletableFuture<List<ToolExecutionResultMessage>> results = new CompletableFuture<>();
        ChatRequest request =
                ChatRequest.builder().messages(UserMessage.from("go")).build();
        model(ALL).doChat(request, parallel.streamingHandler(tools, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String partialResponse) {}

            @Override
            public void onCompleteResponse(ChatResponse response) {
                results.complete(parallel.execute(response.aiMessage(), tools));
            }

            @Override
            public void onError(Throwable error) {
                results.completeExceptionally(error);
            }
        }));
        assertThat(results.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .extracting(ToolExecutionResultMessage::text)
                .isEqualTo(RESULTS);
    }

    @Test
    void a_task_does_not_block_the_event_loop() {
        TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(model(ALL))
                .tools(new Tools())
                .build();
        TaskResult result = agent.execute("go");
        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.answer()).isEqualTo(String.join(", ", RESULTS));
        assertThat(result.rounds()).hasSize(1);
    }

    @Test
    void nettys_event_loops_are_known_and_threads_that_may_be_blocked_are_none() throws Exception {
        DefaultEventExecutor netty = new DefaultEventExecutor();
        try {
            assertThat(netty.submit(EventLoops::isCurrent).get()).isTrue();
        } finally {
            var unused = netty.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
        CompletableFuture<Boolean> permitting = new CompletableFuture<>();
        new FastThreadLocalThread(() -> permitting.complete(EventLoops.isCurrent())) {
            @Override
            public boolean permitBlockingCalls() {
                return true;
            }
        }.start();
        assertThat(permitting.get()).isFalse();
        assertThat(EventLoops.isCurrent()).isFalse();
        assertThat(Mono.fromCallable(EventLoops::isCurrent)
                        .subscribeOn(Schedulers.boundedElastic())
                        .block(LIMIT))
                .isFalse();
        assertThat(Mono.fromCallable(EventLoops::isCurrent).subscribeOn(loop).block(LIMIT))
                .isTrue();
    }
}
