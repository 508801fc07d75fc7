package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.interlock.execution.ContextPropagator;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services that give futures, which LangChain4j has from 1.20 on: their tools go through the engine, too. */
@Timeout(60)
class AsyncServicesTest {

    private final NotingTools noting = new NotingTools();
    private final List<String> log = noting.log;
    private final CyclicBarrier two = new CyclicBarrier(2);
    private final CountDownLatch running = noting.running;
    private final CountDownLatch go = new CountDownLatch(1);
    private final ExecutorService modelThread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("model").daemon().factory());
    private final ChatMemory memory = Memory.ofManyMessages();
    private final List<AiServiceTool> tools = List.of(
            tool("meet", request -> {
                log.add(Thread.currentThread().isVirtual() + " "
                        + Thread.currentThread().getName());
                Waiting.meet(two);
                return "met " + request.id();
            }),
            noting.note,
            tool("wait", request -> {
                running.countDown();
                Waiting.await(go);
                return "waited";
            }),
            noting.hang,
            noting.fail);

    @AfterEach
    void stopModel() {
        modelThread.shutdownNow();
    }

    private FutureService service(
            ParallelTools parallel, ScriptedChatModel model, Consumer<AiServices<Assistant>> settings) {
        return FutureService.of(parallel, model, memory, modelThread, tools, settings);
    }

    private static ParallelTools parallel() {
        return Waiting.patientTools()
                .effects("meet", Effects.reads("place"))
                .effects("hang", Effects.reads("elsewhere"))
                .build();
    }

    @Test
    void independent_calls_run_at_the_same_time_and_the_model_gets_their_results_in_order() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "meet", "{}"), call("2", "meet", "{}"));

        String answer = service(parallel(), model, settings -> {}).chat("go").join();

        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        assertThat(model.resultTexts()).containsExactly("met 1", "met 2");
        assertThat(log).hasSize(2).allMatch(thread -> thread.startsWith("true "));
    }

    @Test
    void calls_of_which_nothing_is_known_run_one_after_another_in_all_rounds() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "note", "{}"), call("2", "note", "{}"), call("3", "note", "{}")),
                calls(call("4", "note", "{}"), call("5", "note", "{}")),
                AiMessage.from("answer"));

        assertThat(service(parallel(), model, settings -> {}).chat("go").join()).isEqualTo("answer");

        assertThat(log).containsExactly("note 1", "note 2", "note 3", "note 4", "note 5");
        assertThat(Memory.resultTexts(memory)).containsExactly("noted 1", "noted 2", "noted 3", "noted 4", "noted 5");
    }

    @Test
    void rounds_are_reported_and_the_cap_holds() {
        Rounds rounds = new Rounds();
        ParallelTools parallel = ParallelTools.builder()
                .maxConcurrency(1)
                .effects("note", Effects.pure())
                .listener(rounds)
                .build();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "note", "{}"), call("2", "note", "{}"));

        service(parallel, model, settings -> {}).chat("go").join();

        assertThat(rounds.reports()).hasSize(1);
        assertThat(rounds.reports().get(0).results()).hasSize(2);
    }

    @Test
    void thread_that_delivers_the_response_does_not_wait_for_the_tools() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "wait", "{}"));
        FutureService service = service(parallel(), model, settings -> {});

        CompletableFuture<String> answer = service.chat("go");
        Waiting.await(running);
        service.awaitModelThread();
        assertThat(answer).isNotDone();
        go.countDown();

        assertThat(answer.join()).isEqualTo(ScriptedChatModel.DONE);
    }

    @Test
    void equal_requests_have_a_result_each() {
        ToolExecutionRequest same = call(null, "note", "{}");
        ScriptedChatModel model = ScriptedChatModel.asking(same, call(null, "note", "{}"));

        service(parallel(), model, settings -> {}).chat("go").join();

        assertThat(model.lastRequestIds()).doesNotContainNull().doesNotHaveDuplicates();
        assertThat(log).hasSize(2);
    }

    @Test
    void hooks_are_told_once_a_call_and_of_failures_that_leave() {
        List<String> told = new CopyOnWriteArrayList<>();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "note", "{}"), call("2", "fail", "{}"));
        FutureService service = service(
                parallel(),
                model,
                settings -> settings.beforeToolExecution(
                                event -> told.add("before " + event.request().id()))
                        .afterToolExecution(event -> told.add(
                                "after " + event.request().id() + " " + event.hasFailed() + " " + event.result())));

        assertThatThrownBy(() -> service.chat("go").join()).isInstanceOf(CompletionException.class);

        assertThat(told).containsExactly("before 1", "after 1 false noted 1", "before 2", "after 2 true broken");
    }

    @Test
    void veto_of_a_hook_leaves_before_the_tool_runs() {
        IllegalStateException veto = new IllegalStateException("no");
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "note", "{}"));
        FutureService service = service(
                parallel(),
                model,
                settings -> settings.beforeToolExecution(event -> {
                    throw veto;
                }));

        assertThatThrownBy(() -> service.chat("go").join()).hasCause(veto);
        assertThat(log).isEmpty();
    }

    @Test
    void failure_leaves_as_it_is_after_the_memory_has_all_results_and_the_model_is_not_asked() {
        ScriptedChatModel model =
                ScriptedChatModel.asking(call("1", "note", "{}"), call("2", "fail", "{}"), call("3", "note", "{}"));
        FutureService service = service(parallel(), model, settings -> {});

        assertThatThrownBy(() -> service.chat("go").join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("broken");

        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.resultTexts(memory)).hasSize(3).startsWith("noted 1");
        assertThat(log).containsExactly("note 1");
    }

    @Test
    void handlers_of_the_user_stay_in_charge() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "fail", "{}"), call("2", "note", "{"));
        FutureService service = service(
                parallel(),
                model,
                settings -> settings.toolExecutionErrorHandler(
                                (error, context) -> ToolErrorHandlerResult.text("handled " + error.getMessage()))
                        .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text("unreadable")));

        service.chat("go").join();

        assertThat(model.resultTexts()).containsExactly("handled broken", "unreadable");
    }

    @Test
    void arguments_that_cannot_be_read_go_to_the_model() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "note", "{\"id\": "), call("2", "note", "{}"));

        service(parallel(), model, settings -> {}).chat("go").join();

        assertThat(model.resultTexts()).hasSize(2).last().isEqualTo("noted 2");
        assertThat(model.results().get(0).isError()).isTrue();
        assertThat(log).containsExactly("note 2");
    }

    @Test
    void unknown_tool_leaves_unless_the_user_has_a_strategy() {
        FutureService service =
                service(parallel(), ScriptedChatModel.asking(call("1", "nothing", "{}")), settings -> {});

        assertThatThrownBy(() -> service.chat("go").join()).hasMessageContaining("nothing");
        assertThat(Memory.resultTexts(memory)).hasSize(1);
    }

    @Test
    void cancelling_the_future_interrupts_the_tools_and_the_model_is_not_asked_again() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "note", "{}"), call("2", "hang", "{}"));
        FutureService service = service(parallel(), model, settings -> {});

        CompletableFuture<String> answer = service.chat("go");
        Waiting.await(running);
        answer.cancel(true);

        assertThatThrownBy(answer::join).isInstanceOf(CancellationException.class);
        Awaitility.await().until(() -> Memory.results(memory).size() == 2);
        assertThat(Memory.resultTexts(memory)).first().isEqualTo("noted 1");
        assertThat(Memory.resultTexts(memory).get(1)).contains("the future of the invocation was cancelled");
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void cancelled_before_the_tools_start_none_does() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "note", "{}"));
        FutureService service = service(parallel(), model, settings -> {});
        CompletableFuture<CompletableFuture<String>> begun = new CompletableFuture<>();

        // On the model's thread, so that the response comes after the cancellation.
        modelThread.execute(() -> {
            CompletableFuture<String> answer = service.chat("go");
            answer.cancel(true);
            begun.complete(answer);
        });

        assertThat(begun.join()).isCancelled();
        Awaitility.await().until(() -> Memory.results(memory).size() == 1);
        assertThat(log).isEmpty();
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void without_a_thread_for_the_round_the_invocation_fails_and_the_memory_says_that_nothing_ran() {
        RejectedExecutionException noThread = new RejectedExecutionException("no thread");
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "note", "{}"), call("2", "note", "{}"));
        FutureService service = service(parallel(), model, settings -> {});
        service.roundThreads(task -> {
            throw noThread;
        });

        assertThatThrownBy(() -> service.chat("go").join()).hasCause(noThread);

        assertThat(Memory.resultTexts(memory)).hasSize(2).allMatch(text -> text.contains("was not started"));
        assertThat(log).isEmpty();
    }

    @Test
    void result_that_cannot_be_made_is_the_failure_of_its_call_and_keeps_no_other_waiting() {
        Object unspeakable = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("has no words");
            }
        };
        ParallelTools parallel = Waiting.patientTools()
                .interceptor(call -> "1".equals(call.call().id()) ? unspeakable : call.proceed())
                .build();
        AsyncRound round = new AsyncRound(
                List.of(call("1", "note", "{}"), call("2", "note", "{}")),
                List.of(new CompletableFuture<>(), new CompletableFuture<>()));
        InvocationContext invocation =
                InvocationContext.builder().invocationId(UUID.randomUUID()).build();
        AsyncToolService service =
                service(parallel, ScriptedChatModel.saying(), settings -> {}).service();
        ServiceRounds rounds = service.rounds();
        Map<String, ToolExecutor> executors =
                tools.stream().collect(Collectors.toMap(AiServiceTool::name, AiServiceTool::toolExecutor));

        round.execute(
                rounds,
                () -> rounds.callFactory(
                        ToolServiceContext.builder().toolExecutors(executors).build(),
                        invocation,
                        rounds.hooks().asyncHandling(null, null, null)),
                RequestCallFactory::calls,
                service.asyncInvocation(invocation),
                invocation);
        round.complete();

        assertThatThrownBy(round.result(0)::join).hasRootCauseMessage("has no words");
        assertThat(round.result(1).join().resultText()).isEqualTo("noted 2");
    }

    /** As one that asks a service of its own for what it captures. */
    @Test
    void propagator_that_comes_back_to_the_service_while_it_captures_is_let_through() {
        InvocationContext invocation = InvocationContext.builder().build();
        AtomicReference<AsyncToolService> service = new AtomicReference<>();
        AtomicReference<AsyncInvocation> inner = new AtomicReference<>();
        AtomicInteger captures = new AtomicInteger();
        ContextPropagator propagator = () -> {
            if (captures.getAndIncrement() == 0) {
                inner.set(service.get().asyncInvocation(invocation));
            }
            return null;
        };
        ParallelTools parallel =
                ParallelTools.builder().contextPropagator(propagator).build();
        service.set(
                service(parallel, ScriptedChatModel.saying(), settings -> {}).service());

        AsyncInvocation begun = service.get().asyncInvocation(invocation);

        assertThat(captures).hasValue(2);
        assertThat(begun).isSameAs(inner.get());
    }

    @Test
    void context_of_the_thread_that_called_the_service_reaches_the_tools() {
        ThreadLocal<String> user = new ThreadLocal<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        ParallelTools parallel = ParallelTools.builder()
                .contextPropagator(new ThreadLocalPropagator(user))
                .build();
        FutureService service = FutureService.of(
                parallel,
                ScriptedChatModel.asking(call("1", "tell", "{}")),
                null,
                modelThread,
                List.of(tool("tell", request -> {
                    seen.add(String.valueOf(user.get()));
                    return "told";
                })),
                settings -> {});

        user.set("alice");
        try {
            service.chat("go").join();
        } finally {
            user.remove();
        }

        assertThat(seen).containsExactly("alice");
    }
}
