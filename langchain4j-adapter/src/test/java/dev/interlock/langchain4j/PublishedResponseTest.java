package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Services that give publishers, which LangChain4j has from 1.20 on: its subscriber starts a tool for each call that
 * the model's publisher tells of. Here events are the requests themselves.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // join() hears no interrupt
class PublishedResponseTest {

    private final NotingTools noting = new NotingTools();
    private final List<String> log = noting.log;
    private final CyclicBarrier two = new CyclicBarrier(2);
    private final CountDownLatch running = noting.running;
    private final ChatMemory memory = Memory.ofManyMessages();
    private final InvocationContext invocation = InvocationContext.builder()
            .invocationId(UUID.randomUUID())
            .chatMemoryId("default")
            .build();
    private final List<AiServiceTool> tools = List.of(
            tool("meet", request -> {
                Waiting.meet(two);
                return "met " + request.id();
            }),
            noting.note,
            noting.hang,
            noting.fail);
    private final Map<String, ToolExecutor> executors =
            tools.stream().collect(Collectors.toMap(AiServiceTool::name, AiServiceTool::toolExecutor));
    private final AsyncToolService service = service();

    /** As LangChain4j's: starts what it is told of, and when the response is complete, what it has not been told of. */
    private class Starting implements Flow.Subscriber<Object> {
        final List<ToolExecutionRequest> requests = new ArrayList<>();
        final List<CompletableFuture<ToolExecutionResult>> results = new ArrayList<>();
        final List<ToolExecutionRequest> late;
        Flow.Subscription subscription;

        Starting(ToolExecutionRequest... late) {
            this.late = List.of(late);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object event) {
            if (event instanceof ToolExecutionRequest request) {
                start(request);
            }
        }

        @Override
        public void onError(Throwable error) {
            log.add("error " + error.getMessage());
        }

        @Override
        public void onComplete() {
            List<ToolExecutionRequest> all = new ArrayList<>(requests);
            all.addAll(late);
            memory.add(AiMessage.from(all));
            late.forEach(this::start);
        }

        private void start(ToolExecutionRequest request) {
            requests.add(request);
            results.add(service.startTool(
                    request,
                    executors,
                    invocation,
                    event -> log.add("before " + event.request().id()),
                    null,
                    service.effectiveToolExecutor()));
        }

        List<String> texts() {
            return results.stream().map(result -> result.join().resultText()).toList();
        }
    }

    private AsyncToolService service() {
        AiServiceContext context = Waiting.patientTools()
                .effects("meet", Effects.reads("place"))
                .effects("hang", Effects.reads("elsewhere"))
                .build()
                .aiServiceContext(Assistant.class);
        AiServices.builder(context)
                .chatModel(ScriptedChatModel.saying())
                .tools(tools)
                .chatMemory(memory)
                .build();
        memory.add(UserMessage.from("go"));
        return (AsyncToolService) context.toolService;
    }

    /** What the model publishes, by hand. */
    private static final class Stream implements Flow.Subscription {
        private final Flow.Subscriber<? super Object> subscriber;
        private boolean cancelled;
        private RuntimeException refusal;

        Stream(Starting starting) {
            List<Flow.Subscriber<? super Object>> given = new ArrayList<>();
            PublishedResponse.watching(given::add).subscribe(starting);
            subscriber = given.get(0);
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long events) {}

        @Override
        public void cancel() {
            cancelled = true;
            if (refusal != null) {
                throw refusal;
            }
        }
    }

    @Test
    void calls_run_as_one_round_once_the_response_is_complete() {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);

        stream.subscriber.onNext(call("1", "meet", "{}"));
        stream.subscriber.onNext(call("2", "meet", "{}"));
        stream.subscriber.onNext(call("3", "note", "{}"));
        assertThat(log).isEmpty();
        stream.subscriber.onComplete();

        assertThat(starting.texts()).containsExactly("met 1", "met 2", "noted 3");
        assertThat(log).contains("before 1", "before 2").endsWith("before 3", "note 3");
    }

    @Test
    void calls_of_which_nothing_is_known_keep_their_order() {
        Starting starting = new Starting(call("3", "note", "{}"));
        Stream stream = new Stream(starting);

        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onNext(call("2", "note", "{}"));
        stream.subscriber.onComplete();

        assertThat(starting.texts()).containsExactly("noted 1", "noted 2", "noted 3");
        assertThat(log).filteredOn(line -> line.startsWith("note")).containsExactly("note 1", "note 2", "note 3");
    }

    @Test
    void none_runs_if_the_stream_fails() {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);
        IllegalStateException broken = new IllegalStateException("broken off");

        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onError(broken);

        assertThatThrownBy(starting.results.get(0)::join).hasCause(broken);
        assertThat(log).containsExactly("error broken off");
    }

    @Test
    void cancelling_the_stream_interrupts_the_tools_and_the_memory_gets_all_results() throws Exception {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);
        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onNext(call("2", "hang", "{}"));
        stream.subscriber.onComplete();
        Waiting.await(running);

        starting.subscription.cancel();

        assertThat(starting.results.get(0).join().resultText()).isEqualTo("noted 1");
        assertThatThrownBy(starting.results.get(1)::join).isInstanceOf(CancellationException.class);
        assertThat(stream.cancelled).isTrue();
        assertThat(Memory.resultTexts(memory)).hasSize(2).startsWith("noted 1");
    }

    /** As LangChain4j does if it has asked often enough: the message is in memory by then. */
    @Test
    void cancelled_while_the_response_completes_none_runs_and_the_memory_says_so() {
        Starting starting = new Starting() {
            @Override
            public void onComplete() {
                super.onComplete();
                subscription.cancel();
            }
        };
        Stream stream = new Stream(starting);
        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onComplete();

        assertThatThrownBy(starting.results.get(0)::join).isInstanceOf(CancellationException.class);
        assertThat(Memory.resultTexts(memory)).singleElement().asString().contains("was not started");
        assertThat(log).isEmpty();
    }

    /** The event was on its way when the stream was cancelled; a cancelled stream does not complete. */
    @Test
    void call_that_is_started_first_after_the_stream_was_cancelled_is_cancelled() {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);

        starting.subscription.cancel();
        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onNext(call("2", "note", "{}"));

        assertThat(starting.results)
                .hasSize(2)
                .allSatisfy(result -> assertThatThrownBy(result::join).isInstanceOf(CancellationException.class));
        assertThat(log).isEmpty();
        assertThat(service.asyncInvocation(invocation).cancelledByUser()).isEqualTo("the stream was cancelled");
    }

    @Test
    void cancel_that_comes_while_a_call_is_being_started_cancels_it() {
        Starting starting = new Starting() {
            @Override
            public void onNext(Object event) {
                subscription.cancel();
                super.onNext(event);
            }
        };
        Stream stream = new Stream(starting);

        stream.subscriber.onNext(call("1", "note", "{}"));

        assertThatThrownBy(starting.results.get(0)::join).isInstanceOf(CancellationException.class);
        assertThat(log).isEmpty();
    }

    /** Both orders of the race, many times: neither leaves a call without its result. */
    @RepeatedTest(200)
    void cancel_that_races_the_first_start_leaves_no_call_without_a_result() throws Exception {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);
        Caller cancelling = Caller.of(() -> {
            Waiting.meet(two);
            starting.subscription.cancel();
            return null;
        });

        Waiting.meet(two);
        stream.subscriber.onNext(call("1", "note", "{}"));
        cancelling.join();

        assertThatThrownBy(starting.results.get(0)::join).isInstanceOf(CancellationException.class);
        assertThat(log).isEmpty();
    }

    @Test
    void cancelled_are_the_calls_also_if_the_publisher_throws_at_it() {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);
        stream.refusal = new IllegalStateException("cannot be cancelled");
        stream.subscriber.onNext(call("1", "note", "{}"));

        assertThatThrownBy(starting.subscription::cancel).isSameAs(stream.refusal);

        assertThatThrownBy(starting.results.get(0)::join).isInstanceOf(CancellationException.class);
    }

    /** A publisher regards the subscription as cancelled then, so there is no further event. */
    @Test
    void subscriber_that_throws_leaves_no_call_held() {
        IllegalStateException broken = new IllegalStateException("broken");
        Starting starting = new Starting() {
            @Override
            public void onNext(Object event) {
                super.onNext(event);
                throw broken;
            }
        };
        Stream stream = new Stream(starting);

        assertThatThrownBy(() -> stream.subscriber.onNext(call("1", "note", "{}")))
                .isSameAs(broken);

        assertThatThrownBy(starting.results.get(0)::join).hasCause(broken);
        assertThat(log).isEmpty();
    }

    @Test
    void failure_is_that_of_its_call_and_the_others_have_their_results() {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);
        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onNext(call("2", "fail", "{}"));
        stream.subscriber.onComplete();

        assertThatThrownBy(starting.results.get(1)::join).hasRootCauseMessage("broken");
        assertThat(starting.results.get(0).join().resultText()).isEqualTo("noted 1");
        assertThat(Memory.resultTexts(memory)).hasSize(2);
    }

    /** As LangChain4j's event from 1.20 on. */
    record CompleteResponse(ChatResponse chatResponse) {}

    private static CompleteResponse endedWith(FinishReason reason) {
        return new CompleteResponse(ChatResponse.builder()
                .aiMessage(AiMessage.from("calls"))
                .finishReason(reason)
                .build());
    }

    @Test
    void last_call_of_a_cut_response_does_not_run_and_that_of_the_next_one_does() {
        Starting starting = new Starting();
        Stream stream = new Stream(starting);
        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onNext(call("2", "note", "{}"));
        stream.subscriber.onNext(endedWith(FinishReason.LENGTH));
        stream.subscriber.onComplete();
        assertThat(starting.texts())
                .startsWith("noted 1")
                .element(1)
                .asString()
                .startsWith("the response was cut (finish reason LENGTH) before call 2");

        Starting next = new Starting();
        Stream whole = new Stream(next);
        whole.subscriber.onNext(call("3", "note", "{}"));
        whole.subscriber.onNext(endedWith(FinishReason.TOOL_EXECUTION));
        whole.subscriber.onComplete();
        assertThat(next.texts()).containsExactly("noted 3");
        assertThat(log).filteredOn(line -> line.startsWith("note")).containsExactly("note 1", "note 3");
    }

    @Test
    void call_that_breaks_off_does_not_run_if_the_stream_says_nothing_of_its_end() {
        Starting starting = new Starting(call("2", "note", "{\"id\": \"1"));
        Stream stream = new Stream(starting);
        stream.subscriber.onNext(call("1", "note", "{}"));
        stream.subscriber.onComplete();

        assertThat(starting.texts())
                .startsWith("noted 1")
                .element(1)
                .asString()
                .contains("it ended without a finish reason");
    }

    @Test
    void call_that_is_started_outside_of_any_response_runs_at_once() {
        Function<String, String> start =
                id -> service.startTool(call(id, "note", "{}"), executors, invocation, null, null, null)
                        .join()
                        .resultText();

        assertThat(start.apply("1")).isEqualTo("noted 1");
        assertThat(start.apply("2")).isEqualTo("noted 2");
    }
}
